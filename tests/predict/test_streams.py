import gzip
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore

from model import Scorecard
from predict import streams
from predict.events.errors import UnknownEventError
from predict.settings import Settings
from predict.warm import Tools
from tests.aws import clock, endpoint, tables
from tests.aws.clock import endless
from tests.aws.proxy import Proxy
from tests.aws.results import lines, row, written

Client = Callable[[str], Any]
Said = Callable[[], dict[str, Any]]
Event = Callable[[str], Any]

ALL: dict[str, Any] = {"batchItemFailures": []}
KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/tweets"
DYNAMODB = "arn:aws:dynamodb:us-east-1:123456789012:table/tweets/stream/2026-01-02T12:00:00.000"
AGGREGATED = b"\xf3\x89\x9a\xc2\x0a\x01a\x1a\x0b\x08\x00\x1a\x07I love" + b"\x00" * 16


def of_kinesis(data: Sequence[bytes | str], arn: str = KINESIS) -> dict[str, Any]:
    """A Kinesis event with the data. Bytes are encoded as base64, a string is taken as it is."""
    return {
        "Records": [
            {
                "kinesis": {
                    "data": b64encode(item).decode() if isinstance(item, bytes) else item,
                    "sequenceNumber": str(n),
                },
                "eventSource": "aws:kinesis",
                "eventID": f"shardId-000000000000:{n}",
                "eventSourceARN": arn,
            }
            for n, item in enumerate(data)
        ]
    }


def of_dynamodb(changes: Sequence[tuple[str, dict[str, Any] | None]]) -> dict[str, Any]:
    """A DynamoDB event with a record for each change. A change may have a new image."""
    return {
        "Records": [
            {
                "eventID": f"e{n}",
                "eventName": name,
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"id": {"S": "1"}},
                    "SequenceNumber": f"10{n}",
                    **({} if image is None else {"NewImage": image}),
                },
                "eventSourceARN": DYNAMODB,
            }
            for n, (name, image) in enumerate(changes)
        ]
    }


def first_failed(sequence: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": sequence}]}


def rows(results: ObjectStore) -> list[Any]:
    found = written(results)
    assert all(re.fullmatch(r"streams/[\w.-]+/[0-9a-f]{32}\.jsonl", key) for key in found)
    return [row for content in found.values() for row in lines(content)]


def by_id(found: list[Any]) -> list[Any]:
    return sorted(found, key=itemgetter("message_id"))


def reasons(said: Said) -> list[str]:
    return list(said()["Reasons"].values())


def test_records_of_kinesis_become_rows_in_their_order(event: Event, tools: Tools) -> None:
    assert streams.score(event("kinesis"), tools, endless) == ALL
    tweet, bare = (record["eventID"] for record in event("kinesis")["Records"])
    assert rows(tools.results) == [
        row(tweet, "I love this", tools.model, "1"),
        row(bare, "stuck at work while everybody is at the beach", tools.model),
    ]
    [key] = written(tools.results)
    assert key.startswith("streams/tweets/")


def test_what_was_put_into_or_changed_in_a_table_becomes_a_row_and_what_was_removed_does_not(
    event: Event, tools: Tools
) -> None:
    assert streams.score(event("dynamodb"), tools, endless) == ALL
    insert, modify, _ = (record["eventID"] for record in event("dynamodb")["Records"])
    assert rows(tools.results) == [
        row(insert, "I love this", tools.model, "1"),
        row(modify, "I love this even more", tools.model, "1"),
    ]
    [key] = written(tools.results)
    assert key.startswith("streams/tweets/")


def test_the_name_of_a_stream_is_told_from_a_consumer_of_its_own_too(tools: Tools) -> None:
    streams.score(of_kinesis([b"a"], f"{KINESIS}/consumer/sentiment:1767355200"), tools, endless)
    [key] = written(tools.results)
    assert key.startswith("streams/tweets/")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "is empty: send a text"),
        ("I love this", "is not base64"),
        ("SSBsb3ZlIHRoaXM", "is not base64"),
        ("SSBs b3Zl", "is not base64"),
        ("é", "is not base64"),
        (b"I love \xff", "is not UTF-8 at byte 7"),
        ("I love".encode("utf-16"), "is not UTF-8 at byte 0"),
        (gzip.compress(b"I love this", mtime=0), "is compressed: send it plainly"),
        (AGGREGATED, "is several records in one: switch the producer's aggregation off"),
        (
            b'{"text": "I love',
            (
                "is not JSON at line 1, column 10: Unterminated string starting at; "
                "send a text that starts with a brace as JSON"
            ),
        ),
        (b"\xed\xa0\xbd", "is not UTF-8 at byte 0"),
    ],
)
def test_data_that_is_no_text_is_given_back_with_the_reason(
    tools: Tools, said: Said, data: bytes | str, reason: str
) -> None:
    assert streams.score(of_kinesis([b"before", data, b"behind"]), tools, endless) == first_failed("1")
    assert reasons(said) == [reason]
    around = [("shardId-000000000000:0", "before"), ("shardId-000000000000:2", "behind")]
    assert by_id(rows(tools.results)) == [row(id, text, tools.model) for id, text in around]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (None, "has no new image: let the stream's view be NEW_IMAGE"),
        ({}, 'is a JSON object without a text: send {"id": ..., "text": ...}'),
        ({"id": {"S": "1"}}, 'is a JSON object without a text: send {"id": ..., "text": ...}'),
        ({"text": {"N": "5"}}, "has a text that is no string"),
        ({"text": {"NULL": True}}, "has a text that is no string"),
        ({"text": {"B": "SSBsb3Zl"}}, "has a text that is no string"),
        ({"text": {"SS": ["secret"]}}, "has a text that is no string"),
        (
            {"text": {"S": "a"}, "id": {"BOOL": True}},
            "has an id that must be a string or a whole number, not a boolean",
        ),
        (
            {"text": {"S": "a"}, "id": {"M": {"secret": {"S": "secret"}}}},
            "has an id that must be a string or a whole number, not an object",
        ),
        (
            {"text": {"S": "a" * 10_001}},
            "has a text that has 10,001 characters, at most 10,000 are taken: shorten it",
        ),
    ],
)
def test_an_item_that_is_no_tweet_is_given_back_with_the_reason(
    tools: Tools, said: Said, image: dict[str, Any] | None, reason: str
) -> None:
    good = {"text": {"S": "before"}}
    batch = of_dynamodb([("INSERT", good), ("REMOVE", None), ("MODIFY", image), ("INSERT", good)])
    assert streams.score(batch, tools, endless) == first_failed("102")
    assert reasons(said) == [reason]
    assert by_id(rows(tools.results)) == [row(id, "before", tools.model) for id in ("e0", "e3")]


