"""A line of JSON for each answer: what it was, and nothing of a query, a body or a text."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model import Classifier
from predict.telemetry.line import OPEN, Line, encode

Tell = Callable[[Line, Mapping[str, Any]], None]


class Watched:
    """An app whose answers are told when they have ended, also those to clients that have left.

    Each of `tellers` gets the line, and the members of it that only the server knows.
    """

    def __init__(self, app: ASGIApp, tellers: Sequence[Tell]) -> None:
        self._app = app
        self._tellers = tellers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line, request, count = Line("http"), "", 0
        line.status = 500  # uvicorn's answer where the app fails

        async def send_counted(message: Message) -> None:
            nonlocal request, count
            if message["type"] == "http.response.start":
                line.status = message["status"]
                request = dict(message.get("headers", ())).get(b"x-request-id", b"").decode()
            elif scope["method"] != "HEAD":
                count += len(message.get("body", b""))
            await send(message)

        token = OPEN.set(line)
        try:
            await self._app(scope, receive, send_counted)
        finally:
            OPEN.reset(token)
            # the path is as it was sent, without the query
            where = {"RequestId": request, "Method": scope["method"], "Path": scope["raw_path"].decode()}
            for tell in self._tellers:
                tell(line, {**where, "Bytes": count})


def write_lines(model: Classifier) -> Tell:
    """What prints the lines to standard output."""
    log = logging.getLogger("predict.access")
    log.setLevel(logging.INFO)
    log.addHandler(logging.StreamHandler(sys.stdout))
    log.propagate = False
    return lambda line, said: log.info(encode(line.describe(model, said)))
