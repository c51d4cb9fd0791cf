"""A server that hands each request to the app as an event, as an HTTP API with a stage does."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from predict import cli
from predict.http import gateway
from predict.http.service import Service
from tests.aws import ports
from tests.aws.places import PLACES, place, set_method

SAMPLE, SHOWN = PLACES["HTTP API, a stage"]
CONTEXT: Any = SimpleNamespace(aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
EVENT = (Path(cli.SAMPLES) / f"{SAMPLE}.json").read_text(encoding="utf-8")


@contextmanager
def serving(service: Service) -> Iterator[int]:
    """Run the server on loopback, and yield its port."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            event = place(json.loads(EVENT), unquote(path), SHOWN)
            set_method(event, self.command)
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            event |= {
                "rawQueryString": query,
                "body": base64.b64encode(body).decode(),
                "isBase64Encoded": True,
            }
            event["headers"] = {name.lower(): value for name, value in self.headers.items()}
            response = gateway.respond(event, CONTEXT, service)
            content = response["body"].encode()
            if response["isBase64Encoded"]:
                content = base64.b64decode(content)
            self.send_response(response["statusCode"])
            for name, value in response["headers"].items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 the name of the library

    server = HTTPServer(("127.0.0.1", 0), Handler)
    with ports.serving(server):
        yield server.server_port
