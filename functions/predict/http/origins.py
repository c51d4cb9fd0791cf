"""Cross-origin requests: which pages of other hosts may call the app from a browser."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, x-api-key"),
    (b"access-control-max-age", b"3600"),  # seconds that a browser need not ask again
]


class Origins:
    """An app whose answers, errors included, the pages of `allowed` origins may read."""

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = {origin.encode() for origin in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = {bytes(name): value for name, value in scope["headers"]}
        origin = headers.get(b"origin", b"")

        async def name_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")  # or a cache would give one page the answer of another
                if origin in self._allowed:
                    answer["access-control-allow-origin"] = origin.decode()
            await send(message)

        asks = scope["method"] == "OPTIONS" and b"access-control-request-method" in headers
        if asks and origin in self._allowed:
            await name_origin({"type": "http.response.start", "status": 204, "headers": [*_PREFLIGHT]})
            await name_origin({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, name_origin)