def test_a_numbers_digits_are_an_id(tools: Tools) -> None:
    image = {"id": {"N": "12345678901234567890.5"}, "text": {"S": ""}}
    assert streams.score(of_dynamodb([("INSERT", image)]), tools, endless) == ALL
    assert rows(tools.results) == [row("e0", "", tools.model, "12345678901234567890.5")]


def test_a_text_of_a_table_is_bare_even_if_it_starts_with_a_brace(tools: Tools) -> None:
    image = {"text": {"S": '{"text": "I hate'}}
    assert streams.score(of_dynamodb([("INSERT", image)]), tools, endless) == ALL
    assert rows(tools.results) == [row("e0", '{"text": "I hate', tools.model)]


def test_the_other_attributes_of_an_item_change_nothing(tools: Tools) -> None:
    event_like = {name: {"S": "a"} for name in ("source", "detail-type", "detail")}
    image = {"text": {"S": "I love this"}, "tags": {"L": [{"S": "x"}]}, "Records": {"L": []}, **event_like}
    assert streams.score(of_dynamodb([("INSERT", image)]), tools, endless) == ALL
    assert rows(tools.results) == [row("e0", "I love this", tools.model)]


def test_what_was_only_removed_is_nothing_to_write(tools: Tools) -> None:
    assert streams.score(of_dynamodb([("REMOVE", None)] * 3), tools, endless) == ALL
    assert written(tools.results) == {}


@given(st.sets(st.integers(0, 9)), st.integers(1, 11))
def test_the_first_failure_is_given_back_and_holds_back_nothing_behind_it(
    tiny: Scorecard, failing: set[int], max_texts: int
) -> None:
    results = MemoryStore()
    tools = Tools(tiny, Settings(max_texts=max_texts), results)
    data = [b"\xff" if n in failing else f"love {n}".encode() for n in range(10)]
    expected = first_failed(str(min(failing))) if failing else ALL
    assert streams.score(of_kinesis(data), tools, endless) == expected
    found = sorted(row["message_id"] for row in rows(results))
    assert found == [f"shardId-000000000000:{n}" for n in range(10) if n not in failing]


