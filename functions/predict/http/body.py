"""From the body of an HTTP request to a value."""

from collections.abc import Mapping
from typing import Any

from predict.dialects.request import Call, Read, UnreadableError
from predict.http.message import HttpError

_ZLIB = ("gzip", "x-gzip", "deflate")


def choose(headers: Mapping[str, str], reads: Mapping[str, Read]) -> Read:
    """What reads a body with these headers, before it is there. Raises HttpError with 415."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    read = reads.get("application/json" if media_type.endswith("+json") else media_type)
    if not read:
        others = [name for name in reads if name not in ("", "application/json")]
        also = f" It may also be {', '.join(others)}." if others else ""
        cure = f"send it with the header Content-Type: application/json.{also}"
        raise HttpError(415, f"Only JSON is read: {cure}")
    if _find_coding(headers) not in ("", "identity", *_ZLIB):
        detail = "The body's Content-Encoding is not read: send it with gzip or deflate, or without one."
        raise HttpError(415, detail)
    return read


def decode(content: bytes, read: Read, call: Call, max_bytes: int) -> Any:
    """The value that `read` makes of a body. Raises HttpError: 400 not what its type says, 413 too long."""
    if not content:
        raise HttpError(400, "The body is empty: send a JSON object.")
    if len(content) > max_bytes:
        raise too_long(max_bytes)
    try:
        return read(_unpack(content, call.headers, max_bytes), call)
    except UnreadableError as exc:
        raise HttpError(exc.status, exc.detail) from exc


def too_long(max_bytes: int) -> HttpError:
    """The error of a body that is longer than the limit, or declared to be."""
    return HttpError(413, f"At most {max_bytes:,} bytes are read: send several requests.")


def _find_coding(headers: Mapping[str, str]) -> str:
    return headers.get("content-encoding", "").strip().lower()


def _unpack(content: bytes, headers: Mapping[str, str], max_bytes: int) -> bytes:
    if _find_coding(headers) not in _ZLIB:
        return content
    import zlib  # few requests are compressed

    unpacking = zlib.decompressobj(wbits=47)  # gzip's form or zlib's
    try:
        plain = unpacking.decompress(content, max_bytes + 1)
    except zlib.error as exc:
        raise HttpError(400, "The body is not what its Content-Encoding says.") from exc
    if len(plain) > max_bytes:
        raise too_long(max_bytes)
    if not unpacking.eof or unpacking.unused_data:
        raise HttpError(400, "The body is not what its Content-Encoding says: it breaks off, or goes on.")
    return plain
