"""Lambda's API on loopback: functions that are invoked in this process.

moto's own runs each function in a container, or answers without one.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.aws import ports

Answer = Callable[[Any], Any]


class Invocation(NamedTuple):
    function: str
    kind: str  # Event, or RequestResponse
    event: Any


class Functions:
    """What was invoked, and what answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.invoked: list[Invocation] = []
        self.answer: Answer = lambda _event: None


@contextmanager
def serving() -> Iterator[Functions]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            function = unquote(self.path).split("/")[3]
            kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            functions.invoked.append(Invocation(function, kind, event))
            if kind == "Event":
                self._respond(202, b"")
                return
            try:
                self._respond(200, json.dumps(functions.answer(event)).encode())
            except Exception as exc:  # as Lambda tells of any
                error = {"errorMessage": str(exc), "errorType": type(exc).__name__}
                self._respond(200, json.dumps(error).encode(), "Unhandled")

        def _respond(self, status: int, body: bytes, error: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if error:
                self.send_header("X-Amz-Function-Error", error)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    functions = Functions(f"http://127.0.0.1:{server.server_port}")
    with ports.serving(server):
        yield functions
