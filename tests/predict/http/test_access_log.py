"""One line of JSON for each answer."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.predict.http.plain_server import JSON, Answer, Running, post, receive, serving

TEXT = b'{"text": "a secret of mine"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("server") / "log"
    with serving(log, "--port", "0", "--access-log", "json") as running:
        yield running


def list_lines(server: Running) -> list[dict[str, Any]]:
    """Those that are whole: the last may still be written."""
    whole = server.log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def ask(server: Running, sent: bytes) -> tuple[Answer, dict[str, Any]]:
    """An answer, and its line in the log."""
    with server.connect() as client:
        client.sendall(sent)
        answer = receive(client, head_only=sent.startswith(b"HEAD"))
    wanted = answer.headers["x-request-id"]
    for _ in range(1_500):  # the line follows the answer
        if found := [line for line in list_lines(server) if line["RequestId"] == wanted]:
            [line] = found
            return answer, line
        time.sleep(0.02)
    raise TimeoutError(server.log.read_text())


@pytest.mark.parametrize(
    ("sent", "method", "path", "status"),
    [
        (post(TEXT), "POST", "/predict", 200),
        (post(TEXT).replace(b"/predict", b"/predict?text=a+secret&x=y"), "POST", "/predict", 200),
        (post(b'{"text": 5}'), "POST", "/predict", 422),
        (post(b"", length=10**9), "POST", "/predict", 413),
        (f"GET /health?a=secret HTTP/1.1\r\n{JSON}\r\n".encode(), "GET", "/health", 200),
        (f"HEAD /health HTTP/1.1\r\n{JSON}\r\n".encode(), "HEAD", "/health", 200),
        (f"GET /no%22th%0Aing HTTP/1.1\r\n{JSON}\r\n".encode(), "GET", "/no%22th%0Aing", 404),
        (f"BREW /predict HTTP/1.1\r\n{JSON}\r\n".encode(), "BREW", "/predict", 405),
        (f"GET /docs/swagger-ui.css HTTP/1.1\r\n{JSON}\r\n".encode(), "GET", "/docs/swagger-ui.css", 200),
    ],
)
def test_an_answer_has_one_line(server: Running, sent: bytes, method: str, path: str, status: int) -> None:
    answer, line = ask(server, sent)
    assert line.pop("Milliseconds") >= 0
    answered = sent == post(TEXT) or b"?text=" in sent
    said = ("Dialect", "Tweets", "MeanScore", "UnknownWordRate", "MeanCharacters", "SharePositive")
    assert [line.pop(name, None) is not None for name in said] == [
        path == "/predict" and method == "POST",
        True,
        *[answered] * 4,
    ]
    assert line.pop("Histograms", {}).keys() == (
        {"scores", "characters", "unknown_words"} if answered else set()
    )
    assert line == {
        "Door": "http",
        "Model": answer.headers["x-model-name"],
        "ModelVersion": answer.headers["x-model-version"],
        "RequestId": answer.headers["x-request-id"],
        "Method": method,
        "Path": path,
        "Status": status,
        "Bytes": len(answer.body),
        **({"ClientErrors": 1} if status >= 400 else {}),
    }
    assert answer.status == status
    assert "secret" not in server.log.read_text()
    assert "HTTP/1.1" not in server.log.read_text()  # the line in text is not printed too


def test_the_id_is_that_of_the_client(server: Running) -> None:
    _, line = ask(server, post(TEXT, "X-Request-Id: mine-1\r\n"))
    assert line["RequestId"] == "mine-1"


def test_the_log_can_be_off(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "log", "--port", "0", "--access-log", "none") as running,
        running.connect() as client,
    ):
        client.sendall(post(TEXT) + post(TEXT))
        assert [receive(client).status for _ in range(2)] == [200, 200]
        assert "predict" not in running.log.read_text().replace("/predict -H", "")


def test_workers_log_whole_lines(tmp_path: Path) -> None:
    options = ("--port", "0", "--access-log", "json", "--workers", "2")
    with serving(tmp_path / "log", *options) as running:
        for _ in range(20):
            with running.connect() as client:
                client.sendall(post(TEXT) * 5)
                assert [receive(client).status for _ in range(5)] == [200] * 5
        for _ in range(1_500):  # the last lines follow their answers
            if len(list_lines(running)) >= 100:
                break
            time.sleep(0.02)
        assert len({line["RequestId"] for line in list_lines(running)}) == 100
