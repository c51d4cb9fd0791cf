"""From the body of an HTTP request to a value."""

from collections.abc import Mapping
from typing import Any

from predict.dialects.request import Call, Read, UnreadableError
from predict.http.message import HttpError

_ZLIB = ("gzip", "x-gzip", "deflate")


def choose(headers: Mapping[str, str], reads: Mapping[str, Read]) -> Read:
    """What reads a body with these headers, before it is there. Raises HttpError with 415."""
    declared = headers.get("content-type", "")
    read = reads.get(declared) or reads.get(_simplify(declared))
    if not read:
        others = [name for name in reads if name not in ("", "application/json")]
        also = f" It may also be {', '.join(others)}." if others else ""
        cure = f"send it with the header Content-Type: application/json.{also}"
        raise HttpError(415, f"Only JSON is read: {cure}")
    if "content-encoding" in headers and _find_coding(headers) not in ("", "identity", *_ZLIB):
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
        plain = _unpack(content, max_bytes) if _find_coding(call.headers) in _ZLIB else content
        return read(plain, call)
    except UnreadableError as exc:
        raise HttpError(exc.status, exc.detail) from exc


def too_long(max_bytes: int) -> HttpError:
    """The error of a body that is longer than the limit, or declared to be."""
    return HttpError(413, f"At most {max_bytes:,} bytes are read: send several requests.")


def _simplify(media_type: str) -> str:
    """The type without parameters; JSON for all that are written in it."""
    media_type = media_type.partition(";")[0].strip().lower()
    return "application/json" if media_type.endswith("+json") else media_type


def _find_coding(headers: Mapping[str, str]) -> str:
    return headers.get("content-encoding", "").strip().lower()


def _unpack(content: bytes, max_bytes: int) -> bytes:
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
