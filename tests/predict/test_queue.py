import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore

from model import Classifier, Prediction, Scorecard
from predict import queue, store
from predict.events.errors import UnknownEventError
from predict.settings import Settings
from predict.warm import Tools
from tests.aws import clock, endpoint
from tests.aws.clock import endless
from tests.aws.poller import Poller
from tests.aws.proxy import Fault, Proxy
from tests.aws.results import lines, row, written

Client = Callable[[str], Any]
Said = Callable[[], dict[str, Any]]
Event = Callable[[str], Any]

ARN = "arn:aws:sqs:us-east-1:123456789012:tweets"
POISON = '{"text": 5}'
ALL: dict[str, Any] = {"batchItemFailures": []}


class Counted(Classifier):
    """A model that counts the texts of each call."""

    def __init__(self, model: Classifier) -> None:
        super().__init__(model.manifest)
        self._model = model
        self.min_known = model.min_known
        self.calls: list[int] = []

    def logit(self, text: str) -> tuple[float, float]:
        return self._model.logit(text)

    def terms(self, text: str) -> Any:
        return self._model.terms(text)

    def predict(
        self,
        texts: Sequence[str],
        threshold: float | None = None,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        self.calls.append(len(texts))
        return super().predict(texts, threshold, uncertain)


def delivered(bodies: Mapping[str, str], arn: str = ARN) -> dict[str, Any]:
    """An event with a message for each body, by message id."""
    return {
        "Records": [
            {"messageId": id, "body": body, "eventSource": "aws:sqs", "eventSourceARN": arn}
            for id, body in bodies.items()
        ]
    }


def given_back(*ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": id} for id in ids]}


def rows(results: ObjectStore, prefix: str = "queue") -> list[Any]:
    """The rows of all result objects. Each key names the door and the queue."""
    found = written(results, prefix)
    assert all(re.fullmatch(r"queue/[\w.-]+/[0-9a-f]{32}\.jsonl", key) for key in found)
    return [row for content in found.values() for row in lines(content)]


def test_each_message_becomes_a_row_in_one_object(event: Event, tools: Tools) -> None:
    assert queue.score(event("sqs"), tools, endless) == ALL
    tweet, bare, smiley = (record["messageId"] for record in event("sqs")["Records"])
    unknown = {"label": "positive", "probability": 0.6224593312018546, "warnings": ["no_known_words"]}
    known = {"label": "positive", "probability": 0.8714917800708047, "warnings": []}
    assert rows(tools.results, "queue/tweets") == [
        {"id": bare, **unknown, "model_version": "1", "message_id": bare},
        {"id": "1", **known, "model_version": "1", "message_id": tweet},
        {"id": "3", **unknown, "model_version": "1", "message_id": smiley},
    ]
    assert len(written(tools.results)) == 1


@given(st.sets(st.integers(0, 9)))
def test_exactly_the_messages_of_a_batch_that_failed_are_given_back_and_the_rest_written_once(
    tiny: Scorecard, failing: set[int]
) -> None:
    model, results = Counted(tiny), MemoryStore()
    texts = {f"m{n}": f"I love this {n}" for n in range(10)}
    bodies = {id: POISON if n in failing else texts[id] for n, id in enumerate(texts)}
    assert queue.score(delivered(bodies), Tools(model, Settings(), results), endless) == given_back(
        *(f"m{n}" for n in sorted(failing))
    )
    scored = [id for n, id in enumerate(texts) if n not in failing]
    assert rows(results) == [row(id, texts[id], tiny) for id in scored]
    assert len(written(results)) == len(model.calls) == bool(scored)
    assert sum(model.calls) == len(scored)


def test_what_is_given_back_is_in_the_order_of_delivery(tools: Tools) -> None:
    bodies = {"c": POISON, "a": "a", "b": POISON, "d": ""}
    assert queue.score(delivered(bodies), tools, endless) == given_back("c", "b", "d")


@given(st.sets(st.integers(0, 9)))
def test_of_a_fifo_queue_nothing_behind_the_first_failure_is_scored(
    tiny: Scorecard, failing: set[int]
) -> None:
    results = MemoryStore()
    ids = [f"m{9 - n}" for n in range(10)]  # their order is not that of their names
    bodies = {id: POISON if n in failing else f"text {n}" for n, id in enumerate(ids)}
    first = min(failing, default=10)
    tools = Tools(tiny, Settings(max_texts=4), results)
    answer = queue.score(delivered(bodies, f"{ARN}.fifo"), tools, endless)
    assert answer == given_back(*ids[first:])
    found = {row["message_id"]: row for row in rows(results, "queue/tweets.fifo")}
    assert found == {id: row(id, f"text {n}", tiny) for n, id in enumerate(ids[:first])}


@pytest.mark.parametrize("name", ["fifo", "tweetsfifo", "tweets-fifo"])
def test_only_a_name_that_ends_in_fifo_behind_a_dot_is_of_a_fifo_queue(tools: Tools, name: str) -> None:
    batch = delivered({"a": POISON, "b": "b"}, ARN.replace("tweets", name))
    assert queue.score(batch, tools, endless) == given_back("a")


@pytest.mark.parametrize("arn", [ARN, f"{ARN}.fifo"])
def test_what_there_is_no_time_for_is_given_back(tools: Tools, arn: str) -> None:
    tools = tools._replace(settings=Settings(max_texts=3))
    bodies = {f"m{n}": "a" for n in range(10)}
    assert queue.score(delivered(bodies, arn), tools, clock.ending(after=2)) == given_back(*list(bodies)[6:])
    assert sorted(row["message_id"] for row in rows(tools.results)) == list(bodies)[:6]


def test_without_any_time_all_are_given_back_and_nothing_is_written(event: Event, tools: Tools) -> None:
    ids = [record["messageId"] for record in event("sqs")["Records"]]
    assert queue.score(event("sqs"), tools, clock.ending(after=0)) == given_back(*ids)
    assert written(tools.results) == {}


def test_a_duplicate_in_a_batch_is_one_row(event: Event, tools: Tools) -> None:
    twice = event("sqs")
    twice["Records"] += twice["Records"][:2]
    assert queue.score(twice, tools, endless) == ALL
    once = tools._replace(results=MemoryStore())
    queue.score(event("sqs"), once, endless)
    assert written(tools.results) == written(once.results)


def test_a_failed_duplicate_is_given_back_once(tools: Tools) -> None:
    batch = delivered({"m": POISON, "n": "a"})
    batch["Records"] += batch["Records"]
    assert queue.score(batch, tools, endless) == given_back("m")


@given(st.permutations([f"m{n}" for n in range(7)]))
def test_a_second_delivery_in_another_order_writes_the_same_object_of_the_same_bytes(
    tiny: Scorecard, order: list[str]
) -> None:
    tools = Tools(tiny, Settings(max_texts=3), MemoryStore())
    queue.score(delivered({id: f"love {id}" for id in sorted(order)}), tools, endless)
    once = written(tools.results)
    assert queue.score(delivered({id: f"love {id}" for id in order}), tools, endless) == ALL
    assert written(tools.results) == once
    assert len(once) == 3


def test_a_second_delivery_beside_other_messages_has_the_same_row(tools: Tools) -> None:
    queue.score(delivered({"a": "I love this", "b": "b"}), tools, endless)
    queue.score(delivered({"a": "I love this", "c": "c"}), tools, endless)
    found = rows(tools.results)
    assert Counter(row["message_id"] for row in found) == {"a": 2, "b": 1, "c": 1}
    assert [found_row for found_row in found if found_row["message_id"] == "a"] == [
        row("a", "I love this", tools.model)
    ] * 2


def test_a_batch_of_ten_thousand_is_scored(tools: Tools) -> None:
    bodies = {f"m{n:04}": f"I love {n}" for n in range(10_000)}
    bodies["m5000"] = POISON
    assert queue.score(delivered(bodies), tools, endless) == given_back("m5000")
    assert len(written(tools.results)) == 10
    found = sorted(row["message_id"] for row in rows(tools.results))
    assert found == [id for id in bodies if id != "m5000"]


def test_a_body_of_the_largest_size_is_given_back_and_holds_nothing_up(tools: Tools) -> None:
    bodies = {"a": "a" * 1_048_576, "b": json.dumps({"text": "❤️" * 170_000}), "c": "I love this"}
    assert queue.score(delivered(bodies), tools, endless) == given_back("a", "b")
    assert rows(tools.results) == [row("c", "I love this", tools.model)]


@pytest.mark.parametrize("name", ["sns-in-sqs", "eventbridge-in-sqs"])
def test_the_tweet_in_a_wrapped_message_is_scored(event: Event, tools: Tools, name: str) -> None:
    assert queue.score(event(name), tools, endless) == ALL
    [record] = event(name)["Records"]
    assert rows(tools.results) == [row(record["messageId"], "I love this", tools.model, "1")]


@pytest.mark.parametrize("name", ["s3-in-sqs", "s3-in-sns-in-sqs", "s3-test-in-sqs", "object-created-in-sqs"])
def test_a_notification_of_s3_in_a_queue_of_tweets_is_given_back_with_the_door_that_takes_it(
    event: Event, tools: Tools, said: Said, name: str
) -> None:
    [record] = event(name)["Records"]
    assert queue.score(event(name), tools, endless) == given_back(record["messageId"])
    reasons = said()["Reasons"]
    reason = "is a notification of S3: give it to predict.objects.handler"
    assert reasons == {record["messageId"]: reason}
    assert written(tools.results) == {}


@pytest.mark.parametrize("name", ["kinesis", "sns", "s3", "eventbridge", "direct", "warm-up"])
def test_an_event_of_another_source_is_refused(event: Event, tools: Tools, name: str) -> None:
    with pytest.raises(
        UnknownEventError, match=r"^The event has no records of aws:sqs: see predict\.dispatcher\.$"
    ):
        queue.score(event(name), tools, endless)


def test_a_failure_leaves_no_trace_in_the_next_answer(event: Event, tools: Tools) -> None:
    queue.score(event("sqs"), tools, endless)
    once = written(tools.results)
    other = tools._replace(results=MemoryStore())
    with pytest.raises(UnknownEventError):
        queue.score(event("kinesis"), other, endless)
    queue.score(delivered({"m": POISON}), other, endless)
    assert queue.score(event("sqs"), other, endless) == ALL
    assert written(other.results) == once


# With S3 and SQS, as moto plays them.


def made(sqs: Any, receives: int = 2, fifo: bool = False) -> tuple[str, str]:
    """The addresses of a queue with a visibility timeout of 0 and of its dead-letter queue."""
    suffix = ".fifo" if fifo else ""
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
    name = uuid4().hex
    dead = sqs.create_queue(QueueName=f"{name}-dead{suffix}", Attributes=attributes)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = json.dumps({"deadLetterTargetArn": found["QueueArn"], "maxReceiveCount": receives})
    attributes = {**attributes, "VisibilityTimeout": "0", "RedrivePolicy": redrive}
    return sqs.create_queue(QueueName=f"{name}{suffix}", Attributes=attributes)["QueueUrl"], dead


def send(sqs: Any, url: str, bodies: Sequence[str]) -> None:
    group = {"MessageGroupId": "tweets"} if url.endswith(".fifo") else {}
    for start in range(0, len(bodies), 10):
        entries = [
            {"Id": str(n), "MessageBody": body, **group} for n, body in enumerate(bodies[start : start + 10])
        ]
        assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == len(entries)


def bodies_in(sqs: Any, url: str) -> list[str]:
    """Remove all messages from a queue."""
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def ids_of(found: Iterable[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in found]


def test_a_hundred_invocations_with_the_same_batch_write_one_object_once(
    client: Client, bucket: str, moto: str, tiny: Scorecard
) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    tools = Tools(tiny, Settings(), endpoint.store(bucket, moto))
    batch = delivered({f"m{n}": f"I love {n}" for n in range(10)} | {"bad": POISON})
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: queue.score(batch, tools, endless), range(100)))
    assert answers == [given_back("bad")] * 100
    [version] = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert version["Key"] in written(tools.results)
    assert len(rows(tools.results)) == 10


def test_a_write_that_fails_for_a_moment_is_done_once(
    faulty: Proxy, bucket: str, event: Event, tiny: Scorecard
) -> None:
    faulty.first(2, "503", "PUT")
    tools = Tools(tiny, Settings(), endpoint.store(bucket, faulty.url))
    assert queue.score(event("sqs"), tools, endless) == ALL
    assert len(rows(tools.results)) == 3
    assert [method for method, _ in faulty.seen if method == "PUT"] == ["PUT"] * 3


@pytest.mark.parametrize("arn", [ARN, f"{ARN}.fifo"])
@pytest.mark.parametrize("fault", ["503", "403", "break"])
@pytest.mark.parametrize("written_before", [1, 2, 3])
def test_where_a_piece_cannot_be_written_the_rest_is_given_back_and_counted_and_written_once(
    faulty: Proxy,
    bucket: str,
    tiny: Scorecard,
    said: Said,
    arn: str,
    fault: Fault,
    written_before: int,
) -> None:
    tools = Tools(tiny, Settings(max_texts=3), endpoint.store(bucket, faulty.url))
    bodies = {f"m{n:02}": "I love this" for n in range(11)}
    done: list[str] = []

    def spoil(method: str, path: str) -> Fault | None:
        if method == "PUT" and path not in done and len(done) < written_before:
            done.append(path)
        return fault if method == "PUT" and path not in done else None

    faulty.spoil = spoil
    left = list(bodies)[3 * written_before :]
    assert queue.score(delivered(bodies, arn), tools, endless) == given_back(*left)
    logged = said()
    counts = {"Scored": 11 - len(left), "Ignored": 0, "Unreadable": 0, "Unwritten": len(left), "Deferred": 0}
    assert {name: logged[name] for name in counts} == counts
    assert list(logged["Reasons"]) == [left[0]]
    faulty.spoil = lambda method, path: None
    assert queue.score(delivered({id: bodies[id] for id in left}, arn), tools, endless) == ALL
    assert sorted(row["message_id"] for row in rows(tools.results)) == list(bodies)


def test_beside_a_store_that_fails_unreadable_messages_keep_their_reason(
    faulty: Proxy, bucket: str, tiny: Scorecard, said: Said
) -> None:
    faulty.first(1, "403", "PUT")
    tools = Tools(tiny, Settings(), endpoint.store(bucket, faulty.url))
    with pytest.raises(BaseError):
        queue.score(delivered({"a": POISON, "b": "b", "c": "c"}), tools, endless)
    logged = said()
    assert (logged["Unreadable"], logged["Unwritten"]) == (1, 2)
    assert list(logged["Reasons"]) == ["b", "a"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eventSourceARN": None}, "A record of the event has no eventSourceARN"),
        (
            {"eventSourceARN": "arn:aws:sqs:us-east-1"},
            "table in eventSourceARN: send the records as AWS does.",
        ),
        ({"messageId": None}, "A record of the event has no messageId: send the records as AWS does."),
    ],
)
def test_a_message_without_what_names_it_is_an_error_that_names_the_field(
    tools: Tools, change: dict[str, Any], message: str
) -> None:
    batch = delivered({"a": "a", "b": "b"})
    batch["Records"][0] |= change
    with pytest.raises(UnknownEventError, match=message):
        queue.score(batch, tools, endless)
    assert written(tools.results) == {}


