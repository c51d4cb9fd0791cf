from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict import warm
from predict.events import sources
from predict.events.errors import UnknownEventError
from tests.aws import foreign

SAMPLES = Path(__file__).parents[3] / "functions" / "predict" / "samples"
DOORS = {
    "alb": "api",
    "direct": "direct",
    "dynamodb": "streams",
    "eventbridge": "notifications",
    "eventbridge-in-sqs": "queue",
    "function-url": "api",
    "http-api": "api",
    "kinesis": "streams",
    "map-item": "objects",
    "object-created": "objects",
    "object-created-in-sqs": "objects",
    "rest": "api",
    "s3": "objects",
    "s3-in-sns": "objects",
    "s3-in-sns-in-sqs": "objects",
    "s3-in-sqs": "objects",
    "s3-test": "objects",
    "s3-test-in-sqs": "objects",
    "scheduled": "warm-up",
    "sns": "notifications",
    "sns-in-sqs": "queue",
    "sqs": "queue",
    "sqs-fifo": "queue",
    "warm-up": "warm-up",
}
REFUSED = (
    "The event is of no known source. Send a request of HTTP (API Gateway, a load balancer, a function URL), "
    "records of SQS, SNS, S3, Kinesis or DynamoDB, an event of EventBridge, "
    '{"bucket": ..., "key": ...}, {"texts": [...]}, {"tweets_by_id": {...}}, or {"1": "a tweet"}, '
    "where digits or UUIDs are the ids."
)
FIREHOSE = {
    "invocationId": "i",
    "deliveryStreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/tweets",
    "region": "us-east-1",
    "records": [{"recordId": "1", "approximateArrivalTimestamp": 0, "data": "c2VjcmV0"}],
}
FOREIGN: dict[str, Any] = {
    "null": None,
    "text": "secret",
    "number": 5,
    "list": ["secret"],
    "nothing": {},
    "no records": {"Records": []},
    "null for records": {"Records": None},
    "records that are none": {"Records": ["secret"]},
    "another service": {"Records": [{"eventSource": "aws:ses", "ses": {"mail": "secret"}}]},
    "a service that is no name": {"Records": [{"eventSource": ["aws:sqs"], "body": "secret"}]},
    "Lambda@Edge": {"Records": [{"cf": {"request": "secret"}}]},
    "Firehose": FIREHOSE,
    "logs of CloudWatch": {"awslogs": {"data": "secret"}},
    "Kafka": {"eventSource": "aws:kafka", "records": {"tweets-0": [{"value": "secret"}]}},
    "the end of a tumbling window": {"Records": [], "state": {"secret": 1}, "isFinalInvokeForWindow": True},
    "Cognito": {"version": "1", "request": {"userAttributes": "secret"}},
    "a tweet by a name": {"secret": "secret"},
    "a tweet by an id, and a name": {"1": "a", "secret": "secret"},
    "an event of a bus in part": {"source": "a tweet about a source", "detail": "and its detail"},
}


@pytest.mark.parametrize("name", DOORS)
def test_every_sample_goes_to_the_door_of_its_name(event: Callable[[str], Any], name: str) -> None:
    assert sources.find_door(event(name)) == DOORS[name]


def test_no_sample_is_without_a_door() -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == sorted(DOORS)


@pytest.mark.parametrize(
    "name", ["direct_text", "direct_texts", "direct_tweets", "direct_wrong", "post_payload"]
)
def test_every_form_of_a_direct_request_goes_to_the_direct_door(
    event: Callable[[str], Any], name: str
) -> None:
    assert sources.find_door(event(name)) == "direct"


@pytest.mark.parametrize(
    ("event_", "door"),
    [
        ({"text": 5}, "direct"),
        ({"tweets": None, "threshold": 2}, "direct"),
        ({"1": "a", "2": 5}, "direct"),
        ({"1285": "a", "0d559ee6-5e3e-5782-90da-08839ea0e74f": "b"}, "direct"),
        ({"tweets_by_id": {"a name": "a"}}, "direct"),
        ({"warmup": True}, "warm-up"),
        ({"Items": []}, "objects"),
        ({"Items": [{"bucket": "b", "key": "k"}], "BatchInput": {}}, "objects"),
        ({"bucket": "b", "key": "k", "etag": "e"}, "objects"),
        ({"requestContext": {}, "Records": [{"eventSource": "aws:sqs"}]}, "queue"),
        ({"requestContext": {"http": {}}, "Records": [{"eventSource": "aws:sqs"}]}, "api"),
        ({"Records": [{"eventSource": "aws:sqs"}]}, "queue"),
        ({"Records": [{"eventSource": "aws:sqs", "body": None}]}, "queue"),
        ({"Records": [{"eventSource": "aws:sqs", "body": "{"}]}, "queue"),
        ({"Records": [{"EventSource": "aws:sns", "Sns": {}}]}, "notifications"),
        ({"source": "s", "detail-type": "t", "detail": "x", "id": "1"}, "notifications"),
    ],
)
def test_a_door_is_told_from_the_shape_of_an_event(event_: object, door: str) -> None:
    assert sources.find_door(event_) == door


@pytest.mark.parametrize("name", foreign.WARM_UPS)
def test_every_usual_warm_up_is_one(name: str) -> None:
    assert sources.find_door(foreign.WARM_UPS[name]) == "warm-up"


