"""Errors as `application/problem+json` (RFC 9457), the form of our own dialects and of errors without one."""

from collections.abc import Sequence

from predict.dialects.request import Fault, Refusal

MEDIA_TYPE = "application/problem+json"

# The names of RFC 9110: the standard library's differ from one release of Python to the next.
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """A problem; its `errors` have a JSON pointer and a detail for each of `faults`."""
    title = _TITLES.get(status, "Client Error" if status < 500 else "Server Error")
    errors = {"errors": [fault._asdict() for fault in faults]} if faults else {}
    return Refusal({"title": title, "status": status, "detail": detail, **errors}, MEDIA_TYPE)