@pytest.mark.parametrize("body", [{}, {"body": None}, {"body": ""}])
def test_a_message_without_a_body_is_given_back_as_unreadable(
    tools: Tools, said: Said, body: dict[str, Any]
) -> None:
    batch = delivered({"a": "a", "b": "b"})
    del batch["Records"][0]["body"]
    batch["Records"][0] |= body
    assert queue.score(batch, tools, endless) == given_back("a")
    assert said()["Reasons"] == {"a": "is empty: send a text"}


def test_a_message_that_holds_several_tweets_or_is_encoded_twice_is_given_back_alone(tools: Tools) -> None:
    tweet = json.dumps({"id": "1", "text": "I love this"})
    bodies = {"a": tweet, "b": f"[{tweet}, {tweet}]", "c": json.dumps(tweet), "d": "I love this"}
    assert queue.score(delivered(bodies), tools, endless) == given_back("b", "c")
    assert [row["message_id"] for row in rows(tools.results)] == ["a", "d"]


def test_an_answer_that_is_lost_after_the_object_was_written_does_no_harm(
    client: Client, faulty: Proxy, bucket: str, moto: str, event: Event, tiny: Scorecard
) -> None:
    direct = Tools(tiny, Settings(), endpoint.store(bucket, moto))

    def spoil(method: str, path: str) -> Fault | None:
        if method == "PUT" and not written(direct.results):
            queue.score(event("sqs"), direct, endless)  # as the request that is answered with 503
            return "503"
        return None

    faulty.spoil = spoil
    tools = Tools(tiny, Settings(), endpoint.store(bucket, faulty.url))
    assert queue.score(event("sqs"), tools, endless) == ALL
    assert len(rows(direct.results)) == 3
    assert len(written(direct.results)) == 1


