import hashlib
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from model.training.download import DownloadError, fetch

CONTENT = b"text,target\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a server that has one file."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "corpus.csv").write_bytes(CONTENT)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_is_fetched_once(site: str, tmp_path: Path) -> None:
    path = tmp_path / "data" / "corpus.csv"
    fetch(f"{site}/corpus.csv", SHA256, path)
    assert path.read_bytes() == CONTENT
    fetch("http://127.0.0.1:9/not-asked-again", SHA256, path)


def test_a_spoilt_file_is_fetched_again(site: str, tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    path.write_bytes(CONTENT[:5])
    fetch(f"{site}/corpus.csv", SHA256, path)
    assert path.read_bytes() == CONTENT


def test_a_body_that_breaks_off_is_named_with_a_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\ntext")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DownloadError, match=r"did not answer .* put the file at"):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/x", SHA256, tmp_path / "corpus.csv")
        thread.join()


def test_a_folder_that_cannot_be_written_is_named(site: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match=r"cannot be written .* set DATA_DIR"):
        fetch(f"{site}/corpus.csv", SHA256, tmp_path / "file" / "corpus.csv")


def test_another_file_than_expected_is_not_kept(site: str, tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    with pytest.raises(DownloadError, match="is not the expected file"):
        fetch(f"{site}/corpus.csv", "0" * 64, path)
    assert not path.exists()


def test_a_silent_site_is_named_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"did not answer .* put the file at .* yourself"):
        fetch("http://127.0.0.1:9/corpus.csv", SHA256, tmp_path / "corpus.csv")


def test_a_missing_page_is_an_error_too(site: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="404"):
        fetch(f"{site}/nothing.csv", SHA256, tmp_path / "corpus.csv")
