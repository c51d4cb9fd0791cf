"""From an event of API Gateway, a load balancer or a function URL to the app, through Mangum.

Mangum trusts its events, and an exception would reach the client as a 502 without a reason. So what a client
can break in an event is repaired or refused here.
"""

import json
from base64 import b64decode
from typing import Any, cast

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from mangum.protocols import HTTPCycle
from mangum.types import ASGI, LambdaContext
from starlette.types import ASGIApp

from predict.dialects import problem
from predict.http import prefix
from predict.http.dialect_routes import TAKES_BYTES
from predict.http_event import is_http

# A REST API would hand base64 on as it is.
_LINES = ("application/jsonlines", "application/x-jsonlines", "application/x-ndjson")


class NotHttpError(TypeError):
    """Raise when an event is not an HTTP request."""


def adapt(app: ASGIApp) -> Mangum:
    """The app as `respond` needs it."""
    text_mime_types = [*DEFAULT_TEXT_MIME_TYPES, problem.MEDIA_TYPE, *_LINES]  # Mangum sends others as base64
    return Mangum(cast(ASGI, app), lifespan="off", text_mime_types=text_mime_types)


def respond(event: Any, context: LambdaContext, adapter: Mangum) -> dict[str, Any]:
    """The response to an HTTP event, a 400 where it is broken. Raises NotHttpError."""
    if not is_http(event):
        raise NotHttpError("The event is no HTTP request: predict.direct.handler takes plain ones.")
    try:
        handler = adapter.infer(_repair(event), context)
        cycle = HTTPCycle(handler.scope, handler.body)
    except (AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        return _refusal()
    response = handler(cycle(adapter.app))  # as Mangum.__call__ does, which computes the scope a second time
    if cycle.scope["method"] == "HEAD":
        response |= {"body": "", "isBase64Encoded": False}  # a server drops it, a gateway does not
    return response


def _repair(event: dict[str, Any]) -> dict[str, Any]:
    body = event.get("body") or ""
    # Mangum skips bytes that are not base64, and it parses host and port, which no route needs.
    encoded = bool(event.get("isBase64Encoded"))
    content = b64decode(body, validate=True) if encoded else body.encode()
    headers = {
        name: value
        for name, value in (event.get("headers") or {}).items()
        if value is not None and name.lower() not in ("host", "x-forwarded-port")
    }
    repaired = {**event, "body": content, "isBase64Encoded": False, "headers": headers, TAKES_BYTES: encoded}
    if isinstance(path := event.get("path"), str):
        repaired["path"] = prefix.find_route(event, path)
    if http := event["requestContext"].get("http"):
        http = {**http, "path": prefix.find_route(event, http["path"])}
        repaired["requestContext"] = {**event["requestContext"], "http": http}
    if multiple := repaired.pop("multiValueHeaders", None):
        repaired["multiValueHeaders"] = {name: multiple[name] for name in multiple if name.lower() != "host"}
    return repaired


def _refusal() -> dict[str, Any]:
    refusal = problem.refuse(400, "The event is no request that can be read: see its body and headers.")
    return {
        "statusCode": 400,
        "headers": {"content-type": refusal.media_type},
        "body": json.dumps(refusal.body),
        "isBase64Encoded": False,
    }
