"""The notifications door: messages of SNS and events of EventBridge, which nobody waits for."""

from collections.abc import Mapping
from typing import Any

from predict import batch, sources, tools
from predict.batch import Remaining
from predict.tools import Tools


class NotScoredError(RuntimeError):
    """Raise when a notification was not scored: it is tried again, then goes to the failure destination."""


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, int]:
    """How many were scored. Raises NotScoredError if not all were, after the others; UnknownEventError."""
    place, messages = _messages(event)
    done = batch.score(f"notifications/{place}", messages, lambda content: content, tools, remaining)
    if left := len(messages) - len(done.scored) - len(done.ignored):
        reasons = "; ".join(done.unreadable.values()) or "there was no time left"
        raise NotScoredError(f"{left} of {len(messages)} not scored: {reasons}")
    return {"scored": len(done.scored)}


def handler(event: object, context: Any) -> dict[str, int]:
    """Lambda's entry."""
    return score(event, tools.fetch(), context.get_remaining_time_in_millis)


def _messages(event: Any) -> tuple[str, Mapping[str, object]]:
    """Where their results belong, and the contents by message id; None for what is no message."""
    if isinstance(event, dict) and {"detail-type", "source", "detail", "id"} <= event.keys():
        scheduled = event["detail-type"] == "Scheduled Event"
        return "eventbridge", {event["id"]: None if scheduled else event}
    found = [record["Sns"] for record in sources.records(event, "aws:sns")]
    # what is there without a message must not pass for what is no message
    contents = {message["MessageId"]: message.get("Message") or "" for message in found}
    return found[0]["TopicArn"].rpartition(":")[2], contents
