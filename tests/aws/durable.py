"""Lambda with durable functions on loopback: AWS's local runner, and the invocations that it lacks."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from aws_durable_execution_sdk_python_testing import WebRunner, WebRunnerConfig
from aws_durable_execution_sdk_python_testing.child_dispatcher import FunctionConfigs
from aws_durable_execution_sdk_python_testing.invoker import INVOCATION_MARKER_HEADER
from aws_durable_execution_sdk_python_testing.web.server import WebServiceConfig

from predict.deadline import LocalContext
from tests.aws import ports

REGION, ACCOUNT = "us-east-1", "123456789012"
Handler = Callable[[Any, Any], Any]


class _Context(LocalContext):
    """The context of an invocation."""

    aws_request_id = "00000000-0000-0000-0000-000000000000"
    tenant_id = None

    def __init__(self, name: str) -> None:
        self.function_name = name.partition(":")[0]
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


class _Lambda(ThreadingHTTPServer):
    """Invokes handlers, starts executions of durable ones, and passes the rest to the runner."""

    daemon_threads = True

    def __init__(self, runner: int) -> None:
        self.runner = runner  # its port
        self.durable: Mapping[str, Handler] = {}
        self.plain: Mapping[str, Handler] = {}
        super().__init__(("127.0.0.1", 0), _Requests)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """What the runner answers."""
        connection = HTTPConnection("127.0.0.1", self.runner)
        connection.request(method, path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Lambda

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = unquote(self.path.partition("?")[0]).strip("/").split("/")
        if parts[-1] != "invocations":
            self._send(*self.server.ask(self.command, self.path, body))
            return
        name = parts[2].rpartition("function:")[2]  # of an ARN too
        bare = name.partition(":")[0]
        if bare in self.server.durable and INVOCATION_MARKER_HEADER not in self.headers:
            self._start(name, body)
            return
        handlers = {**self.server.plain, **self.server.durable}
        try:
            answer, error = handlers[bare](json.loads(body), _Context(name)), {}
        except Exception as exc:
            answer = {"errorMessage": str(exc), "errorType": type(exc).__name__}
            error = {"X-Amz-Function-Error": "Unhandled"}
        self._send(200, json.dumps(answer).encode(), error)

    do_POST = do_GET  # noqa: N815 http.server asks for these names

    def _start(self, name: str, body: bytes) -> None:
        asked = {
            "AccountId": ACCOUNT,
            "FunctionName": name.partition(":")[0],
            "FunctionQualifier": name.partition(":")[2] or "$LATEST",
            "ExecutionName": self.headers.get("X-Amz-Durable-Execution-Name") or str(uuid4()),
            "ExecutionTimeoutSeconds": 600,
            "ExecutionRetentionPeriodDays": 1,
            "InvocationId": str(uuid4()),
            "Input": body.decode(),
        }
        status, content = self.server.ask("POST", "/start-durable-execution", json.dumps(asked).encode())
        assert status == 201, content
        arn = json.loads(content)["ExecutionArn"]
        self._send(202, b"", {"X-Amz-Durable-Execution-Arn": arn})

    def _send(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "content-type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Not into the output of the tests."""


@contextmanager
def serving(
    make_durable: Callable[[str], Mapping[str, Handler]], plain: Mapping[str, Handler]
) -> Iterator[str]:
    """Yield the address of Lambda; `make_durable` gets it, and gives the durable functions by their names."""
    port = ports.free()
    server = _Lambda(port)
    server.plain, server.durable = plain, make_durable(server.url)
    configs = {name: {"DurableConfig": {"ExecutionTimeout": 600}} for name in server.durable}
    runner = WebRunner(
        WebRunnerConfig(
            WebServiceConfig("127.0.0.1", port, logging.CRITICAL),
            lambda_endpoint=server.url,
            local_runner_region=REGION,
            skip_time=True,
            function_configs=FunctionConfigs.from_dict({**configs, **dict.fromkeys(plain)}),
        )
    )
    runner.start()
    threads = [
        threading.Thread(target=each, daemon=True) for each in (runner.serve_forever, server.serve_forever)
    ]
    for thread in threads:
        thread.start()
    ports.wait_for(port)
    web, loop = runner._server, runner._scheduler._loop  # type: ignore[union-attr]
    try:
        yield server.url
    finally:
        assert web
        web.shutdown()
        server.shutdown()
        server.server_close()
        runner.stop()
        for thread in threads:
            thread.join()
        loop.close()  # which the runner leaves to the garbage collector
