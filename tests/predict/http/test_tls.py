"""The plain server with TLS: the same promises, encrypted."""

import asyncio
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from asyncio import constants, sslproto
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from predict.http import tls
from predict.http.protocol import BYTES_IN_A_TURN
from tests.predict.http.plain_server import (
    HEALTH,
    Running,
    is_problem,
    post,
    receive,
    serving,
    write_heavy,
)

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")

LIMIT = 2_097_152


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a certificate of this host, its key, and files that are wrong."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    request = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")
    named = ("-addext", "subjectAltName=IP:127.0.0.1")
    openssl(*request, *named, "-keyout", key, "-out", certificate)
    openssl(*request, "-keyout", folder / "other.pem", "-out", folder / "other-cert.pem")
    openssl("rsa", "-aes128", "-passout", "pass:x", "-in", key, "-out", folder / "locked.pem")
    (folder / "empty.pem").touch()
    return folder


@pytest.fixture(scope="module")
def options(folder: Path) -> tuple[str, ...]:
    return "--port", "0", "--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, options: tuple[str, ...]) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server") / "log", *options, READ_SECONDS="2") as running:
        yield running


Connect = Callable[[Running], Any]


@pytest.fixture(scope="module")
def connect(folder: Path) -> Connect:
    """Connect as a client that trusts the certificate, and nothing else."""
    context = ssl.create_default_context(cafile=folder / "cert.pem")

    @contextmanager
    def opened(running: Running) -> Iterator[ssl.SSLSocket]:
        with running.connect() as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as client:
            yield client

    return opened


def test_a_client_that_checks_the_certificate_is_answered(server: Running, connect: Connect) -> None:
    with connect(server) as client:
        client.sendall(post(b'{"text": "I love this"}') + HEALTH)
        assert json.loads(receive(client).body)["predictions"][0]["label"] == "positive"
        assert receive(client).status == 200
        assert client.version() in ("TLSv1.2", "TLSv1.3")
    assert f"Try: curl --insecure https://127.0.0.1:{server.port}/predict" in server.log.read_text()
    assert f"running on https://127.0.0.1:{server.port} " in server.log.read_text()


def test_a_client_without_tls_gets_no_answer(server: Running, connect: Connect) -> None:
    with server.connect() as client:
        client.sendall(HEALTH)
        assert b"HTTP" not in client.recv(100)
    with connect(server) as client:
        client.sendall(HEALTH)
        assert receive(client).status == 200
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01\x02\x00"])
def test_a_handshake_that_does_not_go_on_is_let_go(server: Running, begun: bytes) -> None:
    with server.connect() as client:
        client.sendall(begun)
        assert client.recv(100) == b""


def test_a_request_that_does_not_go_on_is_let_go(server: Running, connect: Connect) -> None:
    with connect(server) as client:
        client.sendall(post(b'{"text": ', length=100))
        assert is_problem(receive(client), 408)
        assert client.recv(1) == b""


def test_a_client_that_sends_a_long_body_all_the_same_reads_why_it_is_refused(
    server: Running, connect: Connect
) -> None:
    for _ in range(5):
        with connect(server) as client:
            client.sendall(post(b" " * (LIMIT * 2)))
            assert is_problem(receive(client), 413)


def test_asyncio_hands_on_a_little_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As without TLS, so that the parts of one client's body do not keep the others waiting."""
    monkeypatch.setattr(sslproto.SSLProtocol, "max_size", sslproto.SSLProtocol.max_size)
    for name in ("SSL_HANDSHAKE_TIMEOUT", "SSL_SHUTDOWN_TIMEOUT"):
        monkeypatch.setattr(constants, name, getattr(constants, name))
    tls.bound(5)
    parts = list[int]()

    class Counting(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self._transport = transport

        def data_received(self, data: bytes) -> None:
            parts.append(len(data))
            if sum(parts) == LIMIT:
                self._transport.write(b".")

    async def exchange() -> None:
        context = tls.open_context(folder / "cert.pem", folder / "key.pem")
        server = await asyncio.get_running_loop().create_server(Counting, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        trusting = ssl.create_default_context(cafile=folder / "cert.pem")

        def send() -> None:
            plain = socket.create_connection(("127.0.0.1", port), timeout=30)
            with plain, trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client:
                client.sendall(b"x" * LIMIT)
                assert client.recv(1) == b"."

        await asyncio.to_thread(send)
        server.close()

    with closing(asyncio.new_event_loop()) as loop:  # asyncio.run would take Mangum's away
        loop.run_until_complete(exchange())
    assert max(parts) <= 3 * BYTES_IN_A_TURN  # a record of TLS has 16 kB


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_in_flight_is_answered_before_the_process_ends(
    options: tuple[str, ...], connect: Connect, tmp_path: Path, workers: str
) -> None:
    with serving(tmp_path / "log", *options, "--workers", workers) as running:
        with connect(running) as idle, connect(running) as connection:
            idle.sendall(HEALTH)
            assert receive(idle).status == 200
            connection.sendall(post(write_heavy(100)))
            with connect(running) as other:
                other.sendall(HEALTH)
                assert receive(other).status == 200
            running.process.send_signal(signal.SIGTERM)
            answer = receive(connection)
            assert (answer.status, len(json.loads(answer.body)["predictions"])) == (200, 100)
            assert running.process.wait(timeout=8) == 0
        assert "Traceback" not in running.log.read_text()


PAIR = "--tls-cert and --tls-key must be a certificate and its own key in PEM, without a password."


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        ("cert.pem", "other.pem", PAIR),
        ("cert.pem", "locked.pem", PAIR),
        ("cert.pem", "cert.pem", PAIR),
        ("key.pem", "key.pem", PAIR),
        ("empty.pem", "key.pem", PAIR),
        ("cert.pem", "empty.pem", PAIR),
        ("nonesuch.pem", "key.pem", "{}/nonesuch.pem cannot be used: No such file or directory."),
        ("cert.pem", "nonesuch.pem", "{}/nonesuch.pem cannot be used: No such file or directory."),
        ("cert.pem", "", "{}/ cannot be used: Is a directory."),
        (None, "key.pem", "--tls-cert and --tls-key belong together: give both, or none."),
        ("cert.pem", None, "--tls-cert and --tls-key belong together: give both, or none."),
    ],
)
def test_files_that_are_no_certificate_and_its_key_are_refused(
    folder: Path, certificate: str | None, key: str | None, message: str
) -> None:
    given = (("--tls-cert", certificate), ("--tls-key", key))
    named = [part for name, file in given if file is not None for part in (name, f"{folder}/{file}")]
    ended = subprocess.run(
        [sys.executable, "-m", "predict.cli", "serve", "--port", "0", *named],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip().replace(f"{folder} ", f"{folder}/ ") == (
        f"sentiment: {message.format(folder)}"
    )
