import re
from collections.abc import Callable
from typing import Any

import pytest
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore

from model import Scorecard
from predict import notifications
from predict.events.errors import UnknownEventError
from predict.notifications import NotScoredError
from predict.settings import Settings
from predict.warm import Tools
from tests.aws import clock, endpoint
from tests.aws.clock import endless
from tests.aws.proxy import Fault, Proxy
from tests.aws.results import lines, row, written

Said = Callable[[], dict[str, Any]]
Event = Callable[[str], Any]

TOPIC = "arn:aws:sns:us-east-1:123456789012:tweets"
KEY = r"notifications/{}/[0-9a-f]{{32}}\.jsonl"


def published(*messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {"EventSource": "aws:sns", "Sns": {"TopicArn": TOPIC, "Subject": None, **message}}
            for message in messages
        ]
    }


def put(detail: object, **fields: object) -> dict[str, Any]:
    """An event of a bus."""
    return {"id": "e", "detail-type": "Tweet", "source": "sentiment.tweets", "detail": detail, **fields}


def rows(tools: Tools, place: str) -> list[Any]:
    found = written(tools.results)
    assert all(re.fullmatch(KEY.format(re.escape(place)), key) for key in found)
    return [row for content in found.values() for row in lines(content)]


def test_what_is_published_to_a_topic_becomes_a_row(event: Event, tools: Tools) -> None:
    assert notifications.score(event("sns"), tools, endless) == {"scored": 1}
    [record] = event("sns")["Records"]
    expected = row(record["Sns"]["MessageId"], "I love this", tools.model, "1")
    assert rows(tools, "tweets") == [expected]


@pytest.mark.parametrize("subject", [None, "", "mondai", "secret"])
def test_a_subject_changes_nothing(tools: Tools, subject: str | None) -> None:
    batch = published({"MessageId": "m", "Message": "I love this", "Subject": subject})
    assert notifications.score(batch, tools, endless) == {"scored": 1}
    assert rows(tools, "tweets") == [row("m", "I love this", tools.model)]


@pytest.mark.parametrize("message", [{}, {"Message": None}, {"Message": ""}])
def test_a_notification_without_a_message_raises(tools: Tools, message: dict[str, Any]) -> None:
    with pytest.raises(NotScoredError, match=r"^1 of 1 messages were not scored: one is empty: send a text$"):
        notifications.score(published({"MessageId": "m", **message}), tools, endless)
    assert written(tools.results) == {}


def test_an_unreadable_notification_raises_after_the_others_were_written(tools: Tools) -> None:
    batch = published(
        {"MessageId": "a", "Message": '{"text": "I love this"}'},
        {"MessageId": "b", "Message": '{"text": 5}'},
        {"MessageId": "c", "Message": "I hate this"},
        {"MessageId": "d", "Message": '{"secret'},
    )
    reason = (
        "2 of 4 messages were not scored: one has a text that must be a string, not a whole number; "
        "one is not JSON at line 1, column 2: Unterminated string starting at; "
        "send a text that starts with a brace as JSON"
    )
    with pytest.raises(NotScoredError) as raised:
        notifications.score(batch, tools, endless)
    assert str(raised.value) == reason
    assert rows(tools, "tweets") == [
        row("a", "I love this", tools.model),
        row("c", "I hate this", tools.model),
    ]


OF_S3 = (
    r"^1 of 1 messages were not scored: one is a notification of S3: give it to predict\.objects\.handler$"
)


def test_a_notification_of_s3_raises_with_the_door_that_takes_it(event: Event, tools: Tools) -> None:
    with pytest.raises(NotScoredError, match=OF_S3):
        notifications.score(event("s3-in-sns"), tools, endless)
    assert written(tools.results) == {}


def test_an_object_created_raises_with_the_door_that_takes_it(event: Event, tools: Tools) -> None:
    with pytest.raises(NotScoredError, match=OF_S3):
        notifications.score(event("object-created"), tools, endless)


def test_what_is_put_on_a_bus_becomes_a_row(event: Event, tools: Tools) -> None:
    assert notifications.score(event("eventbridge"), tools, endless) == {"scored": 1}
    expected = row(event("eventbridge")["id"], "I love this", tools.model, "1")
    assert rows(tools, "eventbridge") == [expected]


@pytest.mark.parametrize("detail", ["I love this", '{"text": "I love this"}', {"text": "I love this"}])
def test_a_detail_may_be_text(tools: Tools, detail: object) -> None:
    assert notifications.score(put(detail), tools, endless) == {"scored": 1}
    assert rows(tools, "eventbridge") == [row("e", "I love this", tools.model)]


@pytest.mark.parametrize("detail", ["", {}, {"Text": "secret"}, {"text": None}, [], ["secret"], 5, True])
def test_a_detail_without_a_text_raises(tools: Tools, detail: object) -> None:
    with pytest.raises(NotScoredError, match="1 of 1 messages were not scored: one ") as raised:
        notifications.score(put(detail), tools, endless)
    assert "secret" not in str(raised.value)
    assert written(tools.results) == {}


def test_a_detail_of_null_raises(tools: Tools) -> None:
    with pytest.raises(NotScoredError):
        notifications.score(put(None), tools, endless)


