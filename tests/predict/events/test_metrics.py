import json
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from predict import dispatcher, notifications, queue, streams
from predict.events import metrics
from predict.events.errors import UnknownEventError
from predict.notifications import NotScoredError
from predict.warm import Tools
from tests.aws.clock import endless

Door = Callable[[Any, Tools, Callable[[], int]], object]

QUEUE = "arn:aws:sqs:us-east-1:123456789012:tweets"
TOPIC = "arn:aws:sns:us-east-1:123456789012:tweets"

SECRET = "Zebra0815"
SECRETS = [
    SECRET,
    f'{{"text": "{SECRET}"',
    f'{{"text": ["{SECRET}"]}}',
    f'{{"text": "a", "id": ["{SECRET}"]}}',
    f'{{"{SECRET}": "{SECRET}"}}',
    f'{{"text": "{SECRET}", "text": "{SECRET}"}}',
    f'{{"text": "\\{SECRET}"}}',
    f'{{"text": {SECRET}}}',
    SECRET * 2_000,
    f"{SECRET}\ud83d",
    f'["{SECRET}"]',
    f'["software.amazon.payloadoffloading.PayloadS3Pointer", {{"s3Key": "{SECRET}"}}]',
    json.dumps(json.dumps({"text": SECRET})),
    b64encode(json.dumps({"text": SECRET}).encode()).decode(),
]


def emitted(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("\n")
    return [json.loads(line) for line in err.splitlines()]


def test_a_line_is_in_the_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    before = time.time() * 1_000
    metrics.emit("Sentiment", "queue", {"Scored": 8, "Unreadable": 0}, {"é\n": "is empty"})
    [line] = emitted(capsys)
    timestamp = line["_aws"].pop("Timestamp")
    assert isinstance(timestamp, int)
    assert before - 1 <= timestamp <= time.time() * 1_000
    assert line == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "Sentiment",
                    "Dimensions": [["Door"]],
                    "Metrics": [{"Name": "Scored", "Unit": "Count"}, {"Name": "Unreadable", "Unit": "Count"}],
                }
            ]
        },
        "Door": "queue",
        "Scored": 8,
        "Unreadable": 0,
        "Reasons": {"é\n": "is empty"},
    }


def test_the_first_reasons_stand_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.emit("Sentiment", "queue", {"Unreadable": 10_000}, {str(n): "is empty" for n in range(10_000)})
    [line] = emitted(capsys)
    assert line["Unreadable"] == 10_000
    assert line["Reasons"] == {str(n): "is empty" for n in range(metrics.MAX_REASONS)}


def test_a_line_stays_short_whatever_a_batch_holds(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    records = [
        {"messageId": f"{n:036}", "body": "a" * 20_000, "eventSource": "aws:sqs", "eventSourceARN": QUEUE}
        for n in range(1_000)
    ]
    queue.score({"Records": records}, tools, endless)
    assert len(capsys.readouterr().err) < 8_192


def in_sqs(bodies: list[str]) -> Any:
    return {
        "Records": [
            {"messageId": str(n), "body": body, "eventSource": "aws:sqs", "eventSourceARN": QUEUE}
            for n, body in enumerate(bodies)
        ]
    }


def in_kinesis(bodies: list[str]) -> Any:
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/tweets"
    return {
        "Records": [
            {
                "eventID": str(n),
                "kinesis": {
                    "data": b64encode(body.encode(errors="surrogatepass")).decode(),
                    "sequenceNumber": str(n),
                },
                "eventSource": "aws:kinesis",
                "eventSourceARN": arn,
            }
            for n, body in enumerate(bodies)
        ]
    }


def in_dynamodb(bodies: list[str]) -> Any:
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/tweets/stream/1"
    image = {"text": {"SS": bodies}, "id": {"S": SECRET}}
    return {
        "Records": [
            {
                "eventID": "1",
                "eventName": "INSERT",
                "dynamodb": {"NewImage": image, "SequenceNumber": "1"},
                "eventSource": "aws:dynamodb",
                "eventSourceARN": arn,
            }
        ]
    }


def in_sns(bodies: list[str]) -> Any:
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "Sns": {"MessageId": str(n), "TopicArn": TOPIC, "Subject": SECRET, "Message": body},
            }
            for n, body in enumerate(bodies)
        ]
    }


def on_a_bus(bodies: list[str]) -> Any:
    return {"id": "1", "source": "s", "detail-type": "t", "detail": {"a": bodies}}


@pytest.mark.parametrize(
    ("door", "event_"),
    [
        (queue.score, in_sqs),
        (streams.score, in_kinesis),
        (streams.score, in_dynamodb),
        (notifications.score, in_sns),
        (notifications.score, on_a_bus),
    ],
)
def test_nothing_of_a_text_is_in_a_log_or_an_exception(
    tools: Tools, capsys: pytest.CaptureFixture[str], door: Door, event_: Callable[[list[str]], Any]
) -> None:
    for bodies in (SECRETS, *([body] for body in SECRETS)):
        shown = ""
        try:
            shown = str(door(event_(bodies), tools, endless))
        except NotScoredError as exc:
            shown = str(exc)
        [line] = emitted(capsys)
        assert SECRET not in shown + json.dumps(line)
        assert line["Scored"] + line["Unreadable"] + line["Deferred"] > 0


@pytest.mark.parametrize("event_", [SECRET, {SECRET: {}}, {"Records": [{"eventSource": SECRET}]}])
def test_nothing_of_an_unknown_event_is_in_a_log_or_an_exception(
    tools: Tools, capsys: pytest.CaptureFixture[str], event_: object
) -> None:
    doors: list[Door] = [queue.score, streams.score, notifications.score]
    for door in doors:
        with pytest.raises(UnknownEventError) as refused:
            door(event_, tools, endless)
        assert SECRET not in str(refused.value)
    with pytest.raises(UnknownEventError) as refused:
        dispatcher.handler(event_, None)
    assert SECRET not in str(refused.value)
    assert capsys.readouterr() == ("", "")
