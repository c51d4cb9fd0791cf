"""Every error of the HTTP door, in the form of the dialect that was asked. None shows text or server."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predict.dialects import problem
from predict.dialects.request import Fault, InvalidRequestError, Refusal

Refuse = Callable[[int, str, Sequence[Fault]], Refusal]
Handlers = dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]]

_DETAILS = {
    404: "There is nothing at this path: /docs shows what there is.",
    405: "This path takes another method: see the header Allow.",
}
_FILE_DETAILS = {
    400: "The header Range cannot be read: leave it out.",
    416: "The file has no such range: its length is in the header Content-Range.",
}


def handlers(find: Callable[[Request], Refuse], find_methods: Callable[[Scope], Collection[str]]) -> Handlers:
    """For Starlette; `find` gives the form of the errors of a request, `find_methods` what its path takes."""

    def refuse(
        request: Request,
        status: int,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> JSONResponse:
        refusal = find(request)(status, detail, faults)
        return JSONResponse(refusal.body, refusal.status or status, headers, refusal.media_type)

    async def on_http_error(request: Request, exc: HTTPException) -> JSONResponse:
        is_bare = exc.detail == HTTPStatus(exc.status_code).phrase  # Starlette's own says nothing more
        detail = _DETAILS.get(exc.status_code, exc.detail) if is_bare else exc.detail
        headers = exc.headers
        if exc.status_code == 405 and (methods := find_methods(request.scope)):
            headers = {"allow": ", ".join(sorted(methods))}
        return refuse(request, exc.status_code, detail, headers=headers)

    async def on_invalid_request(request: Request, exc: InvalidRequestError) -> JSONResponse:
        return refuse(request, 422, INVALID, exc.faults)

    async def on_crash(request: Request, _exc: Exception) -> JSONResponse:
        return refuse(request, 500, "The server failed to answer: the request was not at fault.")

    return {
        HTTPException: on_http_error,
        InvalidRequestError: on_invalid_request,
        Exception: on_crash,
    }


def as_problems(files: ASGIApp) -> ASGIApp:
    """The same files, with a problem in place of the plain text with which Starlette refuses a range."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def translate(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in _FILE_DETAILS:
                refused = True
                status = message["status"]
                refusal = problem.refuse(status, _FILE_DETAILS[status])
                ranges = {n.decode(): v.decode() for n, v in message["headers"] if n == b"content-range"}
                response = JSONResponse(refusal.body, status, ranges, refusal.media_type)
                await response(scope, receive, send)
            elif not refused:
                await send(message)

        await files(scope, receive, translate)

    return serve


INVALID = "The body is JSON, but not a request: see errors."
