"""The queue door: messages of SQS, all of a batch scored in one call; only those that failed come again."""

from operator import itemgetter
from typing import Any

from predict import batch, sources, tools
from predict.batch import AtFault, Remaining
from predict.tools import Tools


def score(event: object, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """Which messages SQS is to deliver again. Of a FIFO queue, none is passed over to score a later one.

    Raises UnknownEventError; and what the store does where nothing can be written, so that all come again.
    """
    found = sources.records(event, "aws:sqs")
    queue = found[0]["eventSourceARN"].rpartition(":")[2]
    messages = {message["messageId"]: message for message in found}
    at_fault: AtFault = "stop" if queue.endswith(".fifo") else "skip"
    done = batch.score(f"queue/{queue}", messages, itemgetter("body"), tools, remaining, at_fault)
    failed = messages.keys() - done.scored
    return {"batchItemFailures": [{"itemIdentifier": id} for id in messages if id in failed]}


def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return score(event, tools.fetch(), context.get_remaining_time_in_millis)
