"""The headers of every answer: who has answered, and what."""

import os
import re
from typing import TYPE_CHECKING, Any

from model import Classifier

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(rb"[\w.:=+/-]{1,128}", re.ASCII)  # what may be sent back, and be in a log


class Identity:
    """An app whose answers, errors included, name the model, its version, and the request.

    The id of a request is the one that the client sends, else Lambda's, else a new one.
    """

    def __init__(self, app: "ASGIApp", model: Classifier) -> None:
        self._app = app
        self._model = [(b"x-model-name", model.name.encode()), (b"x-model-version", model.version.encode())]

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        named = [*self._model, (b"x-request-id", find_id(given, scope.get("aws.context")))]

        async def name(message: "Message") -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *named]}
            await send(message)

        await self._app(scope, receive, name)


def find_id(given: bytes, context: Any) -> bytes:
    """The id of a request: the one that the client has `given`, else Lambda's, else a new one."""
    if _ID.fullmatch(given):
        return given
    in_lambda = str(getattr(context, "aws_request_id", "")).encode()
    return in_lambda if _ID.fullmatch(in_lambda) else os.urandom(16).hex().encode()
