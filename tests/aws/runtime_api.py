"""Lambda's runtime API on loopback: it gives events to a runtime client, one after another.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html describes it. `restore/next` is SnapStart's.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any, NamedTuple

from tests.aws import ports

NEXT, RESTORE = "invocation/next", "restore/next"
SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
MAX_SECONDS = 120
_PREFIX = "/2018-06-01/runtime/"


class Asked(NamedTuple):
    """What the client sends: the path behind the prefix, the body, and the time by `time.time`."""

    path: str
    body: Any
    at: float


class RuntimeApi:
    """The server's side. `variables` lead a client to it."""

    def __init__(self, port: int) -> None:
        self.variables = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"}
        self._asked: SimpleQueue[Asked] = SimpleQueue()
        self._given: SimpleQueue[bytes | None] = SimpleQueue()

    def wait(self) -> Asked:
        """Return the next call of the client. Raises queue.Empty if none comes."""
        return self._asked.get(timeout=MAX_SECONDS)

    def give(self, event: Any) -> None:
        """Answer the call for the next event, or for the restored snapshot."""
        self._given.put(json.dumps(event).encode())

    def invoke(self, event: Any) -> Asked:
        """Give an event to a client that has asked for one. Return the answer, or the error."""
        self.give(event)
        answer = self.wait()
        asked = self.wait()
        assert asked.path == NEXT, asked
        return answer

    def end(self) -> None:
        """Give nothing any more to a client that still waits."""
        self._given.put(None)

    def take(self, path: str, body: bytes) -> bytes | None:
        """Note a call, and return what it is answered with. None ends the connection."""
        self._asked.put(Asked(path.removeprefix(_PREFIX), json.loads(body or b"null"), time.time()))
        waits = path.endswith((NEXT, RESTORE))
        return self._given.get(timeout=MAX_SECONDS) if waits else b""


@contextmanager
def serving() -> Iterator[RuntimeApi]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False  # a client may still wait for its next event
    api = RuntimeApi(server.server_port)
    server.api = api  # type: ignore[attr-defined]
    with ports.serving(server):
        try:
            yield api
        finally:
            api.end()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200, b"")

    def do_POST(self) -> None:
        self._answer(202, self._read())

    def _answer(self, status: int, body: bytes) -> None:
        content = self.server.api.take(self.path, body)  # type: ignore[attr-defined]
        if content is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1_000) + 60_000))
        self.send_header(
            "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:sentiment"
        )
        self.end_headers()
        self.wfile.write(content)

    def _read(self) -> bytes:
        """The body, which AWS's client sends in chunks."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
