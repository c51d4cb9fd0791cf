"""A proxy on loopback that forwards requests, except those that a test breaks."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.aws import ports

# "short": the body ends too early. "fewer": so does the one that the head declares. "another": of an ETag.
Fault = Literal["403", "409", "503", "slow", "hang", "short", "fewer", "another", "break"]
Spoil = Callable[[str, str], Fault | None]  # by method and path

_REFUSALS = {
    "403": b"<Error><Code>AccessDenied</Code></Error>",
    "409": b"<Error><Code>ConditionalRequestConflict</Code></Error>",
    "503": b"<Error><Code>SlowDown</Code></Error>",
}


class Proxy(ThreadingHTTPServer):
    """`spoil` is asked for each request; `seen` has the method and path of each."""

    daemon_threads = True

    def __init__(self, target: str, address: str = "127.0.0.1") -> None:
        self.target = urlsplit(target)
        self.spoil: Spoil = lambda method, path: None
        self.seen: list[tuple[str, str]] = []
        self.ended = threading.Event()
        super().__init__((address, 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def first(self, times: int, fault: Fault, method: str, end: str = "") -> None:
        """Break the first requests of a method whose path has this end."""
        left = [fault] * times

        def spoil(asked: str, where: str) -> Fault | None:
            return left.pop() if left and asked == method and where.endswith(end) else None

        self.spoil = spoil

    def nth(self, place: int, fault: Fault, *methods: str) -> None:
        """Spoil one request of these methods, counted from 1."""
        self.each(lambda asked: fault if asked == place else None, *methods)

    def each(self, spoil: Callable[[int], Fault | None], *methods: str) -> None:
        """Ask for each request of these methods, by its number from 1."""
        numbers, lock = count(1), threading.Lock()

        def ask(method: str, path: str) -> Fault | None:
            if method not in methods:
                return None
            with lock:
                number = next(numbers)
            return spoil(number)

        self.spoil = ask


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append((self.command, self.path))
        fault = self.server.spoil(self.command, self.path)
        if fault in _REFUSALS:
            self.send_response(int(fault))
            self.send_header("content-length", str(len(_REFUSALS[fault])))
            self.end_headers()
            self.wfile.write(_REFUSALS[fault])
            return
        if fault == "break":
            self.close_connection = True
            return
        if fault == "slow":
            time.sleep(1)
        if fault == "hang":
            self.server.ended.wait()
            self.close_connection = True
            return
        target = self.server.target
        connection = http.client.HTTPConnection(target.hostname or "", target.port)
        # the Host header stays that of the proxy: the signature covers it
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if fault == "fewer":
            content = content[: len(content) // 2]
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "etag" and fault == "another":
                value = '"another"'
            if name.lower() not in ("connection", "date", "server", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("content-length") if self.command == "HEAD" else str(len(content))
        self.send_header("content-length", length or "0")
        self.end_headers()
        if fault == "short":
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        else:
            self.wfile.write(content)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 http.server asks for these names

    def log_message(self, format: str, *args: Any) -> None:
        """Not into the output of the tests."""


@contextmanager
def running(target: str, address: str = "127.0.0.1") -> Iterator[Proxy]:
    proxy = Proxy(target, address)
    with ports.serving(proxy):
        try:
            yield proxy
        finally:
            proxy.ended.set()
