"""Signed calls of AWS's services, with the credentials that Lambda sets. The image has no boto3."""

import json
import os
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any, NamedTuple

from predict.settings import Account
from predict.telemetry.signature import sign


class Answer(NamedTuple):
    """What a service answered. The names of `headers` are in small letters."""

    status: int
    headers: dict[str, str]
    body: Any


def call(service: str, path: str, body: object, target: str = "", seconds: float = 60) -> Answer:
    """POST `body` as JSON to `path`, whose escapes are those of a URL. `target` names the operation, if any.

    Raises OSError if the service cannot be reached or does not answer in time.
    """
    suffix = os.environ.get("URL_SUFFIX", "amazonaws.com")
    address = os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{os.environ['AWS_REGION']}.{suffix}"
    payload = json.dumps(body).encode()
    headers = {"content-type": "application/x-amz-json-1.1"}
    if target:
        headers["x-amz-target"] = target
    region, key_id, secret = (
        os.environ[f"AWS_{name}"] for name in ("REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
    )
    account = Account(region, key_id, secret, os.environ.get("AWS_SESSION_TOKEN", ""), "", "")
    headers = sign(account, service, address + path, headers, payload, datetime.now(UTC))
    request = urllib.request.Request(address + path, payload, headers)
    try:
        # the address is AWS's own, or the one that the environment names
        with urllib.request.urlopen(request, timeout=seconds) as response:  # nosec B310
            return _read(response)
    except urllib.error.HTTPError as exc:
        with exc:
            return _read(exc)


def _read(response: Any) -> Answer:
    body = response.read()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, json.loads(body) if body else None)
