"""From an event of API Gateway, a load balancer or a function URL to the app, by way of Mangum.

Mangum trusts its events. What a client can spoil in one is mended here or refused: an exception would reach
the client as a 502 without a reason.
"""

import json
from base64 import b64decode
from typing import Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from mangum.protocols import HTTPCycle
from mangum.types import ASGI, LambdaContext

from predict import problem


class NotHttpError(TypeError):
    """Raise when an event is no HTTP request."""


def adapter(app: ASGI) -> Mangum:
    text_mime_types = [*DEFAULT_TEXT_MIME_TYPES, problem.MEDIA_TYPE]  # others are sent as base64
    return Mangum(app, lifespan="off", text_mime_types=text_mime_types)


def respond(event: Any, context: LambdaContext, adapter: Mangum) -> dict[str, Any]:
    """The response to an HTTP event, a 400 where it is spoilt. Raises NotHttpError."""
    if not _is_http(event):
        raise NotHttpError("The event is no HTTP request: predict.direct.handler takes plain ones.")
    try:
        handler = adapter.infer(_mended(event), context)
        cycle = HTTPCycle(handler.scope, handler.body)
    except (AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        return _refusal()
    return handler(cycle(adapter.app))  # as the adapter does, which would work out the scope once more


def _is_http(event: Any) -> bool:
    context = event.get("requestContext") if isinstance(event, dict) else None
    return isinstance(context, dict) and ("httpMethod" in event or "http" in context)


def _mended(event: dict[str, Any]) -> dict[str, Any]:
    body = event.get("body") or ""
    # Mangum would skip what is no base64, and takes host and port apart, which no route asks for
    content = b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    headers = {
        name: value
        for name, value in (event.get("headers") or {}).items()
        if value is not None and name.lower() not in ("host", "x-forwarded-port")
    }
    mended = {**event, "body": content, "isBase64Encoded": False, "headers": headers}
    if multiple := mended.pop("multiValueHeaders", None):
        mended["multiValueHeaders"] = {name: multiple[name] for name in multiple if name.lower() != "host"}
    return mended


def _refusal() -> dict[str, Any]:
    return {
        "statusCode": 400,
        "headers": {"content-type": problem.MEDIA_TYPE},
        "body": json.dumps(
            problem.problem(400, "The event is no request that can be read: see its body and headers.")
        ),
        "isBase64Encoded": False,
    }
