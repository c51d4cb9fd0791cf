"""Which door an event belongs to, told from its shape."""

import re
from typing import Any, Literal

from predict import http_event, limits, warm
from predict.events import notices, record
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.events.notices import Notice

Door = Literal["api", "direct", "notifications", "objects", "queue", "streams", "warm-up"]

ACCEPTED = (
    "a request of HTTP (API Gateway, a load balancer, a function URL), records of SQS, SNS, S3, Kinesis or "
    'DynamoDB, an event of EventBridge, {"bucket": ..., "key": ...}, {"texts": [...]}, '
    '{"tweets_by_id": {...}}, or {"1": "a tweet"}, where digits or UUIDs are the ids'
)
_DOORS: dict[str | None, Door] = {
    "aws:dynamodb": "streams",
    "aws:kinesis": "streams",
    "aws:s3": "objects",
    "aws:sns": "notifications",
    "aws:sqs": "queue",
}
_DIRECT = ("text", "texts", "tweets", "tweets_by_id")
# arn:partition:service:region:account:name, or type/name in place of the name
_ARN = re.compile(
    r"arn:[\w-]+:(?:(?:sqs|sns):[\w-]*:\d*:|(?:kinesis|dynamodb):[\w-]*:\d*:(?:stream|table)/)(\w[\w.-]*)(?:/.*)?",
    re.ASCII,
)
_CURE = "send the records as AWS does."


def find_door(event: Any) -> Door:
    """Raises UnknownEventError."""
    if isinstance(event, dict):
        if warm.is_warm_up(event):
            return "warm-up"
        if http_event.is_http(event):
            return "api"
        if notices.find(event) or isinstance(event.get("Items"), list) or _carries_notice(event):
            return "objects"
        if service(event) in _DOORS:
            return _DOORS[service(event)]
        if is_of_bus(event):
            return "notifications"
        if limits.are_ids(event) or not event.keys().isdisjoint(_DIRECT):
            return "direct"
    raise UnknownEventError(f"The event is of no known source. Send {ACCEPTED}.")


def is_of_bus(event: Any) -> bool:
    """Whether EventBridge sent the event."""
    return isinstance(event, dict) and {"detail-type", "source", "detail"} <= event.keys()


def records(event: Any, *services: str) -> list[dict[str, Any]]:
    """The records of an event of one of `services`. Raises UnknownEventError."""
    if service(event) not in services:
        raise UnknownEventError(
            f"The event has no records of {' or '.join(services)}: see predict.dispatcher."
        )
    found: list[dict[str, Any]] = event["Records"]
    if not all(isinstance(record, dict) for record in found):
        raise UnknownEventError(f"The event has a record that is no object: {_CURE}")
    return found


def field(record: Any, *path: str) -> str:
    """The string below the members that `path` names. Raises UnknownEventError, which names them."""
    found = record
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str) and found:
        return found
    raise UnknownEventError(f"A record of the event has no {'.'.join(path)}: {_CURE}")


def resource(record: dict[str, Any], *path: str) -> str:
    """The queue, topic, stream or table that a record is from: its name, which names results too.

    It is in the ARN below the members that `path` names. Raises UnknownEventError, which names them.
    """
    if found := _ARN.fullmatch(field(record, *path)):
        return found[1]
    raise UnknownEventError(
        f"A record of the event names no queue, topic, stream or table in {'.'.join(path)}: {_CURE}"
    )


def service(event: Any) -> str | None:
    """The service that the records of `event` are from, or None."""
    found = event.get("Records") if isinstance(event, dict) else None
    first = found[0] if isinstance(found, list) and found else None
    name = (first.get("eventSource") or first.get("EventSource")) if isinstance(first, dict) else None
    return name if isinstance(name, str) else None


def _carries_notice(event: dict[str, Any]) -> bool:
    """Whether the first message of a queue or topic is a notice."""
    if service(event) not in ("aws:sqs", "aws:sns"):
        return False
    first = event["Records"][0]
    try:
        message = record.unwrap(first["Sns"]["Message"] if "Sns" in first else first["body"])
    except (UnreadableRecordError, LookupError, TypeError):
        return False
    return isinstance(message, Notice)
