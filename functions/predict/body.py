"""From the body of an HTTP request to a JSON value: strictly JSON, in UTF-8, within the limit."""

import json
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request


async def read(request: Request, max_bytes: int) -> Any:
    """The JSON value. Raises HTTPException: 400 what is no JSON, 413 too long, 415 another media type."""
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
    return parse(bytes(content))


def parse(content: bytes) -> Any:
    """As `json.loads`, without what RFC 8259 leaves open: NaN, repeated names. Raises HTTPException."""
    try:
        return json.loads(
            content.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except UnicodeDecodeError as exc:
        raise HTTPException(400, f"The body is not UTF-8 at byte {exc.start}.") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise HTTPException(400, f"The body is not JSON at {where}: {exc.msg}.") from exc
    except RecursionError as exc:
        raise HTTPException(400, "The body is nested too deeply.") from exc
    except ValueError as exc:  # the limit of int(), which is on digits
        raise HTTPException(400, "The body has a number of too many digits.") from exc


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise HTTPException(
            400, "The body has an object with a repeated name: one of the values would be lost."
        )
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise HTTPException(400, f"The body is not JSON: {name} is no JSON number.")
