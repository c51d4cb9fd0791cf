"""An answer in lines has a line for each text, and a plain server sends the lines as they are made."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from model import Prediction, Scorecard
from predict.http import app, gateway
from predict.http.service import Service
from predict.settings import Settings
from tests.predict.http.asgi import Client
from tests.predict.http.plain_server import JSON, receive_bytes, serving, write_heavy

LINES = "application/x-ndjson"
ASKED: dict[str, Any] = {
    "a text": {"text": "I love this"},
    "none": {"texts": []},
    "ids, and reasons": {"tweets": [{"id": "a", "text": "so sad"}, {"text": ""}], "explain": True},
    "several turns": {"texts": ["love " * 1_000] * 5, "threshold": 0.7, "uncertain": [0.1, 0.9]},
}


@pytest.fixture(scope="module")
def client(tiny: Scorecard) -> TestClient:
    return TestClient(app.build(tiny, Settings()))


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("accept", [LINES, "Application/X-NDJSON;q=0.5", f"text/html, {LINES}"])
def test_the_lines_are_the_predictions(client: TestClient, name: str, accept: str) -> None:
    expected = client.post("/predict", json=ASKED[name]).json()["predictions"]
    answer = client.post("/predict", json=ASKED[name], headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, LINES)
    assert [json.loads(line) for line in answer.text.splitlines()] == expected
    assert answer.text.count("\n") == len(expected)
    assert answer.headers["x-model-name"] == "tiny"


@pytest.mark.parametrize("accept", ["text/csv", "application/jsonlines"])
def test_the_lines_of_other_servers_come_in_parts_too(client: TestClient, accept: str) -> None:
    long, short = (
        client.post("/invocations", json={"inputs": ["love " * 1_000] * count}, headers={"accept": accept})
        for count in (9, 1)
    )
    assert long.text == short.text * 9
    assert ("content-length" in long.headers, "content-length" in short.headers) == (False, False)


@pytest.mark.parametrize("body", [b"{", b'{"texts": [5]}', b'{"text": "a", "texts": []}'])
def test_what_is_refused_is_a_problem_without_lines(client: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    expected = client.post("/predict", content=body, headers=headers)
    answer = client.post("/predict", content=body, headers={**headers, "accept": LINES})
    assert (answer.status_code, answer.content) == (expected.status_code, expected.content)


def test_the_lines_break_off_where_scoring_fails(tiny: Scorecard) -> None:
    """The last part is missing, so a server ends the connection in the middle of the answer."""

    class Broken(Scorecard):
        def predict(self, texts: Sequence[str], *bounds: Any) -> list[Prediction]:
            if texts[0].startswith("so sad"):
                raise RuntimeError("a failure of the model")
            return super().predict(texts, *bounds)

    client = Client(json.dumps({"texts": ["love " * 2_000, "so sad " * 1_000]}).encode(), accept=LINES)
    client.goes_on.set()
    broken = app.build(Broken(tiny.manifest, {"stem": {"love": 1.0}}), Settings())
    with closing(asyncio.new_event_loop()) as loop, pytest.raises(RuntimeError):
        loop.run_until_complete(client.ask(broken))
    assert [part.count(b"\n") for part in client.parts] == [1]


@pytest.mark.parametrize("sample", ["rest", "http-api", "alb"])
def test_a_gateway_gets_the_same_lines_at_once(
    event: Callable[[str], Any], tiny: Scorecard, client: TestClient, sample: str
) -> None:
    asked = event(sample)
    asked |= {"body": json.dumps(ASKED["several turns"]), "isBase64Encoded": False}
    asked |= {"headers": {"content-type": "application/json", "accept": LINES}, "multiValueHeaders": None}
    answer = gateway.respond(asked, None, Service(tiny, Settings()))
    lines = client.post("/predict", json=ASKED["several turns"], headers={"accept": LINES})
    assert (answer["body"], answer["isBase64Encoded"]) == (lines.text, False)
    assert answer["headers"]["content-type"] == LINES


def test_the_server_sends_the_first_lines_before_it_has_the_last(tmp_path: Path) -> None:
    """In chunks of HTTP/1.1. Half of the texts take longer than a client takes to read a line."""
    body = write_heavy(200)
    head = f"POST /predict HTTP/1.1\r\n{JSON}Accept: {LINES}\r\nContent-Length: {len(body)}\r\n\r\n"
    with serving(tmp_path / "log", MAX_BYTES="10000000") as running, running.connect() as connection:
        connection.sendall(head.encode() + body)
        chunks: list[bytes] = []
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += receive_bytes(connection, 1)
        assert b"transfer-encoding: chunked" in received.lower()
        while not chunks or chunks[-1]:
            length = b""
            while not length.endswith(b"\r\n"):
                length += receive_bytes(connection, 1)
            chunks.append(receive_bytes(connection, int(length, 16)))
            receive_bytes(connection, 2)
    assert len(chunks) == 101
    assert all(chunk.count(b"\n") == 2 for chunk in chunks[:-1])  # as many texts as fill a turn
    assert [json.loads(line)["id"] for line in b"".join(chunks).splitlines()] == [*range(200)]
