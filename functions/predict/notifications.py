"""The notifications door: messages of SNS and events of EventBridge, whose senders wait for no answer."""

from collections.abc import Mapping
from typing import Any

from predict import warm
from predict.deadline import Remaining
from predict.events import batch, sources
from predict.warm import Tools


class NotScoredError(RuntimeError):
    """Raise when a notification was not scored: Lambda retries, then tells the failure destination."""


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, int]:
    """How many were scored. Raises NotScoredError, after the others, where one was not; UnknownEventError."""
    topic, messages = _messages(event)
    done = batch.score(f"notifications/{topic}", messages, lambda content: content, tools, remaining)
    if left := len(messages) - len(done.scored) - len(done.ignored):
        reasons = "; ".join(done.unreadable.values()) or "there was no time left"
        raise NotScoredError(f"{left} of {len(messages)} not scored: {reasons}")
    return {"scored": len(done.scored)}


def handler(event: object, context: Any) -> dict[str, int]:
    """Lambda's entry."""
    return warm.up(event) or score(event, warm.open_tools(), context.get_remaining_time_in_millis)


def _messages(event: Any) -> tuple[str, Mapping[str, object]]:
    """The topic, and the contents by message id."""
    if sources.is_of_bus(event):
        return "eventbridge", {sources.field(event, "id"): event}
    found = sources.records(event, "aws:sns")
    # "" is unreadable and None would be ignored: a record without a message must not be
    contents = {
        sources.field(record, "Sns", "MessageId"): record["Sns"].get("Message") or "" for record in found
    }
    return sources.resource(found[0], "Sns", "TopicArn"), contents
