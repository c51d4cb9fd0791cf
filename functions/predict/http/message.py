"""A request of HTTP and its response as values, whoever carries them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# A value that is made here holds no value that it is held by; to look for one takes half of the time.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False)


class HttpRequest(NamedTuple):
    """A header has its name in small letters, and values of one name joined by commas; `id` is sent back.

    `most` is how many bytes the response may have as JSON; None: any number, and it may come in parts.
    `takes_bytes` is false where a gateway has handed the body on as text: it does so with the answer too.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    id: str
    body: bytes = b""
    most: int | None = None
    takes_bytes: bool = True


class HttpResponse(NamedTuple):
    """The bytes of `content` may come in parts, which are made when they are asked for."""

    status: int
    headers: Mapping[str, str]
    content: bytes | Iterator[bytes] = b""


class HttpError(Exception):
    """Raise for an error with `status` in the form of the dialect that was asked; `detail` says the cure."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def reply(
    value: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> HttpResponse:
    """A response with a JSON value."""
    return send(_ENCODER.encode(value).encode(), media_type, headers, status)


def send(
    content: bytes, media_type: str, headers: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """A response with bytes."""
    own = {"content-length": str(len(content)), "content-type": media_type}
    return HttpResponse(status, {**headers, **own} if headers else own, content)


def send_new(
    request: HttpRequest, content: bytes, media_type: str, headers: Mapping[str, str]
) -> HttpResponse:
    """A response with bytes, or 304 where the client has those that the header `etag` names."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return HttpResponse(304, headers) if headers["etag"] in known else send(content, media_type, headers)
