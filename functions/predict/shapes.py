"""What an event is, where doors and rooms must agree on it. All is told from its shape alone."""

import re
from typing import Any

# A tweet by its id, as in the blog post's {"1": "a tweet"}: no event of AWS has members with such names.
_ID = re.compile(r"[0-9]+|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_AUTHORIZERS = ("authorizationToken", "methodArn", "routeArn")  # only an authorizer's request has one of them

# As plugins and schedules name it, in small letters and without the signs between the words.
_WARM_UPS = {
    "keepwarm",
    "ping",
    "serverlesspluginlambdawarmup",
    "serverlesspluginwarmup",
    "warmer",
    "warmup",
}
_WORK = {"bucket", "key", "s3uri", "text", "uri"}  # who names one of them asks for more than warmth
_SIGNS = str.maketrans("", "", " -_")


def is_http(event: Any) -> bool:
    """A request that API Gateway, a load balancer or a function URL hands on; no authorizer, no websocket."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict) or "connectionId" in context:
        return False
    if not event.keys().isdisjoint(_AUTHORIZERS):
        return False
    return "httpMethod" in event or isinstance(context.get("http"), dict)


def is_warm_up(event: Any) -> bool:
    """A call that only keeps the function warm: by a plugin, by hand, or by a schedule of EventBridge."""
    if not isinstance(event, dict):
        return False
    if event.get("detail-type") == "Scheduled Event":
        return event.get("source") in ("aws.events", "aws.scheduler")
    if any(isinstance(value, dict | list) for value in event.values()):
        return False
    if not _WORK.isdisjoint(map(_plain, event)):
        return False
    named = {_plain(event.get(name)) for name in ("action", "source", "type")}
    flagged = {_plain(name) for name, value in event.items() if value and _plain(value) != "false"}
    return not _WARM_UPS.isdisjoint(named | flagged)


def has_ids(event: Any) -> bool:
    """Whether the name of every member is an id: digits or a UUID."""
    return isinstance(event, dict) and bool(event) and all(_ID.fullmatch(name) for name in event)


def _plain(name: object) -> str:
    return name.translate(_SIGNS).lower() if isinstance(name, str) else ""
