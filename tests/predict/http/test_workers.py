"""Several processes behind one port, and how they end."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.predict.http.plain_server import Running, gives_health, post, receive, serving, write_heavy

OPTIONS = ("--port", "0", "--workers", "3")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with serving(tmp_path / "log", *OPTIONS) as running:
        wait_for_start(running, 3)
        assert gives_health(running)
        yield running


def wait_for_start(running: Running, workers: int) -> None:
    """Wait until so many workers serve: one that is stopped before tells more in the log."""
    for _ in range(1_500):
        if running.log.read_text().count("Started server process") >= workers:
            return
        time.sleep(0.02)
    raise TimeoutError(running.log.read_text())


def list_workers(running: Running) -> set[int]:
    parent = running.process.pid
    return set(map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()))


def wait_for_end(workers: set[int]) -> None:
    for _ in range(1_500):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.02)
    raise TimeoutError(f"some of {workers} are still there after half a minute")


def test_each_worker_answers(server: Running) -> None:
    workers = list_workers(server)
    assert len(workers) == 3
    for one in workers:
        for other in workers - {one}:
            os.kill(other, signal.SIGSTOP)
        assert gives_health(server)
        for other in workers - {one}:
            os.kill(other, signal.SIGCONT)


def test_the_address_is_printed_once(server: Running) -> None:
    lines = server.log.read_text()
    assert lines.count("Try: curl") == lines.count("running on") == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_is_replaced(server: Running, how: signal.Signals) -> None:
    before = list_workers(server)
    for worker in before:
        os.kill(worker, how)
    wait_for_end(before)
    while len(after := list_workers(server)) < 3:
        time.sleep(0.02)
    assert before.isdisjoint(after)
    assert gives_health(server)
    for worker in before:
        assert f"sentiment: Worker {worker} has ended." in server.log.read_text()


def test_a_request_in_flight_is_answered_before_the_workers_end(server: Running) -> None:
    workers = list_workers(server)
    with server.connect() as connection:
        connection.sendall(post(write_heavy(100)))
        assert gives_health(server)
        server.process.send_signal(signal.SIGTERM)
        answer = receive(connection)
        assert (answer.status, len(json.loads(answer.body)["predictions"])) == (200, 100)
        assert server.process.wait(timeout=8) == 0
    wait_for_end(workers)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_all_workers_end_with_the_server(server: Running, sent: signal.Signals, status: int) -> None:
    workers = list_workers(server)
    server.process.send_signal(sent)
    assert server.process.wait(timeout=8) == status
    wait_for_end(workers)
    assert "Traceback" not in server.log.read_text()


def test_a_terminal_that_interrupts_all_ends_all(tmp_path: Path) -> None:
    with serving(tmp_path / "log", *OPTIONS) as running:
        assert gives_health(running)
        workers = list_workers(running)
        for process in (running.process.pid, *workers):
            os.kill(process, signal.SIGINT)
        assert running.process.wait(timeout=8) == 130
        wait_for_end(workers)


def test_workers_end_when_the_server_is_killed(server: Running) -> None:
    workers = list_workers(server)
    server.process.kill()
    wait_for_end(workers)
