"""From the body of an HTTP request to a value."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from predict.dialects.request import Call, Read, UnreadableError
from predict.settings import Settings

FREE_BYTES = 65_536  # of a body: they are read however many others are being read
_ZLIB = ("gzip", "x-gzip", "deflate")
LONG_BODIES = 16  # bodies of MAX_BYTES that may be held at once, beside their free bytes


class Reader:
    """Reads bodies, and counts what it holds of those that are not complete."""

    def __init__(self, settings: Settings) -> None:
        self._max_bytes = settings.max_bytes
        self._held = 0  # bytes of all bodies beyond their free bytes

    async def read(self, request: Request, reads: Mapping[str, Read], call: Call) -> Any:
        """The value that `reads` makes of a body of its media type, which is JSON's for most.

        Raises HTTPException: 400 not what its type says, 413 too long, 415 another media type, 503 if too
        much is held already.
        """
        read = _choose(request, reads)
        content, held = bytearray(), 0
        try:
            async for chunk in request.stream():
                content += chunk
                if len(content) > FREE_BYTES:
                    held += self._hold(len(content) - FREE_BYTES - held)
                if len(content) > self._max_bytes:
                    raise too_long(self._max_bytes)
        except ClientDisconnect as exc:
            raise HTTPException(400, "The body breaks off.") from exc
        finally:
            self._held -= held
        if not content:
            raise HTTPException(400, "The body is empty: send a JSON object.")
        plain = _unpack(bytes(content), request, self._max_bytes)
        try:
            return read(plain, call)
        except UnreadableError as exc:
            raise HTTPException(exc.status, exc.detail) from exc

    def _hold(self, more: int) -> int:
        if self._held + more > LONG_BODIES * self._max_bytes:
            detail = "The server reads as many long bodies as it can hold: send it again later."
            raise HTTPException(503, detail, {"retry-after": "1"})
        self._held += more
        return more


def too_long(max_bytes: int) -> HTTPException:
    """The error of a body that is longer than the limit, or declared to be."""
    return HTTPException(413, f"At most {max_bytes:,} bytes are read: send several requests.")


def _choose(request: Request, reads: Mapping[str, Read]) -> Read:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read = reads.get("application/json" if media_type.endswith("+json") else media_type)
    if not read:
        others = [name for name in reads if name not in ("", "application/json")]
        also = f" It may also be {', '.join(others)}." if others else ""
        cure = f"send it with the header Content-Type: application/json.{also}"
        raise HTTPException(415, f"Only JSON is read: {cure}")
    if _find_coding(request) not in ("", "identity", *_ZLIB):
        detail = "The body's Content-Encoding is not read: send it with gzip or deflate, or without one."
        raise HTTPException(415, detail)
    return read


def _find_coding(request: Request) -> str:
    return request.headers.get("content-encoding", "").strip().lower()


def _unpack(content: bytes, request: Request, max_bytes: int) -> bytes:
    if _find_coding(request) not in _ZLIB:
        return content
    import zlib  # few requests are compressed

    unpacking = zlib.decompressobj(wbits=47)  # gzip's form or zlib's
    try:
        plain = unpacking.decompress(content, max_bytes + 1)
    except zlib.error as exc:
        raise HTTPException(400, "The body is not what its Content-Encoding says.") from exc
    if len(plain) > max_bytes:
        raise too_long(max_bytes)
    if not unpacking.eof or unpacking.unused_data:
        raise HTTPException(400, "The body is not what its Content-Encoding says: it breaks off, or goes on.")
    return plain
