"""What any app needs around it on the open internet, whatever its routes are."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predict.http.app import carry, read_head
from predict.http.body import too_long
from predict.http.message import HttpError
from predict.http.protocol import LATE
from predict.http.service import Service
from predict.settings import Settings

_CLOSE = (b"connection", b"close")


class Guard:
    """An app that refuses bodies too long or too late, and closes a connection whose request it has not read.

    `receive` raises HttpError in the app, which writes the error in the form of the route: 408 too slow,
    413 declared too long, before the client is told to go on (`Expect: 100-continue`).
    """

    def __init__(self, app: ASGIApp, service: Service, settings: Settings) -> None:
        self._app = app
        self._service = service
        self._max_bytes = settings.max_bytes
        self._read_seconds = settings.read_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        length = int(headers.get(b"content-length", b"0"))  # h11 has checked it: at most 20 digits
        unread = b"transfer-encoding" in headers or length > 0
        started = False

        async def receive_part() -> Message:
            nonlocal unread
            if length > self._max_bytes:
                raise too_long(self._max_bytes)
            message = await receive()
            if LATE in scope:
                detail = f"The request was not complete after {self._read_seconds} seconds: send it again."
                raise HttpError(408, detail)
            unread = unread and message.get("more_body", False)
            return message

        async def send_part(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start" and unread:
                message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
            await send(message)

        if b"transfer-encoding" in headers and b"content-length" in headers:
            # a server in front may see another body, and take its rest for a request: RFC 9112, 6.1
            detail = "The request has both Transfer-Encoding and Content-Length: send one of them."
            await self._refuse(400, detail, scope, send_part)
            return
        try:
            await self._app(scope, receive_part, send_part)
        except asyncio.CancelledError:  # the server stops, and has waited long enough
            if not started:
                await self._refuse(503, "The server stops: send the request again.", scope, send_part)

    async def _refuse(self, status: int, detail: str, scope: Scope, send: Send) -> None:
        response = self._service.refuse(status, detail, read_head(scope).id)
        await carry(response, send)
