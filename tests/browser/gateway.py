"""A gateway on loopback: a stage in front of each route, and a key without which it answers 403."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.aws import ports

_PASSED = ("accept", "content-type", "origin")
_HOP_BY_HOP = ("connection", "content-length", "date", "server", "transfer-encoding")


class Gateway(ThreadingHTTPServer):
    """`stage` is as /prod. All but `free` need `key`. `busy` is how many answers are 429 at first."""

    daemon_threads = True

    def __init__(self, port: int, stage: str, key: str, busy: int) -> None:
        self.target, self.stage, self.key, self.busy = port, stage, key, busy
        self.free = {"/"}  # routes that need no key
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.stage}"


@contextmanager
def running(port: int, stage: str = "", key: str = "", busy: int = 0) -> Iterator[Gateway]:
    """In front of the server at `port`."""
    gateway = Gateway(port, stage, key, busy)
    with ports.serving(gateway):
        yield gateway


class _Handler(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        route = self.path.removeprefix(self.server.stage) or "/"
        if not self.path.startswith(self.server.stage):
            self._answer(403, b'{"message":"Missing Authentication Token"}')
        elif (
            self.server.key
            and route not in self.server.free
            and self.headers.get("x-api-key") != self.server.key
        ):
            self._answer(403, b'{"message":"Forbidden"}')
        elif route != "/" and self.server.busy:
            self.server.busy -= 1
            self._answer(429, b'{"message":"Too Many Requests"}')
        else:
            self._forward(route, body)

    def _forward(self, route: str, body: bytes) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=30)
        headers = {name: self.headers[name] for name in _PASSED if name in self.headers}
        connection.request(self.command, route, body or None, headers)
        response = connection.getresponse()
        kept = {n: v for n, v in response.getheaders() if n.lower() not in _HOP_BY_HOP}
        self._answer(response.status, response.read(), kept)
        connection.close()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