@given(
    st.lists(st.sampled_from(["INSERT", "REMOVE", "KEYS_ONLY"]), min_size=1, max_size=12), st.integers(1, 5)
)
def test_what_is_removed_does_not_shift_what_is_given_back(
    tiny: Scorecard, kinds: list[str], max_texts: int
) -> None:
    results = MemoryStore()
    changes = [
        ("INSERT" if kind == "KEYS_ONLY" else kind, {"text": {"S": "a"}} if kind == "INSERT" else None)
        for kind in kinds
    ]
    first = kinds.index("KEYS_ONLY") if "KEYS_ONLY" in kinds else len(kinds)
    answer = streams.score(of_dynamodb(changes), Tools(tiny, Settings(max_texts=max_texts), results), endless)
    assert answer == (first_failed(f"10{first}") if first < len(kinds) else ALL)
    found = sorted(row["message_id"] for row in rows(results))
    assert found == sorted(f"e{n}" for n, kind in enumerate(kinds) if kind == "INSERT")


def test_a_replay_writes_the_same_objects_of_the_same_bytes(tools: Tools) -> None:
    tools = tools._replace(settings=Settings(max_texts=3))
    data: list[bytes | str] = [f"love {n}".encode() for n in range(10)]
    assert streams.score(of_kinesis(data), tools, endless) == ALL
    once = written(tools.results)
    assert streams.score(of_kinesis(data), tools, endless) == ALL
    assert written(tools.results) == once
    assert len(once) == 4


def test_what_lambda_sends_again_from_the_first_failure_on_is_scored_once(tools: Tools) -> None:
    batch = of_kinesis([b"a", b"b", b"\xff", b"d"])
    assert streams.score(batch, tools, endless) == first_failed("2")
    again = {"Records": batch["Records"][2:]}
    assert streams.score(again, tools, endless) == first_failed("2")
    given_up = {"Records": batch["Records"][3:]}  # after MaximumRetryAttempts
    assert streams.score(given_up, tools, endless) == ALL
    found = sorted(row["message_id"] for row in rows(tools.results))
    assert found == [f"shardId-000000000000:{n}" for n in (0, 1, 3)]


def test_what_there_is_no_time_for_is_given_back_from_its_first_on(tools: Tools) -> None:
    tools = tools._replace(settings=Settings(max_texts=3))
    batch = of_kinesis([b"a"] * 10)
    assert streams.score(batch, tools, clock.ending(after=2)) == first_failed("6")
    assert len(rows(tools.results)) == 6
    assert streams.score(batch, tools, clock.ending(after=0)) == first_failed("0")
    assert len(rows(tools.results)) == 6


def test_the_fields_of_a_tumbling_window_change_nothing(event: Event, tools: Tools) -> None:
    window = {
        "window": {"start": "2026-01-02T12:00:00Z", "end": "2026-01-02T12:02:00Z"},
        "state": {"count": 5},
        "shardId": "shardId-000000000006",
        "eventSourceARN": KINESIS,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
    assert streams.score(event("kinesis") | window, tools, endless) == ALL
    plain = tools._replace(results=MemoryStore())
    streams.score(event("kinesis"), plain, endless)
    assert written(tools.results) == written(plain.results)


@pytest.mark.parametrize("name", ["sqs", "sns", "s3", "eventbridge", "direct", "warm-up"])
def test_an_event_of_another_source_is_refused(event: Event, tools: Tools, name: str) -> None:
    message = "The event has no records of aws:kinesis or aws:dynamodb: see predict.dispatcher."
    with pytest.raises(UnknownEventError) as refused:
        streams.score(event(name), tools, endless)
    assert str(refused.value) == message


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_where_a_piece_cannot_be_written_its_first_record_is_given_back_and_all_are_written_once(
    faulty: Proxy, bucket: str, tiny: Scorecard, said: Said, failing: int
) -> None:
    tools = Tools(tiny, Settings(max_texts=3), endpoint.store(bucket, faulty.url))
    batch = of_kinesis([f"love {n}".encode() for n in range(9)])
    puts: list[str] = []

    def spoil(method: str, path: str) -> Any:
        puts.extend([path] if method == "PUT" else [])
        return "403" if method == "PUT" and len(puts) == failing else None

    faulty.spoil = spoil
    first = 3 * (failing - 1)
    if first:
        assert streams.score(batch, tools, endless) == first_failed(str(first))
    else:
        with pytest.raises(BaseError):
            streams.score(batch, tools, endless)
    logged = said()
    assert (logged["Scored"], logged["Unwritten"], logged["Deferred"]) == (first, 9 - first, 0)
    [(place, reason)] = logged["Reasons"].items()
    assert place == f"shardId-000000000000:{first}"
    assert reason.startswith("was not written: ")
    assert len(rows(tools.results)) == first
    assert streams.score({"Records": batch["Records"][first:]}, tools, endless) == ALL
    found = sorted(row["message_id"] for row in rows(tools.results))
    assert found == [f"shardId-000000000000:{n}" for n in range(9)]
    assert len(puts) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"eventSourceARN": None}, "eventSourceARN"),
        ({"eventID": ""}, "eventID"),
        ({"kinesis": {"data": "YQ=="}}, "kinesis.sequenceNumber"),
        ({"kinesis": None}, "kinesis.sequenceNumber"),
        ({"dynamodb": {"NewImage": {}}}, "dynamodb.SequenceNumber"),
    ],
)
def test_a_record_without_what_names_it_is_an_error_that_names_the_field(
    tools: Tools, change: dict[str, Any], field: str
) -> None:
    batch = of_kinesis([b"a", b"b"])
    batch["Records"][0] |= change
    with pytest.raises(UnknownEventError) as refused:
        streams.score(batch, tools, endless)
    assert str(refused.value) == f"A record of the event has no {field}: send the records as AWS does."
    assert written(tools.results) == {}