@pytest.mark.parametrize(
    "event_",
    [
        {"warmup": False},
        {"warmer": "false"},
        {"keep_warm": None},
        {"ping": 0},
        {"action": "warm"},
        {"text": "ping", "warmup": True},
        {"text": "", "ping": True},
        {"bucket": "b", "key": "k", "warmer": True},
        {"Bucket": "b", "Key": "k", "action": "ping"},
        {"s3_uri": "s3://b/k", "ping": True},
        {"texts": ["ping"], "type": "ping"},
        {"1": "ping"},
        {"requestContext": {"http": {"method": "GET"}}, "type": "ping"},
        {"source": "sentiment.tweets", "detail-type": "Scheduled Event", "detail": {"text": "ping"}},
    ],
)
def test_what_asks_for_more_or_for_nothing_is_no_warm_up(event_: dict[str, Any]) -> None:
    assert not warm.is_warm_up(event_)


def test_a_notification_of_null_is_told_without_a_crash() -> None:
    assert sources.find_door({"Records": [{"EventSource": "aws:sns", "Sns": None}]}) == "notifications"


@pytest.mark.parametrize("name", FOREIGN)
def test_an_unknown_event_is_refused_with_what_is_accepted_and_nothing_of_it_is_shown(name: str) -> None:
    with pytest.raises(UnknownEventError) as refused:
        sources.find_door(FOREIGN[name])
    assert str(refused.value) == REFUSED


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "Records",
                        "eventSource",
                        "source",
                        "detail",
                        "detail-type",
                        "body",
                        "Items",
                        "requestContext",
                    ]
                )
                | st.text(max_size=3),
                inner | st.sampled_from(["aws:sqs", "aws:s3", "aws:kinesis", "aws.s3"]),
                max_size=4,
            )
        ),
    )
)
def test_any_event_has_a_door_or_is_unknown(event_: object) -> None:
    try:
        found: str = sources.find_door(event_)
    except UnknownEventError as exc:
        found = str(exc)
    assert found in {*DOORS.values(), REFUSED}


def test_records_are_given_to_a_door_of_their_service_alone(event: Callable[[str], Any]) -> None:
    kinesis = event("kinesis")
    assert sources.records(kinesis, "aws:kinesis", "aws:dynamodb") == kinesis["Records"]
    for other in (kinesis, *FOREIGN.values()):
        with pytest.raises(UnknownEventError) as refused:
            sources.records(other, "aws:sqs", "aws:sns")
        assert str(refused.value) == "The event has no records of aws:sqs or aws:sns: see predict.dispatcher."


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sqs:us-east-1:123456789012:tweets.fifo", "tweets.fifo"),
        ("arn:aws-cn:sns:cn-north-1:123456789012:tweets_1", "tweets_1"),
        ("arn:aws:kinesis:us-east-1:123456789012:stream/tweets.raw", "tweets.raw"),
        ("arn:aws:kinesis:us-east-1:123456789012:stream/tweets/consumer/a:1767355200", "tweets"),
        (
            "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/tweets/stream/2026-01-02T12:00:00.000",
            "tweets",
        ),
    ],
)
def test_a_name_is_told_from_an_arn(arn: str, name: str) -> None:
    assert sources.resource({"eventSourceARN": arn}, "eventSourceARN") == name


@pytest.mark.parametrize(
    "arn",
    [
        "arn",
        "tweets",
        "arn:aws:sqs:us-east-1",
        "arn:aws:sqs:us-east-1:123456789012",
        "arn:aws:sqs:us-east-1:123456789012:",
        "arn:aws:sqs:us-east-1:123456789012:..",
        "arn:aws:sqs:us-east-1:123456789012:a\x00b",
        "arn:aws:sqs:us-east-1:123456789012:a b",
        "arn:aws:kinesis:us-east-1:123456789012:stream",
        "arn:aws:kinesis:us-east-1:123456789012:stream/",
        "arn:aws:dynamodb:us-east-1:123456789012:table//stream/1",
        "arn:aws:s3:::inbox",
    ],
)
def test_an_arn_without_a_name_is_an_error_that_names_the_field(arn: str) -> None:
    for path in (("eventSourceARN",), ("Sns", "TopicArn")):
        record: dict[str, Any] = {"eventSourceARN": arn, "Sns": {"TopicArn": arn}}
        with pytest.raises(UnknownEventError) as refused:
            sources.resource(record, *path)
        assert str(refused.value) == (
            f"A record of the event names no queue, topic, stream or table in {'.'.join(path)}: "
            "send the records as AWS does."
        )


@pytest.mark.parametrize("record", [{}, {"Sns": None}, {"Sns": {}}, {"Sns": {"TopicArn": 5}}])
def test_a_missing_arn_is_an_error_that_names_the_field(record: dict[str, Any]) -> None:
    with pytest.raises(UnknownEventError) as refused:
        sources.resource(record, "Sns", "TopicArn")
    assert str(refused.value) == "A record of the event has no Sns.TopicArn: send the records as AWS does."


def test_a_record_that_is_no_object_is_refused() -> None:
    with pytest.raises(
        UnknownEventError, match="has a record that is no object: send the records as AWS does"
    ):
        sources.records({"Records": [{"eventSource": "aws:sqs"}, "secret"]}, "aws:sqs")


def test_the_service_of_records_is_that_of_the_first(event: Callable[[str], Any]) -> None:
    found = {name: sources.service(event(name)) for name in DOORS}
    assert {name: service for name, service in found.items() if service} == {
        "dynamodb": "aws:dynamodb",
        "kinesis": "aws:kinesis",
        "s3": "aws:s3",
        **dict.fromkeys(("sns", "s3-in-sns"), "aws:sns"),
        **{name: "aws:sqs" for name in DOORS if name.endswith("in-sqs") or name.startswith("sqs")},
    }