def test_a_replayed_event_writes_the_same_object(event: Event, tools: Tools) -> None:
    notifications.score(event("eventbridge"), tools, endless)
    once = written(tools.results)
    replayed = event("eventbridge") | {"replay-name": "again"}
    assert notifications.score(replayed, tools, endless) == {"scored": 1}
    assert written(tools.results) == once


def test_a_second_try_writes_the_same_object_of_the_same_bytes(event: Event, tools: Tools) -> None:
    notifications.score(event("sns"), tools, endless)
    once = written(tools.results)
    assert notifications.score(event("sns"), tools, endless) == {"scored": 1}
    assert written(tools.results) == once


@pytest.mark.parametrize("name", ["sns", "eventbridge"])
def test_without_any_time_it_raises_so_that_the_notification_comes_again(
    event: Event, tools: Tools, name: str
) -> None:
    with pytest.raises(NotScoredError, match=r"^1 of 1 messages were not scored: there was no time left$"):
        notifications.score(event(name), tools, clock.ending(after=0))
    assert written(tools.results) == {}


def test_it_is_said_that_the_time_was_too_short(event: Event, tools: Tools) -> None:
    with pytest.raises(NotScoredError, match="time"):
        notifications.score(event("sns"), tools, clock.ending(after=0))


@pytest.mark.parametrize("source", ["", ".", "..", "../queue", "a//b", "a/", "a\nb", "a\x00b"])
def test_any_source_has_a_place_for_its_results(
    tools: Tools, tmp_path_factory: pytest.TempPathFactory, source: str
) -> None:
    for store in (MemoryStore(), LocalStore(tmp_path_factory.mktemp("results"))):
        tools = tools._replace(results=store)
        assert notifications.score(put({"text": "a"}, source=source), tools, endless) == {"scored": 1}
        [key] = written(store)
        assert key.startswith("notifications/")


@pytest.mark.parametrize("name", ["sqs", "kinesis", "s3", "direct", "warm-up"])
def test_an_event_of_another_source_is_refused(event: Event, tools: Tools, name: str) -> None:
    with pytest.raises(UnknownEventError) as refused:
        notifications.score(event(name), tools, endless)
    assert str(refused.value) == "The event has no records of aws:sns: see predict.dispatcher."


def test_a_failure_leaves_no_trace_in_the_next_answer(event: Event, tools: Tools) -> None:
    notifications.score(event("sns"), tools, endless)
    once = written(tools.results)
    other = tools._replace(results=MemoryStore())
    with pytest.raises(NotScoredError):
        notifications.score(put({}), other, endless)
    assert notifications.score(event("sns"), other, endless) == {"scored": 1}
    assert written(other.results) == once


def test_where_a_piece_cannot_be_written_it_raises_after_the_line_of_counts(
    faulty: Proxy, bucket: str, tiny: Scorecard, said: Said
) -> None:
    tools = Tools(tiny, Settings(max_texts=1), endpoint.store(bucket, faulty.url))
    batch = published(*({"MessageId": id, "Message": "I love this"} for id in "abc"))
    puts: list[str] = []

    def spoil(method: str, path: str) -> Fault | None:
        puts.extend([path] if method == "PUT" else [])
        return "403" if method == "PUT" and len(puts) == 2 else None

    faulty.spoil = spoil
    with pytest.raises(NotScoredError, match=r"^2 of 3 messages were not scored: the store failed: "):
        notifications.score(batch, tools, endless)
    logged = said()
    assert (logged["Scored"], logged["Unwritten"]) == (1, 2)
    assert notifications.score(batch, tools, endless) == {"scored": 3}
    assert sorted(row["message_id"] for row in rows(tools, "tweets")) == ["a", "b", "c"]


def test_where_nothing_can_be_written_the_stores_error_is_raised_after_the_line_of_counts(
    faulty: Proxy, bucket: str, tiny: Scorecard, event: Event, said: Said
) -> None:
    faulty.first(1, "403", "PUT")
    tools = Tools(tiny, Settings(), endpoint.store(bucket, faulty.url))
    with pytest.raises(BaseError):
        notifications.score(event("sns"), tools, endless)
    logged = said()
    assert (logged["Scored"], logged["Unwritten"]) == (0, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"TopicArn": None}, "A record of the event has no Sns.TopicArn: send the records as AWS does."),
        ({"TopicArn": "arn:aws:sns"}, "table in Sns.TopicArn: send the records as AWS does."),
        ({"MessageId": 5}, "A record of the event has no Sns.MessageId: send the records as AWS does."),
    ],
)
def test_a_notification_without_what_names_it_is_an_error_that_names_the_field(
    tools: Tools, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnknownEventError, match=message):
        notifications.score(published({"MessageId": "m", "Message": "a", **change}), tools, endless)


def test_an_event_of_a_bus_without_an_id_is_an_error_that_names_the_field(tools: Tools) -> None:
    with pytest.raises(UnknownEventError, match="A record of the event has no id: "):
        notifications.score(put({"text": "a"}, id=None), tools, endless)


def test_a_notice_of_aws_that_is_plain_text_is_told_from_its_subject(tools: Tools) -> None:
    batch = published({"MessageId": "m", "Message": "Dear AWS Customer", "Subject": "AWS Budgets: tweets"})
    with pytest.raises(NotScoredError, match="one is a notice of AWS, by its subject"):
        notifications.score(batch, tools, endless)
    assert written(tools.results) == {}
