"""The plain server in a process of its own, and what a client of its sockets sends and receives."""

import json
import os
import random
import re
import socket
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_HINT = re.compile(r"^Try: curl .*https?://(?:127\.0\.0\.1|\[::1\]):(\d+)/", re.MULTILINE)
JSON = "Host: here\r\nContent-Type: application/json\r\n"
HEALTH = f"GET /health HTTP/1.1\r\n{JSON}\r\n".encode()


class Running(NamedTuple):
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def serving(log: Path, *options: str, **variables: str) -> Iterator[Running]:
    """`sentiment serve` on a free port, or as the options say; all that it prints is in the log."""
    command = [sys.executable, "-m", "predict.cli", "serve", *(options or ("--port", "0"))]
    with log.open("w") as lines:
        process = subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=lines, stderr=subprocess.STDOUT
        )
    with process:
        try:
            yield Running(process, find_port(log), log)
        finally:
            process.kill()


def find_port(log: Path) -> int:
    """Raises TimeoutError after half a minute."""
    for _ in range(1_500):
        if found := re.search(
            r"^Try: curl .*https?://(?:127\.0\.0\.1|\[::1\]):(\d+)/", log.read_text(), re.MULTILINE
        ):
            return int(found[1])
        time.sleep(0.02)
    raise TimeoutError(log.read_text())


def post(body: bytes, headers: str = "", length: int | None = None) -> bytes:
    declared = len(body) if length is None else length
    return f"POST /predict HTTP/1.1\r\n{JSON}{headers}Content-Length: {declared}\r\n\r\n".encode() + body


def receive(connection: socket.socket, head_only: bool = False) -> Answer:
    """One answer and no byte more; an interim one, such as 100 Continue, counts too."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive_bytes(connection, 1)
    status, *lines = head.decode().rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = b"" if head_only else receive_bytes(connection, int(headers.get("content-length", 0)))
    return Answer(int(status.split()[1]), headers, body)


def receive_bytes(connection: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        part = connection.recv(count - len(content))
        assert part, f"the connection ends after {content!r}"
        content += part
    return content


def is_problem(answer: Answer, status: int) -> bool:
    """Whether it is one, and names the model and the request."""
    named = {"x-model-name", "x-model-version", "x-request-id"}
    return (
        named <= answer.headers.keys()
        and answer.status == json.loads(answer.body)["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
    )


def gives_health(running: Running) -> bool:
    with running.connect() as connection:
        connection.sendall(HEALTH)
        return receive(connection).status == 200


def write_heavy(texts: int) -> bytes:
    """A request that is permitted, of words that nobody has seen."""
    letters = random.Random(0).choices(string.ascii_lowercase, k=5_000 * texts)
    content = "".join(letters)
    return json.dumps({"texts": [content[at : at + 5_000] for at in range(0, len(content), 5_000)]}).encode()
