"""Reads the lines of a log group, with CloudWatch Logs Insights over HTTP."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from predict.settings import Account
from predict.telemetry.signature import sign

SECONDS = 45  # for a query: one of a day takes a few
_PAUSE = 0.5  # seconds between two questions whether it is done
_REQUEST_SECONDS = 10
_PENDING = ("Scheduled", "Running")


class LogsError(RuntimeError):
    """Raise when the lines cannot be read; the message has no line."""


def read_newest(account: Account, version: str, hours: int, most: int) -> Iterator[dict[str, Any]]:
    """The lines that have answers of a version of the model, the newest first. Raises LogsError."""
    now = int(time.time())
    query = (
        f'fields @message | filter ModelVersion = "{version}" and Tweets > 0'
        f" | sort @timestamp desc | limit {most}"
    )
    asked = {"logGroupName": account.log_group, "startTime": now - hours * 3_600, "endTime": now}
    started = _call(account, "StartQuery", {**asked, "queryString": query})
    for row in _wait(account, started["queryId"]):
        line = _parse(next(field["value"] for field in row if field["field"] == "@message"))
        if line.get("ModelVersion") == version and line.get("Tweets"):
            yield line


def _wait(account: Account, id: str) -> list[list[dict[str, str]]]:
    status = ""
    for _ in range(int(SECONDS / _PAUSE)):
        found = _call(account, "GetQueryResults", {"queryId": id})
        status = found["status"]
        if status == "Complete":
            rows: list[list[dict[str, str]]] = found["results"]
            return rows
        if status not in _PENDING:
            break
        time.sleep(_PAUSE)
    raise LogsError(f"The query of the log is {status}, not complete: invoke the function again.")


def _parse(message: str) -> dict[str, Any]:
    """A line of ours; nothing of what others wrote."""
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _call(account: Account, action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    body = json.dumps(asked).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"Logs_20140328.{action}"}
    signed = sign(account, "logs", account.logs_url, headers, body, datetime.now(UTC))
    try:
        # the address is AWS's own, or the one that the environment names
        with urlopen(Request(account.logs_url, body, signed), timeout=_REQUEST_SECONDS) as response:  # nosec B310
            answer: dict[str, Any] = json.loads(response.read())
    except HTTPError as exc:
        kind = _parse(exc.read().decode(errors="replace")).get("__type", "")
        raise LogsError(
            f"CloudWatch Logs refuses {action} with {exc.code} {kind}: the role of the function needs "
            f"logs:{action}, and the log group {account.log_group} must be there."
        ) from None
    except OSError as exc:
        raise LogsError(f"CloudWatch Logs does not answer {action} ({type(exc).__name__}).") from exc
    return answer
