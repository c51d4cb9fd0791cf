"""The notifications door: messages of SNS and events of EventBridge, whose senders wait for no answer."""

from collections.abc import Mapping
from typing import Any

from predict import store, warm
from predict.deadline import Remaining
from predict.events import batch, sources
from predict.telemetry.emf import watched
from predict.warm import Tools


class NotScoredError(RuntimeError):
    """Raise when a notification was not scored: Lambda retries, then tells the failure destination."""


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, int]:
    """How many were scored. Raises NotScoredError, after the others, where one was not; UnknownEventError.

    Raises the store's error where it cannot write at all.
    """
    topic, messages = _messages(event)
    done = batch.score(f"notifications/{topic}", messages, lambda content: content, tools, remaining)
    if left := len(messages) - len(done.scored) - len(done.ignored):
        reasons = [f"one {reason}" for reason in done.unreadable.values()]
        if done.failure:
            reasons.append(f"the store failed: {store.reason(done.failure)}")
        reason = "; ".join(reasons) or "there was no time left"
        raise NotScoredError(
            f"{left} of {len(messages)} messages were not scored: {reason}"
        ) from done.failure
    return {"scored": len(done.scored)}


@watched("notifications")
def handler(event: object, context: Any) -> dict[str, int]:
    """Lambda's entry."""
    return score(event, warm.open_tools(), context.get_remaining_time_in_millis)


def _messages(event: Any) -> tuple[str, Mapping[str, object]]:
    """The topic, and the contents by message id."""
    if sources.is_of_bus(event):
        return "eventbridge", {sources.field(event, "id"): event}
    found = sources.records(event, "aws:sns")
    topic = sources.resource(found[0], "Sns", "TopicArn")
    return topic, {
        sources.field(record, "Sns", "MessageId"): {**record["Sns"], "Type": "Notification"}
        for record in found
    }
