"""The plainest request, `POST /predict` through API Gateway or a function URL, answered without the app.

The app needs asyncio, Starlette and Mangum. Their imports are half of the time that a client waits for the
first answer of a container. Whatever is unusual or wrong is the app's, so errors have one place. Tests
compare both ways byte for byte.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from model import Classifier
from predict import strict_json
from predict.dialects import choose, native, respond
from predict.http import identity, prefix
from predict.http_event import is_http
from predict.settings import Settings
from predict.telemetry.line import current

PATH = "/predict"
MEDIA_TYPE = "application/json"
MAX_BYTES = 1_000_000  # of an answer; the app knows how long one may be for whom

Headers = Mapping[str, Sequence[str]]


def answer(event: Any, context: Any, model: Classifier, settings: Settings) -> dict[str, Any] | None:
    """The response to `event`, or None where the app is to answer."""
    if settings.allowed_origins or settings.base_path or "native" not in choose(settings.dialects):
        return None
    try:
        if not is_http(event):
            return None
        headers = _find_headers(event)
        body = _read(event, headers, settings.max_bytes)
        if body is None:
            return None
        said = respond(native, strict_json.loads(body.decode("utf-8-sig")), model, settings)
    except (AttributeError, LookupError, TypeError, ValueError):  # the app says what is wrong
        return None
    content = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    length = len(content.encode())
    if length > MAX_BYTES:
        current().forget()
        return None
    given = "".join(headers.get("x-request-id", ())).encode()
    named = {
        "content-length": str(length),
        "content-type": MEDIA_TYPE,
        "x-model-name": model.name,
        "x-model-version": model.version,
        "x-request-id": identity.find_id(given, context).decode(),
    }
    multiple: dict[str, Any] = {} if "http" in event["requestContext"] else {"multiValueHeaders": {}}
    return {"statusCode": 200, "headers": named, **multiple, "body": content, "isBase64Encoded": False}


def _read(event: Mapping[str, Any], headers: Headers, max_bytes: int) -> bytes | None:
    """The body of a plain request, or None. A broken event raises ValueError and its like."""
    if "elb" in event["requestContext"]:
        return None
    http = event["requestContext"].get("http")
    method, path = (http["method"], http["path"]) if http else (event["httpMethod"], event["path"])
    types = [value.partition(";")[0].strip().lower() for value in headers.get("content-type", ())]
    if method != "POST" or types != [MEDIA_TYPE] or "content-encoding" in headers:
        return None
    if prefix.find_route(event, path) != PATH or len(headers.get("x-request-id", ())) > 1:
        return None
    body: str = event["body"]
    content = b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    return content if 0 < len(content) <= max_bytes else None


def _find_headers(event: Mapping[str, Any]) -> Headers:
    """The values of each header, by its name in small letters."""
    found: dict[str, list[str]] = {}
    multiple = event.get("multiValueHeaders") or {}
    single = {name: [value] for name, value in (event.get("headers") or {}).items() if value is not None}
    for name, values in (multiple or single).items():
        found.setdefault(name.lower(), []).extend(values)
    return found
