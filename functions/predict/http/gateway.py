"""Events of API Gateway, a load balancer, a function URL or VPC Lattice, and what each takes as a response.

An exception would reach the client as a 502 without a reason, so an event that a client can break is a 400.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

from predict.http import prefix
from predict.http.answer_size import BALANCER_BYTES, LAMBDA_BYTES
from predict.http.identity import find_id
from predict.http.message import HttpRequest, HttpResponse
from predict.http.service import Service
from predict.http_event import is_http

_UNREADABLE = "The event is no request that can be read: see its body and headers."


class NotHttpError(TypeError):
    """Raise when an event is not an HTTP request."""


def respond(event: Any, context: Any, service: Service) -> dict[str, Any]:
    """The response to an HTTP event, a 400 where it is broken. Raises NotHttpError."""
    if not is_http(event):
        raise NotHttpError("The event is no HTTP request: predict.direct.handler takes plain ones.")
    in_lambda = str(getattr(context, "aws_request_id", ""))
    try:
        request = read(event, in_lambda)
    except (AttributeError, LookupError, TypeError, ValueError):
        return write(service.refuse(400, _UNREADABLE, find_id("", in_lambda)), event)
    response = service.answer(request)
    if request.method == "HEAD":  # a server drops it, a gateway does not
        response = response._replace(content=b"")
    return write(response, event)


def read(event: Mapping[str, Any], in_lambda: str) -> HttpRequest:
    """The request in an event, whose id is else Lambda's. A broken one raises ValueError and its like."""
    context = event.get("requestContext") or {}
    encoded = bool(event.get("isBase64Encoded") or event.get("is_base64_encoded"))
    body = event.get("body") or ""
    headers = _read_headers(event.get("multiValueHeaders") or event.get("headers") or {})
    named = context.get("http") or event  # which has the method and the path
    path = named.get("path") or named.get("raw_path", "").partition("?")[0] or "/"
    method = named["method"] if "method" in named else named["httpMethod"]
    if not isinstance(method, str):
        raise TypeError
    return HttpRequest(
        method,
        _unquote(prefix.find_route(event, path)),
        headers,
        find_id(headers.get("x-request-id", ""), in_lambda),
        b64decode(body, validate=True) if encoded else body.encode(),
        BALANCER_BYTES if "elb" in context else LAMBDA_BYTES,
        encoded,
    )


def write(response: HttpResponse, event: Mapping[str, Any]) -> dict[str, Any]:
    """A response as the sender of an event takes it. Text stays text: REST APIs hand base64 on as it is."""
    content = cast(bytes, response.content)
    media_type = response.headers.get("content-type", "")
    encoded = not (media_type.startswith("text/") or "json" in media_type) and bool(content)
    headers: Mapping[str, Any] = response.headers
    listed = "elb" in (event.get("requestContext") or {}) and bool(event.get("multiValueHeaders"))
    if listed:
        headers = {name: [value] for name, value in headers.items()}
    return {
        "statusCode": response.status,
        "multiValueHeaders" if listed else "headers": headers,
        "body": b64encode(content).decode() if encoded else content.decode(),
        "isBase64Encoded": encoded,
    }


def _read_headers(given: Mapping[str, Any]) -> dict[str, str]:
    """By names in small letters. A load balancer and VPC Lattice list the values of each."""
    return {
        name.lower(): value if isinstance(value, str) else ",".join(value)
        for name, value in given.items()
        if value is not None
    }


def _unquote(path: str) -> str:
    if "%" not in path:
        return path
    from urllib.parse import unquote  # 6 ms of a cold start that other paths do not need

    return unquote(path)
