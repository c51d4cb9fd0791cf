"""What AWS writes into queues of failures, as its documentation shows it."""

import json
from typing import Any

import pytest

from predict import letters
from predict.letters import Letter, Place

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:sentiment-streams"
ASYNC: dict[str, Any] = {
    "version": "1.0",
    "timestamp": "2026-01-02T12:00:00.000Z",
    "requestContext": {
        "requestId": "c4a3f1c8-2c2b-4a2c-8d6c-4a1d3c0e4a5b",
        "functionArn": f"{FUNCTION}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"text": "I love this"},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "1 of 1 messages were not scored", "errorType": "NotScoredError"},
}
KINESIS: dict[str, Any] = {
    "requestContext": {
        "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
        "functionArn": FUNCTION,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 1,
    },
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "version": "1.0",
    "timestamp": "2026-01-02T12:00:00.021Z",
    "KinesisBatchInfo": {
        "shardId": "shardId-000000000001",
        "startSequenceNumber": "49601189658422359378836298521827638475320189012309704722",
        "endSequenceNumber": "49601189658422359378836298522902373528957594348623495186",
        "approximateArrivalOfFirstRecord": "2026-01-02T11:59:04.835Z",
        "approximateArrivalOfLastRecord": "2026-01-02T11:59:05.400Z",
        "batchSize": 500,
        "streamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/tweets",
    },
}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/tweets/stream/2026-01-02T12:00:00.000"
DYNAMODB: dict[str, Any] = {
    **{name: value for name, value in KINESIS.items() if name != "KinesisBatchInfo"},
    "DDBStreamBatchInfo": {
        "shardId": "shardId-00000001573689847184-864758bb",
        "startSequenceNumber": "800000000003126276362",
        "endSequenceNumber": "800000000003126276363",
        "approximateArrivalOfFirstRecord": "2026-01-02T11:59:07Z",
        "approximateArrivalOfLastRecord": "2026-01-02T11:59:07Z",
        "batchSize": 2,
        "streamArn": TABLE,
    },
}
TARGET = "arn:aws:sqs:us-east-1:123456789012:input"
BUS_ATTRIBUTES = {
    "RULE_ARN": "arn:aws:events:us-east-1:123456789012:rule/input",
    "TARGET_ARN": TARGET,
    "ERROR_CODE": "NO_PERMISSIONS",
    "ERROR_MESSAGE": "the text of the error",
}
TOPIC = "arn:aws:sns:us-east-1:123456789012:tweets"
NOTIFICATION = {"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Message": "I love this"}
SNS_ATTRIBUTES = {"RequestID": "8f3b", "ErrorCode": "403", "ErrorMessage": "the text of the error"}
SOURCE = "arn:aws:sqs:us-east-1:123456789012:tweets"


def message(body: object, attributes: dict[str, str] | None = None, source: str = "") -> dict[str, Any]:
    """As SQS gives it."""
    given = {"ApproximateReceiveCount": "1", **({"DeadLetterQueueSourceArn": source} if source else {})}
    said = {name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()}
    text = body if isinstance(body, str) else json.dumps(body)
    return {"MessageId": "1", "Body": text, "Attributes": given, "MessageAttributes": said}


def place(service: str, batch: dict[str, Any]) -> Place:
    ends = batch["startSequenceNumber"], batch["endSequenceNumber"]
    return Place(service, batch["streamArn"], batch["shardId"], *ends, batch["batchSize"])


SHAPES = {
    "a message": (message("so sad", source=SOURCE), Letter("message", "ReceivedTooOften", SOURCE, "so sad")),
    "a message of an unnamed queue": (message("[1]"), Letter("message", "ReceivedTooOften", "", "[1]")),
    "a notification that a queue got": (
        message(NOTIFICATION, source=SOURCE),
        Letter("message", "ReceivedTooOften", SOURCE, json.dumps(NOTIFICATION)),
    ),
    "an event that is like a letter, in a message": (
        message(ASYNC, source=SOURCE),
        Letter("message", "ReceivedTooOften", SOURCE, json.dumps(ASYNC)),
    ),
    "an invocation": (
        message(ASYNC),
        Letter(
            "invocation",
            "RetriesExhausted NotScoredError",
            f"{FUNCTION}:$LATEST",
            json.dumps(ASYNC["requestPayload"]),
        ),
    ),
    "a batch of Kinesis": (
        message(KINESIS),
        Letter(
            "stream",
            "RetryAttemptsExhausted Unhandled",
            FUNCTION,
            "",
            place("kinesis", KINESIS["KinesisBatchInfo"]),
        ),
    ),
    "a batch of DynamoDB": (
        message(DYNAMODB),
        Letter(
            "stream",
            "RetryAttemptsExhausted Unhandled",
            FUNCTION,
            "",
            place("dynamodbstreams", DYNAMODB["DDBStreamBatchInfo"]),
        ),
    ),
    "an event of EventBridge": (
        message({"detail": {}}, BUS_ATTRIBUTES),
        Letter("undelivered", "NO_PERMISSIONS", TARGET, '{"detail": {}}'),
    ),
    "an event of EventBridge, tried until it was too old": (
        message({"detail": {}}, {**BUS_ATTRIBUTES, "EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds"}),
        Letter("undelivered", "NO_PERMISSIONS MaximumEventAgeInSeconds", TARGET, '{"detail": {}}'),
    ),
    "a notification of SNS": (
        message(NOTIFICATION, SNS_ATTRIBUTES),
        Letter("undelivered", "ErrorCode 403", "", json.dumps(NOTIFICATION), topic=TOPIC),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_told_from_the_others(name: str) -> None:
    given, letter = SHAPES[name]
    assert letters.read(given) == letter


def test_a_batch_that_waited_too_long_has_no_answer_to_tell_of() -> None:
    context = {**KINESIS["requestContext"], "condition": "RecordAgeExceeded"}
    letter = letters.read(message({**KINESIS, "requestContext": context, "responseContext": None}))
    assert (letter.shape, letter.reason) == ("stream", "RecordAgeExceeded")


def test_a_consumers_batch_lies_in_the_stream() -> None:
    batch = {**KINESIS["KinesisBatchInfo"]}
    batch["streamArn"] += "/consumer/sentiment:1767355200"
    found = letters.read(message({**KINESIS, "KinesisBatchInfo": batch})).place
    assert found == place("kinesis", KINESIS["KinesisBatchInfo"])