@pytest.mark.parametrize("fault", ["503", "403", "break"])
def test_where_results_cannot_be_written_the_whole_batch_fails(
    faulty: Proxy, bucket: str, event: Event, tiny: Scorecard, fault: Fault
) -> None:
    faulty.first(3, fault, "PUT")
    tools = Tools(tiny, Settings(), endpoint.store(bucket, faulty.url))
    with pytest.raises(BaseError) as failed:
        queue.score(event("sqs"), tools, endless)
    assert "beach" not in str(failed.value)
    assert written(tools.results) == {}


@pytest.mark.parametrize("receives", range(2, 6))
def test_a_poison_message_ends_in_the_dead_letter_queue_and_the_rest_is_scored_exactly_once(
    client: Client, tools: Tools, receives: int
) -> None:
    sqs = client("sqs")
    url, dead = made(sqs, receives)
    good = [json.dumps({"id": f"t{n}", "text": f"I love {n}"}) for n in range(21)]
    poison = ["{", '{"text": null}']
    send(sqs, url, [*good[:5], *poison, *good[5:]])
    deliveries: Counter[str] = Counter()

    def door(batch: dict[str, Any]) -> Any:
        deliveries.update(record["body"] for record in batch["Records"])
        return queue.score(batch, tools, endless)

    Poller(sqs, url, door).drain()
    assert deliveries == {**dict.fromkeys(good, 1), **dict.fromkeys(poison, receives)}
    assert sorted(bodies_in(sqs, dead)) == sorted(poison)
    assert Counter(ids_of(rows(tools.results))) == {f"t{n}": 1 for n in range(21)}


