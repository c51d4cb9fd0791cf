"""One line of JSON for each answer. It has no query, no body and no header except the request's id."""

import json
import logging
import sys
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """An app whose answers are logged when they have ended, also those to clients that have left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = logging.getLogger("predict.access")
        self._log.setLevel(logging.INFO)
        self._log.addHandler(logging.StreamHandler(sys.stdout))
        self._log.propagate = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status, request, count = 500, "", 0  # uvicorn answers 500 where the app fails

        async def send_counted(message: Message) -> None:
            nonlocal status, request, count
            if message["type"] == "http.response.start":
                status = message["status"]
                request = dict(message.get("headers", ())).get(b"x-request-id", b"").decode()
            elif scope["method"] != "HEAD":
                count += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            line = {
                "request_id": request,
                "method": scope["method"],
                "path": scope["raw_path"].decode(),  # as it was sent, without the query
                "status": status,
                "milliseconds": round((time.perf_counter() - started) * 1_000, 1),
                "bytes": count,
            }
            self._log.info(json.dumps(line))