@pytest.mark.parametrize("data", [None, 5, {}])
def test_a_record_without_data_is_given_back(tools: Tools, data: object) -> None:
    batch = of_kinesis([b"a", b"b"])
    batch["Records"][0]["kinesis"]["data"] = data
    assert streams.score(batch, tools, endless) == first_failed("0")


@pytest.mark.parametrize("value", [None, "a", {}, {"S": "a", "N": "5"}])
def test_an_attribute_without_its_type_is_given_back(tools: Tools, value: object) -> None:
    assert streams.score(of_dynamodb([("INSERT", {"text": value})]), tools, endless) == first_failed("100")


# With streams as moto plays them.


def test_what_a_producer_puts_into_kinesis_is_scored(client: Client, tools: Tools) -> None:
    kinesis, name = client("kinesis"), uuid4().hex
    kinesis.create_stream(StreamName=name, ShardCount=1)
    sent = [b'{"id": "x", "text": "I love this"}', "❤️ love".encode()]
    kinesis.put_records(StreamName=name, Records=[{"Data": data, "PartitionKey": "1"} for data in sent])
    shard = "shardId-000000000000"
    iterator = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    records = [
        {
            "kinesis": {
                "data": b64encode(record["Data"]).decode(),
                "sequenceNumber": record["SequenceNumber"],
                "partitionKey": record["PartitionKey"],
            },
            "eventSource": "aws:kinesis",
            "eventID": f"{shard}:{record['SequenceNumber']}",
            "eventSourceARN": arn,
        }
        for record in kinesis.get_records(ShardIterator=iterator)["Records"]
    ]
    assert streams.score({"Records": records}, tools, endless) == ALL
    first, second = (str(record["eventID"]) for record in records)
    assert rows(tools.results) == [
        row(first, "I love this", tools.model, "x"),
        row(second, "❤️ love", tools.model),
    ]
    [key] = written(tools.results)
    assert key.startswith(f"streams/{name}/")


@pytest.mark.parametrize("view", ["NEW_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "OLD_IMAGE"])
def test_what_happens_to_a_table_is_scored_if_its_stream_has_new_images(
    client: Client, tools: Tools, view: str
) -> None:
    dynamodb, streamed, name = client("dynamodb"), client("dynamodbstreams"), uuid4().hex
    arn = tables.create(dynamodb, name, view)
    for text in ("I love this", "I hate this"):
        dynamodb.put_item(TableName=name, Item={"id": {"S": "x"}, "text": {"S": text}, "n": {"N": "1"}})
    dynamodb.delete_item(TableName=name, Key={"id": {"S": "x"}})
    shard = streamed.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streamed.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    records = streamed.get_records(ShardIterator=iterator)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    batch = {
        "Records": [{**record, "eventSource": "aws:dynamodb", "eventSourceARN": arn} for record in records]
    }
    insert, modify, _ = (record["eventID"] for record in records)
    if view.startswith("NEW"):
        assert streams.score(batch, tools, endless) == ALL
        assert rows(tools.results) == [
            row(insert, "I love this", tools.model, "x"),
            row(modify, "I hate this", tools.model, "x"),
        ]
    else:
        answer = streams.score(batch, tools, endless)
        assert answer == first_failed(records[0]["dynamodb"]["SequenceNumber"])
        assert written(tools.results) == {}
