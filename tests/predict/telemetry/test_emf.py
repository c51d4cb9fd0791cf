import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from model import ArtifactError, Classifier
from predict import api, direct, dispatcher, notifications, objects, queue, streams, warm
from predict.dialects.request import InvalidRequestError
from predict.events.errors import UnknownEventError
from predict.notifications import NotScoredError
from predict.telemetry.line import MAX_REASONS
from predict.warm import Tools
from tests.aws.clock import endless

Door = Callable[[Any, Tools, Callable[[], int]], object]
Said = Callable[[], dict[str, Any]]

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


class Context(NamedTuple):
    aws_request_id: str = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@pytest.fixture
def lambda_(aws_environment: None, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A new process of a function whose stack is mine, with a trace."""
    monkeypatch.setenv("RESULTS_URL", f"s3://{bucket}")
    monkeypatch.setenv("METRICS_NAMESPACE", "Sentiment/mine")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")
    kept = (warm.load_model, warm.open_tools, api._make_service)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def test_a_line_is_in_the_embedded_metric_format(
    lambda_: None, event: Callable[[str], Any], served: Classifier, capsys: pytest.CaptureFixture[str]
) -> None:
    before = time.time() * 1_000
    assert queue.handler(in_sqs(["I love this", "so sad", "{"]), Context())
    [line] = emitted(capsys)
    timestamp = line["_aws"].pop("Timestamp")
    assert isinstance(timestamp, int)
    assert before - 1 <= timestamp <= time.time() * 1_000
    answers = served.predict(["I love this", "so sad"])
    assert line.pop("Milliseconds") > 0
    metrics = {
        **dict.fromkeys(("ColdStart", "Milliseconds", "Tweets"), "Count"),
        **dict.fromkeys(("Scored", "Ignored", "Unreadable", "Unwritten", "Deferred"), "Count"),
        **dict.fromkeys(("MeanScore", "UnknownWordRate", "MeanCharacters", "SharePositive"), "None"),
        "Milliseconds": "Milliseconds",
        "MeanCharacters": "Count",
    }
    assert line == {
        "Door": "queue",
        "Model": "lexicon_ngrams",
        "ModelVersion": served.version,
        "ColdStart": 1,
        "RequestId": "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
        "TraceId": "1-5759e988-bd862e3fe1be46a994272793",
        "Tweets": 2,
        "Scored": 2,
        "Ignored": 0,
        "Unreadable": 1,
        "Unwritten": 0,
        "Deferred": 0,
        "MeanScore": round(sum(answer.probability for answer in answers) / 2, 4),
        "UnknownWordRate": 0.0,
        "MeanCharacters": 8.5,
        "SharePositive": 0.5,
        "Histograms": {
            "scores": {str(int(answer.probability * 10)): 1 for answer in answers},
            "characters": {"0": 2},
            "unknown_words": {"0": 2},
        },
        "Reasons": {"2": line["Reasons"]["2"]},
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "Sentiment/mine",
                    "Dimensions": [["Door"], ["Door", "ModelVersion"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics.items()],
                }
            ]
        },
    }


@pytest.mark.parametrize("name", ["rest", "http-api", "function-url", "alb", "rest_post_payload"])
def test_each_request_leaves_a_line_whichever_way_it_is_answered(
    lambda_: None, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for cold in (1, 0):
        answer = api.handler(event(name), Context())
        [line] = emitted(capsys)
        assert (line["Door"], line["ColdStart"], line["Status"]) == ("http", cold, answer["statusCode"])
        assert line["Dialect"] == ("post" if name == "rest_post_payload" else "native")
        assert line["Tweets"] == (8 if name == "rest_post_payload" else 1)
        assert {"ClientErrors", "ServerErrors"}.isdisjoint(line)


def test_an_error_of_a_client_counts_and_shows_nothing_of_its_text(
    lambda_: None, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    sent = event("function-url") | {"body": json.dumps({"text": SECRET, SECRET: 1}), "isBase64Encoded": False}
    assert api.handler(sent, Context())["statusCode"] == 422
    [line] = emitted(capsys)
    assert (line["Status"], line["ClientErrors"], line["Tweets"]) == (422, 1, 0)
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize("door", [api, direct, dispatcher, notifications, objects, queue, streams])
def test_a_warm_up_leaves_a_line_of_its_own(
    lambda_: None, capsys: pytest.CaptureFixture[str], door: Any
) -> None:
    assert door.handler({"warmer": True}, Context()) == {"status": "warm"}
    [line] = emitted(capsys)
    assert (line["Door"], line["ColdStart"], line["Tweets"]) == ("warm-up", 1, 0)


def test_the_dispatcher_leaves_one_line_that_names_the_door(
    lambda_: None, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    dispatcher.handler(event("direct"), Context())
    dispatcher.handler(event("sqs"), Context())
    assert [line["Door"] for line in emitted(capsys)] == ["direct", "queue"]


def test_a_failure_leaves_a_line_with_its_kind(lambda_: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidRequestError):
        direct.handler({"text": 5}, Context())
    [line] = emitted(capsys)
    assert (line["Door"], line["Error"], line["Tweets"]) == ("direct", "InvalidRequestError", 0)


def test_without_a_model_a_line_has_no_metrics(
    lambda_: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL", "nowhere")
    with pytest.raises(ArtifactError):
        direct.handler({"text": "a"}, Context())
    [line] = emitted(capsys)
    assert (line["Error"], line["ColdStart"], "_aws" in line) == ("ArtifactError", 1, False)


def test_the_first_reasons_stand_for_all(tools: Tools, said: Said) -> None:
    answer = queue.score(in_sqs(["{"] * 1_000), tools, endless)
    line = said()
    assert line["Unreadable"] == len(answer["batchItemFailures"]) == 1_000
    assert len(line["Reasons"]) == MAX_REASONS


def test_a_line_stays_short_whatever_a_batch_holds(tools: Tools, said: Said) -> None:
    queue.score(in_sqs(["a" * 20_000] * 1_000), tools, endless)
    assert len(json.dumps(said())) < 8_192


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
    tools: Tools, said: Said, door: Door, event_: Callable[[list[str]], Any]
) -> None:
    for bodies in (SECRETS, *([body] for body in SECRETS)):
        shown = ""
        try:
            shown = str(door(event_(bodies), tools, endless))
        except NotScoredError as exc:
            shown = str(exc)
        line = said()
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
    [line] = emitted(capsys)
    assert (line["Door"], line["Error"]) == ("unknown", "UnknownEventError")
    assert SECRET not in json.dumps(line)
