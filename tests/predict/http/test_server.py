"""The plain server in a process of its own, and clients that do what they should not."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import pytest

from predict import settings
from predict.settings import SettingsError
from tests.aws import ports
from tests.predict.http.plain_server import (
    HEALTH,
    JSON,
    Running,
    find_port,
    gives_health,
    is_problem,
    post,
    receive,
    receive_bytes,
    serving,
    write_heavy,
)

ROOT = Path(__file__).parents[3]
LIMIT = 2_097_152


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that waits one second for a request."""
    with serving(tmp_path_factory.mktemp("hasty") / "log", READ_SECONDS="1") as running:
        yield running


def test_the_release_of_uvicorn_is_the_one_whose_parts_are_extended() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "uvicorn>=0.54,<0.55" in project["optional-dependencies"]["serve"]
    assert version("uvicorn").startswith("0.54.")


@pytest.mark.slow
def test_the_process_ends_although_a_client_holds_half_a_body(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as running, running.connect() as holder, running.connect() as idle:
        holder.sendall(post(b'{"text": ', length=100))
        idle.sendall(HEALTH)
        receive(idle)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=8) == 0
        assert is_problem(receive(holder), 503)
        assert idle.recv(1) == holder.recv(1) == b""
        assert "Traceback" not in running.log.read_text()


def test_a_request_in_flight_is_answered_before_the_process_ends(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as running, running.connect() as connection:
        connection.sendall(post(write_heavy(100)))
        assert gives_health(running)
        running.process.send_signal(signal.SIGTERM)
        answer = receive(connection)
        assert (answer.status, len(json.loads(answer.body)["predictions"])) == (200, 100)
        assert connection.recv(1) == b""
        assert running.process.wait(timeout=8) == 0


def test_others_are_answered_while_a_long_request_is_scored(server: Running) -> None:
    with server.connect() as heavy, server.connect() as light:
        heavy.sendall(post(write_heavy(399)))
        for _ in range(5):
            light.sendall(HEALTH)
            assert receive(light).status == 200
            light.sendall(post(b'{"text": "I love this"}'))
            assert receive(light).status == 200
        assert select.select([heavy], [], [], 0)[0] == []
        answer = receive(heavy)
        assert (answer.status, len(json.loads(answer.body)["predictions"])) == (200, 399)


def test_a_connection_serves_one_request_after_another(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(post(b'{"text": "a"}') + HEALTH + post(b"{}") + HEALTH)
        assert [receive(connection).status for _ in range(4)] == [200, 200, 422, 200]


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /predict HT",
        f"POST /predict HTTP/1.1\r\n{JSON}".encode(),
        post(b'{"text": ', length=100),
        f"POST /predict HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n5\r\n".encode(),
        HEALTH + b"GET /hea",
        HEALTH + post(b'{"text": ', length=100),
    ],
)
def test_a_client_that_does_not_go_on_is_let_go(hasty: Running, begun: bytes) -> None:
    with ExitStack() as opened:
        clients = [opened.enter_context(hasty.connect()) for _ in range(20)]
        for client in clients:
            client.sendall(begun)
        assert gives_health(hasty)
        for client in clients:
            if begun.startswith(HEALTH):
                assert receive(client).status == 200
            assert is_problem(receive(client), 408)
            assert client.recv(1) == b""


@pytest.mark.parametrize("head", [b"POST /predict HTTP/1.1\r\nX: ", post(b"", length=100)])
def test_a_client_that_goes_on_slowly_is_let_go_too(hasty: Running, head: bytes) -> None:
    with hasty.connect() as client:
        client.sendall(head)
        for _ in range(100):
            if select.select([client], [], [], 0.1)[0]:
                break
            client.sendall(b"x")
        assert is_problem(receive(client), 408)


def test_a_body_that_goes_wrong_later_is_refused_once(hasty: Running) -> None:
    begun = f"POST /predict HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n1\r\n".encode()
    with hasty.connect() as client:
        client.sendall(begun)
        assert gives_health(hasty)  # the app waits for the rest
        client.sendall(b"{\r\nzz\r\n")
        assert is_problem(receive(client), 400)
        assert client.recv(1) == b""
        time.sleep(1.2)  # the time for the body ends, and nothing may be written any more
    assert "Traceback" not in hasty.log.read_text()


@pytest.mark.slow
def test_an_idle_connection_is_closed(server: Running) -> None:
    with server.connect() as client:
        client.sendall(HEALTH)
        receive(client)
        assert client.recv(1) == b""


