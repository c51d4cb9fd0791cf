"""Which door an event belongs to, told from its shape."""

from typing import Any, Literal

from predict.events import notices, record
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.events.notices import Notice

Door = Literal["api", "direct", "notifications", "objects", "queue", "streams", "warm-up"]

ACCEPTED = (
    "a request of HTTP (API Gateway, a load balancer, a function URL), records of SQS, SNS, S3, Kinesis or "
    'DynamoDB, an event of EventBridge, {"bucket": ..., "key": ...}, {"texts": [...]}, or {"1": "a tweet"}'
)
_DOORS: dict[str | None, Door] = {
    "aws:dynamodb": "streams",
    "aws:kinesis": "streams",
    "aws:s3": "objects",
    "aws:sns": "notifications",
    "aws:sqs": "queue",
}


def find_door(event: Any) -> Door:
    """Raises UnknownEventError."""
    if isinstance(event, dict):
        if event.get("source") == "serverless-plugin-warmup" or event.get("warmup") is True:
            return "warm-up"
        if isinstance(event.get("requestContext"), dict):
            return "api"
        if notices.find(event) or isinstance(event.get("Items"), list) or _carries_notice(event):
            return "objects"
        if service(event) in _DOORS:
            return _DOORS[service(event)]
        if {"detail-type", "source", "detail"} <= event.keys():
            return "notifications"
        if event and all(isinstance(value, str) for value in event.values()):
            return "direct"  # tweets by id, as in the blog post
        if not event.keys().isdisjoint(("text", "texts", "tweets")):
            return "direct"
    raise UnknownEventError(f"The event is of no known source. Send {ACCEPTED}.")


def records(event: Any, *services: str) -> list[dict[str, Any]]:
    """The records of an event of one of `services`. Raises UnknownEventError."""
    if service(event) in services:
        found: list[dict[str, Any]] = event["Records"]
        return found
    raise UnknownEventError(f"The event has no records of {' or '.join(services)}: see predict.dispatcher.")


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