def test_a_poison_message_of_a_fifo_queue_ends_in_the_dead_letter_queue_and_none_overtakes_it(
    client: Client, tools: Tools
) -> None:
    sqs = client("sqs")
    url, dead = made(sqs, receives=3, fifo=True)
    good = [json.dumps({"id": f"t{n}", "text": f"I love {n}"}) for n in range(8)]
    send(sqs, url, [*good[:5], POISON, *good[5:]])
    deliveries: list[str] = []

    def door(batch: dict[str, Any]) -> Any:
        deliveries.extend(record["body"] for record in batch["Records"])
        return queue.score(batch, tools, endless)

    Poller(sqs, url, door, batch_size=1).drain()  # moto gives a group's messages back in no order
    assert deliveries == [*good[:5], *[POISON] * 3, *good[5:]]
    assert bodies_in(sqs, dead) == [POISON]
    assert sorted(ids_of(rows(tools.results))) == [f"t{n}" for n in range(8)]


@pytest.mark.usefixtures("aws_environment")
def test_while_there_is_no_bucket_for_results_nothing_is_deleted_and_then_all_is_scored(
    client: Client, tiny: Scorecard
) -> None:
    sqs, bucket = client("sqs"), f"results-{uuid4().hex}"
    url, dead = made(sqs, receives=5)
    send(sqs, url, [json.dumps({"id": n, "text": "I love this"}) for n in range(10)])
    tools = Tools(tiny, Settings(), store.open_store(f"s3://{bucket}/some/where"))
    raised: list[BaseException] = []

    def door(batch: dict[str, Any]) -> Any:
        try:
            return queue.score(batch, tools, endless)
        except OSError as exc:
            raised.append(exc)
            raise

    poller = Poller(sqs, url, door)
    assert [poller.poll(), poller.poll()] == [10, 10]
    assert [type(exc) for exc in raised] == [FileNotFoundError] * 2
    client("s3").create_bucket(Bucket=bucket)
    poller.drain()
    assert sorted(row["id"] for row in rows(tools.results)) == list(range(10))
    assert bodies_in(sqs, url) == bodies_in(sqs, dead) == []


