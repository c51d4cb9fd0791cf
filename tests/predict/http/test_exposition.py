"""`/metrics` as Prometheus reads it, with one worker and with several."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from model import Classifier
from tests.predict.http.plain_server import JSON, Running, post, receive, serving

ASK = f"GET /metrics HTTP/1.1\r\n{JSON}Connection: close\r\n\r\n".encode()
TWEETS = b'{"texts": ["I love this", "so sad", ""]}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server") / "log", "--port", "0") as running:
        yield running


def send(server: Running, sent: bytes) -> int:
    with server.connect() as client:
        client.sendall(sent)
        return receive(client).status


def read(server: Running) -> dict[str, float]:
    """The samples, by their names and labels."""
    with server.connect() as client:
        client.sendall(ASK)
        answer = receive(client)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        " ".join(
            [sample.name, *sorted(f"{name}={value}" for name, value in sample.labels.items())]
        ): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def wait_for(server: Running, name: str, count: float) -> dict[str, float]:
    """The samples, once one of them has reached a count: an answer is counted after it was sent."""
    found: dict[str, float] = {}
    for _ in range(500):
        if (found := read(server)).get(name, 0) >= count:
            return found
        time.sleep(0.02)
    raise TimeoutError(found)


def test_the_figures_are_those_of_what_was_answered(server: Running, served: Classifier) -> None:
    before = read(server)
    assert send(server, post(TWEETS)) == 200
    assert send(server, post(b'{"text": 5}')) == 422
    refused = "sentiment_requests_total dialect=native status=4xx"
    after = wait_for(server, refused, before.get(refused, 0) + 1)
    answers = served.predict(["I love this", "so sad", ""])

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown("sentiment_requests_total dialect=native status=2xx") == 1
    assert grown("sentiment_requests_total dialect=native status=4xx") == 1
    assert grown("sentiment_labels_total label=positive") == sum(
        answer.label == "positive" for answer in answers
    )
    assert grown("sentiment_warnings_total reason=empty") == 1
    assert grown("sentiment_score_count") == grown("sentiment_score_bucket le=+Inf") == 3
    assert grown("sentiment_score_sum") == pytest.approx(sum(answer.probability for answer in answers))
    assert grown("sentiment_score_bucket le=0.5") == sum(answer.probability < 0.5 for answer in answers)
    assert grown("sentiment_text_characters_sum") == 17
    assert grown("sentiment_text_characters_bucket le=19.0") == 3
    assert grown("sentiment_unknown_words_bucket le=0.0") == 2
    assert grown("sentiment_unknown_words_sum") == 1
    assert grown("sentiment_request_seconds_count") >= 2  # and those for the figures themselves
    assert after[f"sentiment_model_info name={served.name} version={served.version}"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/metrics", 405), ("GET", "/metrics/", 404), ("HEAD", "/metrics", 200)],
)
def test_the_figures_have_one_path_and_are_only_read(
    server: Running, method: str, path: str, status: int
) -> None:
    with server.connect() as client:
        client.sendall(f"{method} {path} HTTP/1.1\r\n{JSON}Content-Length: 0\r\n\r\n".encode())
        found = receive(client, head_only=True).status
    assert found == (404 if status == 405 else status)


def test_every_worker_tells_the_figures_of_all_and_none_is_lost_with_its_worker(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--port", "0", "--workers", "3") as running:
        name = "sentiment_requests_total dialect=native status=2xx"
        for _ in range(60):
            assert send(running, post(TWEETS)) == 200
        wait_for(running, name, 60)
        assert {read(running)[name] for _ in range(20)} == {60}
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        first = children.read_text().split()[0]
        os.kill(int(first), signal.SIGKILL)
        for _ in range(500):
            if first not in (found := children.read_text().split()) and len(found) == 3:
                break
            time.sleep(0.02)
        for _ in range(30):
            assert send(running, post(TWEETS)) == 200
        wait_for(running, name, 90)
        assert {read(running)[name] for _ in range(20)} == {90}
