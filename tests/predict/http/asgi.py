"""A client of an ASGI app that sends half a body, and the rest when it is told to, or leaves."""

import asyncio

from starlette.types import ASGIApp, Message, Scope


class Client:
    """Posts a body in two parts to /predict."""

    def __init__(self, half: bytes, rest: bytes = b"", **headers: str) -> None:
        self.goes_on = asyncio.Event()
        self.leaves = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self._sending = [(half, True), (rest, False)]
        self._headers = {"content-type": "application/json", **headers}

    async def ask(self, app: ASGIApp) -> bytes:
        """The body of the answer."""
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        scope: Scope = {"type": "http", "method": "POST", "path": "/predict", "headers": headers}
        await app(scope, self._receive, self._send)
        return b"".join(self.parts)

    async def _receive(self) -> Message:
        if not self._sending:
            await self.leaves.wait()
            return {"type": "http.disconnect"}
        body, more = self._sending.pop(0)
        if not more:
            await self.goes_on.wait()
        return {"type": "http.request", "body": body, "more_body": more}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.parts.append(message["body"])
