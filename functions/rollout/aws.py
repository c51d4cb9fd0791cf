"""Signed calls of AWS's services, with the credentials that Lambda sets. The image has no boto3."""

import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit


class Answer(NamedTuple):
    """What a service answered. The names of `headers` are in small letters."""

    status: int
    headers: dict[str, str]
    body: Any


def call(service: str, path: str, body: object, target: str = "", seconds: float = 60) -> Answer:
    """POST `body` as JSON to `path`, whose escapes are those of a URL. `target` names the operation, if any.

    Raises OSError if the service cannot be reached or does not answer in time.
    """
    region = os.environ["AWS_REGION"]
    suffix = os.environ.get("URL_SUFFIX", "amazonaws.com")
    address = os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{suffix}"
    payload = json.dumps(body).encode()
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": urlsplit(address).netloc,
        "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
    }
    if target:
        headers["x-amz-target"] = target
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        headers["x-amz-security-token"] = token
    headers["authorization"] = _sign(service, region, path, headers, payload)
    request = urllib.request.Request(address + path, payload, headers)
    try:
        # the address is AWS's own, or the one that the environment names
        with urllib.request.urlopen(request, timeout=seconds) as response:  # nosec B310
            return _read(response)
    except urllib.error.HTTPError as exc:
        with exc:
            return _read(exc)


def _sign(service: str, region: str, path: str, headers: Mapping[str, str], payload: bytes) -> str:
    """The header `authorization`, by Signature Version 4.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    moment = headers["x-amz-date"]
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n{quote(path)}\n\n{lines}\n{names}\n{hashlib.sha256(payload).hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"


def _read(response: Any) -> Answer:
    body = response.read()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, json.loads(body) if body else None)
