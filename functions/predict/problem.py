"""Errors of the HTTP door as `application/problem+json` (RFC 9457). They show nothing of text or server."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from predict.request import Fault, InvalidRequest

MEDIA_TYPE = "application/problem+json"

# The names of RFC 9110, which the standard library calls differently from one release of Python to the next.
_TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def problem(status: int, detail: str, faults: list[Fault] | None = None) -> dict[str, object]:
    """The members of a problem; `errors` has a JSON pointer and a detail for each of `faults`."""
    errors = {"errors": [fault._asdict() for fault in faults]} if faults else {}
    return {"title": _TITLES[status], "status": status, "detail": detail, **errors}


def invalid_request(exc: InvalidRequest) -> dict[str, object]:
    return problem(422, "The body is JSON, but not a request: see errors.", exc.faults)


async def on_http_error(request: Request, exc: HTTPException) -> JSONResponse:
    details = {
        404: "There is nothing at this path: /docs shows what there is.",
        405: "This path takes another method: see the header Allow.",
    }
    body = problem(exc.status_code, details.get(exc.status_code, exc.detail))
    return JSONResponse(body, exc.status_code, exc.headers, MEDIA_TYPE)


async def on_invalid_request(request: Request, exc: InvalidRequest) -> JSONResponse:
    return JSONResponse(invalid_request(exc), 422, media_type=MEDIA_TYPE)


async def on_crash(request: Request, exc: Exception) -> JSONResponse:
    body = problem(500, "The server failed to answer: the request was not at fault.")
    return JSONResponse(body, 500, media_type=MEDIA_TYPE)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    HTTPException: on_http_error,
    InvalidRequest: on_invalid_request,
    Exception: on_crash,
}