def test_a_client_that_does_not_read_is_let_go(hasty: Running) -> None:
    wait_for_no_connection(hasty)
    with hasty.connect() as client:
        client.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: here\r\n\r\n" * 20)  # 30 MB
        assert receive_bytes(client, 12) == b"HTTP/1.1 200"
        wait_for_no_connection(hasty)


def wait_for_no_connection(running: Running) -> None:
    """Until the server has closed the connections of all clients, of earlier tests too."""
    for _ in range(600):
        if not count_connections(running):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{count_connections(running)} connections are still open after a minute")


def count_connections(running: Running) -> int:
    """Connections that the server has not closed: established (01), or closed by the client alone (08)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{running.port:04X}") and row[3] in ("01", "08") for row in rows)


def test_connections_are_bounded_and_free_again(tmp_path: Path) -> None:
    with serving(tmp_path / "log", MAX_CONNECTIONS="5") as running:
        with ExitStack() as opened:
            clients = [opened.enter_context(running.connect()) for _ in range(5)]
            for client in clients:
                client.sendall(HEALTH)
                assert receive(client).status == 200
            with running.connect() as sixth:
                assert is_problem(receive(sixth), 503)
                assert sixth.recv(1) == b""
        assert any(gives_health(running) for _ in range(100))  # it may not have seen yet that they left


@pytest.mark.parametrize("headers", ["", "Expect: 100-continue\r\n"])
@pytest.mark.parametrize("length", [LIMIT + 1, 10**17, 10**19])
def test_a_declared_length_beyond_the_limit_is_refused_at_once(
    server: Running, headers: str, length: int
) -> None:
    with server.connect() as client:
        client.sendall(post(b"", headers, length))
        answer = receive(client)
        assert is_problem(answer, 413)
        assert answer.headers["connection"] == "close"
        assert client.recv(1) == b""


def test_a_client_that_sends_a_long_body_all_the_same_reads_why_it_is_refused(server: Running) -> None:
    for _ in range(5):
        with server.connect() as client:
            client.sendall(post(b" " * (LIMIT * 2)))
            assert is_problem(receive(client), 413)
            assert client.recv(1) == b""


def test_who_asks_first_is_told_to_go_on(server: Running) -> None:
    body = b'{"text": "I love this"}'
    with server.connect() as client:
        client.sendall(post(b"", "Expect: 100-continue\r\n", len(body)))
        assert receive(client).status == 100
        client.sendall(body)
        assert receive(client).status == 200
        client.sendall(HEALTH)
        assert receive(client).status == 200


@pytest.mark.parametrize("path", ["/predict", "/health", "/nothing"])
def test_two_lengths_of_one_body_close_the_connection(server: Running, path: str) -> None:
    hidden = b"0\r\n\r\n" + HEALTH
    head = (
        f"POST {path} HTTP/1.1\r\n{JSON}Content-Length: {len(hidden)}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with server.connect() as client:
        client.sendall(head.encode() + hidden)
        answer = receive(client)
        assert is_problem(answer, 400)
        assert answer.headers["connection"] == "close"
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\r\n", 400),
        (b"hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX y: 1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000, 431),
        (b"POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (f"POST /predict HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode(), 400),
        (b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"BREW /predict HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ],
)
def test_errors_of_the_server_are_problems_too(server: Running, sent: bytes, status: int) -> None:
    with server.connect() as client:
        client.sendall(sent)
        assert is_problem(receive(client), status)
    assert gives_health(server)
    assert "Traceback" not in server.log.read_text()


def test_the_log_has_neither_query_nor_body(server: Running) -> None:
    body = b'{"text": "a secret of mine"}'
    with server.connect() as client:
        client.sendall(post(body).replace(b"/predict", b"/predict?text=a+secret&x=y"))
        assert receive(client).status == 200
    lines = server.log.read_text()
    assert '"POST /predict HTTP/1.1" 200' in lines
    assert "secret" not in lines


@pytest.mark.parametrize("variable", ["MAX_CONNECTIONS", "READ_SECONDS", "ALLOWED_ORIGINS", "BASE_PATH"])
def test_a_wrong_setting_is_refused_at_the_start(variable: str) -> None:
    command = [sys.executable, "-m", "predict.cli", "serve", "--port", "0"]
    ended = subprocess.run(
        command, env={**os.environ, variable: "?"}, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"sentiment: {variable} must be ")


def test_the_settings_reach_the_server(tmp_path: Path, event: Callable[[str], object]) -> None:
    with (
        serving(tmp_path / "log", BASE_PATH="/mood", ALLOWED_ORIGINS="https://app.example") as running,
        running.connect() as client,
    ):
        client.sendall(f"GET /mood/health HTTP/1.1\r\nOrigin: https://app.example\r\n{JSON}\r\n".encode())
        answer = receive(client)
        assert (answer.status, answer.headers["vary"]) == (200, "Origin")
        assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize("named", ["option", "AIP_HTTP_PORT", "PORT"])
def test_the_port_is_the_first_that_somebody_named(tmp_path: Path, named: str) -> None:
    """In this order; those before are not named, and those after name another."""
    free = ports.free()
    names = ["option", "AIP_HTTP_PORT", "PORT"]
    wanted = {name: str(free) if name == named else "1" for name in names[names.index(named) :]}
    options = ("--host", "127.0.0.1", *(("--port", wanted.pop("option")) if "option" in wanted else ()))
    with serving(tmp_path / "log", *options, **wanted) as running:
        assert running.port == free
        assert gives_health(running)


def test_vertex_ai_may_name_routes_of_ours(tmp_path: Path) -> None:
    routes = {"AIP_HEALTH_ROUTE": "/", "AIP_PREDICT_ROUTE": "/predict"}
    with serving(tmp_path / "log", **routes) as running, running.connect() as client:
        client.sendall(HEALTH.replace(b"/health", b"/"))
        assert json.loads(receive(client).body)["status"] == "ready"
        client.sendall(post(b'{"instances": ["I love this"]}'))
        assert json.loads(receive(client).body)["predictions"][0]["label"] == "positive"
        client.sendall(post(b"[]"))
        assert json.loads(receive(client).body)["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("variable", ["AIP_HEALTH_ROUTE", "AIP_PREDICT_ROUTE"])
@pytest.mark.parametrize("value", ["predict", "/{model}", "/a b", "http://a/predict"])
def test_a_wrong_route_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable} must be a path such as /predict"):
        settings.read({variable: value})


@pytest.mark.parametrize("variable", ["AIP_HTTP_PORT", "PORT"])
@pytest.mark.parametrize("value", ["-1", "65536", "x", "tcp://10.0.0.1:80"])
def test_a_wrong_port_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable} must be a number from 0"):
        settings.read({variable: value})


def refused(*options: str) -> str:
    """What the server says when it cannot start."""
    command = [sys.executable, "-m", "predict.cli", "serve", *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr.strip()


def test_a_place_where_it_cannot_listen_is_said_in_one_sentence(server: Running) -> None:
    busy = f"The server cannot listen on 127.0.0.1, port {server.port}: Address already in use."
    assert refused("--port", str(server.port)) == f"sentiment: {busy}"
    assert refused("--port", str(server.port), "--workers", "2") == f"sentiment: {busy}"
    unknown = "sentiment: The server cannot listen on nonesuch.invalid, port 1: "
    assert refused("--host", "nonesuch.invalid", "--port", "1").startswith(unknown)


@pytest.mark.skipif(os.getuid() == 0, reason="root may become anybody")
def test_who_is_not_root_becomes_nobody_else() -> None:
    assert "may not become user 0" in refused("--port", "0", "--user", "0")


@pytest.mark.parametrize("workers", ["0", "1025", "-1", "x", "٣"])
def test_a_number_of_workers_that_is_none_is_refused(workers: str) -> None:
    command = [sys.executable, "-m", "predict.cli", "serve", "--workers", workers]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "argument --workers: must be a number from 1 to 1024" in ended.stderr


def test_it_goes_on_when_the_shell_that_started_it_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = f"{sys.executable} -m predict.cli serve --port 0 > {log} 2>&1 & echo $!"
    process = int(subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout)
    try:
        port = find_port(log)
        for _ in range(5):  # it looks around ten times a second
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(HEALTH)
                assert receive(client).status == 200
            time.sleep(0.1)
    finally:
        os.kill(process, signal.SIGKILL)


def test_it_listens_on_ipv6_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "predict.cli", "serve", "--host", "::1", "--port", "0"]
    with (
        log.open("w") as lines,
        subprocess.Popen(command, stdout=lines, stderr=subprocess.STDOUT) as process,
    ):
        try:
            port = find_port(log)
            assert f"Try: curl http://[::1]:{port}/predict" in log.read_text()
            with socket.create_connection(("::1", port), timeout=30) as client:
                client.sendall(HEALTH)
                assert receive(client).status == 200
        finally:
            process.kill()