def test_while_the_store_is_down_nothing_is_deleted_and_then_all_is_scored_once(
    client: Client, faulty: Proxy, bucket: str, tiny: Scorecard
) -> None:
    sqs = client("sqs")
    url, dead = made(sqs, receives=5)
    send(sqs, url, [json.dumps({"id": n, "text": "I love this"}) for n in range(10)])
    tools = Tools(tiny, Settings(max_texts=4), endpoint.store(bucket, faulty.url))
    puts: list[str] = []

    def spoil(method: str, path: str) -> Fault | None:
        puts.extend([path] if method == "PUT" else [])
        return "503" if method == "PUT" and 1 < len(puts) < 8 else None  # the first slice is written

    faulty.spoil = spoil
    Poller(sqs, url, lambda batch: queue.score(batch, tools, endless)).drain()
    assert len(puts) > 8
    assert sorted(row["id"] for row in rows(tools.results)) == list(range(10))
    assert bodies_in(sqs, url) == bodies_in(sqs, dead) == []


@pytest.mark.parametrize("raw", ["true", "false"])
def test_what_is_published_to_a_topic_is_scored_from_the_queue_that_subscribed(
    client: Client, tools: Tools, raw: str
) -> None:
    sns, sqs = client("sns"), client("sqs")
    url, dead = made(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name=uuid4().hex)["TopicArn"]
    attributes = {"RawMessageDelivery": raw}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    sns.publish(TopicArn=topic, Message='{"id": "x", "text": "I love \\u2764 this"}')
    sns.publish(TopicArn=topic, Message="I love {braces} ❤️", Subject="mondai")
    sns.publish(TopicArn=topic, Message='{"no": "text"}')
    Poller(sqs, url, lambda batch: queue.score(batch, tools, endless)).drain()
    found = sorted(rows(tools.results), key=lambda found: bool(found["id"] != "x"))
    texts = ["I love ❤ this", "I love {braces} ❤️"]
    ids = [found[0]["message_id"], found[1]["message_id"]]
    assert found == [row(ids[0], texts[0], tools.model, "x"), row(ids[1], texts[1], tools.model)]
    assert len(bodies_in(sqs, dead)) == 1


def test_what_is_put_on_a_bus_is_scored_from_the_queue_that_a_rule_names(
    client: Client, tools: Tools
) -> None:
    events, sqs = client("events"), client("sqs")
    url, _ = made(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = uuid4().hex
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["sentiment.tweets"]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    detail = json.dumps({"id": 7, "text": "I love this"})
    events.put_events(Entries=[{"Source": "sentiment.tweets", "DetailType": "Tweet", "Detail": detail}])
    Poller(sqs, url, lambda batch: queue.score(batch, tools, endless)).drain()
    [found] = rows(tools.results)
    assert found == row(found["message_id"], "I love this", tools.model, 7)
