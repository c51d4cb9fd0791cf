"""From the body of an HTTP request to a JSON value."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from predict import strict_json
from predict.strict_json import NotJsonError


async def read(request: Request, max_bytes: int) -> Any:
    """The JSON value. Raises HTTPException: 400 not JSON in UTF-8, 413 too long, 415 another media type."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415, "Only JSON is read: send it with the header Content-Type: application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Compressed bodies are not read: send it without Content-Encoding.")
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > max_bytes:
                raise HTTPException(413, f"At most {max_bytes:,} bytes are read: send several requests.")
    except ClientDisconnect as exc:
        raise HTTPException(400, "The body breaks off.") from exc
    if not content:
        raise HTTPException(400, "The body is empty: send a JSON object.")
    return _parse(bytes(content))


def _parse(content: bytes) -> Any:
    try:
        return strict_json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise HTTPException(400, f"The body is not UTF-8 at byte {exc.start}.") from exc
    except NotJsonError as exc:
        raise HTTPException(400, f"The body {exc}.") from exc
