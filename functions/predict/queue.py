"""The queue door: scores a batch of SQS messages in one call; only those that failed are delivered again."""

from typing import Any

from predict import warm
from predict.deadline import Remaining
from predict.events import batch, sources
from predict.events.batch import OnUnreadable
from predict.telemetry.emf import watched
from predict.warm import Tools


def score(event: object, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """The messages that SQS is to deliver again. In a FIFO queue, all behind an unreadable one wait.

    Raises UnknownEventError. Raises the store's error where it cannot write at all: SQS delivers all again.
    """
    found = sources.records(event, "aws:sqs")
    queue = sources.resource(found[0], "eventSourceARN")
    messages = {sources.field(message, "messageId"): message for message in found}
    on_unreadable: OnUnreadable = "stop" if queue.endswith(".fifo") else "skip"
    done = batch.score(f"queue/{queue}", messages, _body, tools, remaining, on_unreadable)
    failed = messages.keys() - done.scored
    return {"batchItemFailures": [{"itemIdentifier": id} for id in messages if id in failed]}


def _body(message: dict[str, Any]) -> object:
    return message.get("body") or ""  # None would be ignored: a message without a body must not be


@watched("queue")
def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return score(event, warm.open_tools(), context.get_remaining_time_in_millis)
