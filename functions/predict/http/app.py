"""The HTTP door for ASGI servers."""

import asyncio
from collections.abc import Iterator

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from model import Classifier
from predict.dialects import DIALECTS, Table
from predict.http.body import too_long
from predict.http.identity import find_id
from predict.http.message import HttpError, HttpRequest, HttpResponse
from predict.http.service import Exchange, Service
from predict.settings import Settings

FREE_BYTES = 65_536  # of a body: they are read however many others are being read
LONG_BODIES = 16  # bodies of MAX_BYTES that may be held at once, beside their free bytes
_SLOW = ("/docs", "/openapi.json")  # the first of them imports FastAPI: a thread answers, and others go on


def build(model: Classifier, settings: Settings, dialects: Table = DIALECTS) -> ASGIApp:
    """The app around a model, settings and dialects. Raises SettingsError."""
    return App(Service(model, settings, dialects), settings.max_bytes)


class App:
    """Carries requests to a service. All bodies share what may be held, and all long requests one turn.

    So a round of turns costs others one turn.
    """

    def __init__(self, service: Service, max_bytes: int) -> None:
        self._service = service
        self._max_bytes = max_bytes
        self._held = 0  # bytes of all bodies beyond their free bytes
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        client, request = Request(scope, receive), read_head(scope)
        if request.method != "POST" and request.path.endswith(_SLOW):
            response = await asyncio.to_thread(self._service.answer, request)
        else:
            response = await self._converse(self._service.exchange(request), client)
        if isinstance(response.content, bytes):
            await carry(response, send)
        else:
            await self._stream(response, response.content, client, send)

    async def _converse(self, exchange: Exchange, client: Request) -> HttpResponse:
        try:
            next(exchange)
            try:
                content = await self._read(client)
            except HttpError as exc:
                exchange.throw(exc)
            else:
                exchange.send(content)
            while True:
                async with self._turn:
                    next(exchange)
                    await asyncio.sleep(0)  # the event loop does everything else that is ready
                if await client.is_disconnected():
                    exchange.throw(HttpError(400, "The client has left before the answer."))
        except StopIteration as ended:
            response: HttpResponse = ended.value
            return response

    async def _read(self, client: Request) -> bytes:
        """The body. Raises HttpError: 400 it breaks off, 413 too long, 503 if too much is held already."""
        content, held = bytearray(), 0
        try:
            async for chunk in client.stream():
                content += chunk
                if len(content) > FREE_BYTES:
                    held += self._hold(len(content) - FREE_BYTES - held)
                if len(content) > self._max_bytes:
                    raise too_long(self._max_bytes)
        except ClientDisconnect as exc:
            raise HttpError(400, "The body breaks off.") from exc
        finally:
            self._held -= held
        return bytes(content)

    def _hold(self, more: int) -> int:
        if self._held + more > LONG_BODIES * self._max_bytes:
            detail = "The server reads as many long bodies as it can hold: send it again later."
            raise HttpError(503, detail, {"retry-after": "1"})
        self._held += more
        return more

    async def _stream(
        self, response: HttpResponse, parts: Iterator[bytes], client: Request, send: Send
    ) -> None:
        """Send parts as they are made. None is made for a client that has left."""
        await _start(response, send)
        while not await client.is_disconnected():
            async with self._turn:
                part = next(parts, b"")
            await send({"type": "http.response.body", "body": part, "more_body": bool(part)})
            if not part:
                break


def read_head(scope: Scope) -> HttpRequest:
    """The request without its body."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return HttpRequest(scope["method"], scope["path"], headers, find_id(headers.get("x-request-id", "")))


async def carry(response: HttpResponse, send: Send) -> None:
    """Send a response whose bytes are there."""
    await _start(response, send)
    await send({"type": "http.response.body", "body": response.content})


async def _start(response: HttpResponse, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})


async def _live(receive: Receive, send: Send) -> None:
    """Nothing is opened at the start, and nothing closed at the end."""
    for ended in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{ended}.complete"})
