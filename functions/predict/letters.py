"""What a message in a dead-letter queue or failure destination is, and why it is there."""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Shape = Literal["message", "invocation", "stream", "undelivered"]

_STREAMS = {"KinesisBatchInfo": "kinesis", "DDBStreamBatchInfo": "dynamodbstreams"}


class Place(NamedTuple):
    """Where the records of a batch lie, while their stream keeps them."""

    service: str  # as boto3 names its client
    stream: str  # the ARN
    shard: str
    first: str  # sequence numbers
    last: str
    records: int


class Letter(NamedTuple):
    """A message that failed for good. `reason` has nothing of its text.

    `target` is the ARN that it goes back to, with `content`. It is empty for a message that does not name its
    queue, and for a notification, which names its topic alone. The records of a stream are not in the letter.
    """

    shape: Shape
    reason: str
    target: str
    content: str
    place: Place | None = None
    topic: str = ""


def read(message: Mapping[str, Any]) -> Letter:
    """Tell what a message is that SQS gave. A message of no other shape is one that SQS moved.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    """
    text = message["Body"]
    source = message.get("Attributes", {}).get("DeadLetterQueueSourceArn", "")
    attributes = {name: given.get("StringValue", "") for name, given in _attributes(message).items()}
    body = _decode(text)
    if not source and "requestContext" in body:
        return _of_lambda(body)
    if not source and "TARGET_ARN" in attributes:
        said = attributes.get("ERROR_CODE"), attributes.get("EXHAUSTED_RETRY_CONDITION")
        return Letter("undelivered", _join(said), attributes["TARGET_ARN"], text)
    if not source and "ErrorCode" in attributes and body.get("Type") == "Notification":
        return Letter("undelivered", f"ErrorCode {attributes['ErrorCode']}", "", text, topic=body["TopicArn"])
    return Letter("message", "ReceivedTooOften", source, text)


def _of_lambda(body: Mapping[str, Any]) -> Letter:
    context, answer = body["requestContext"], body.get("responseContext") or {}
    for name, service in _STREAMS.items():
        if batch := body.get(name):
            ends = (batch["shardId"], batch["startSequenceNumber"], batch["endSequenceNumber"])
            stream = batch["streamArn"].partition("/consumer/")[0]
            place = Place(service, stream, *ends, batch["batchSize"])
            reason = _join((context["condition"], answer.get("functionError")))
            return Letter("stream", reason, context["functionArn"], "", place)
    payload = body.get("responsePayload")
    error = payload.get("errorType") if isinstance(payload, dict) else answer.get("functionError")
    reason = _join((context["condition"], error))
    return Letter("invocation", reason, context["functionArn"], json.dumps(body["requestPayload"]))


def _attributes(message: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = message.get("MessageAttributes", {})
    return found


def _decode(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _join(parts: tuple[str | None, ...]) -> str:
    return " ".join(part for part in parts if part)
