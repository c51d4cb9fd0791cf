import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.exceptions import BaseError
from obstore.store import MemoryStore

from model import Scorecard
from predict.deadline import MIN_MILLISECONDS
from predict.events import batch
from predict.events.batch import Done, OnUnreadable
from predict.settings import Settings
from predict.store import open_store
from predict.warm import Tools
from tests.aws import clock
from tests.aws.clock import endless
from tests.aws.proxy import Fault, Proxy
from tests.aws.results import lines, written

TWEETS = st.builds(
    lambda id, text: json.dumps({"id": id, "text": text}), st.text(max_size=5) | st.integers(), st.text()
)
BODIES = (
    TWEETS
    | st.text(st.characters())  # with half surrogate pairs
    | st.sampled_from(["", " ", "{", "[", "{}", '{"text": 5}', '{"text": "\\ud83d"}', '"a"', "5", "null"])
    | st.just("a" * 2_000)
    | TWEETS.map(lambda body: body[:-3])
    | TWEETS.map(lambda body: json.dumps({"Type": "Notification", "TopicArn": "t", "Message": body}))
    | TWEETS.map(lambda body: json.dumps({"source": "s", "detail-type": "t", "detail": json.loads(body)}))
    | st.none()
)
COUNTS = ("Scored", "Ignored", "Unreadable", "Deferred")


@given(
    st.lists(BODIES, max_size=12),
    st.integers(1, 5),
    st.integers(0, 5),
    st.sampled_from(["skip", "cut", "stop"]),
)
def test_every_record_is_scored_ignored_unreadable_or_left_for_later(
    tiny: Scorecard, bodies: list[str | None], max_texts: int, slices: int, on_unreadable: OnUnreadable
) -> None:
    records = {f"m{n:02}": body for n, body in enumerate(bodies)}
    tools = Tools(tiny, Settings(max_texts=max_texts, max_characters=1_000), MemoryStore())
    remaining = clock.ending(after=slices)
    done = batch.score("door/place", records, lambda body: body, tools, remaining, on_unreadable)
    told = [*done.scored, *done.ignored, *done.unreadable]
    assert len(told) == len(set(told))
    assert set(told) <= records.keys()
    assert done.ignored == [id for id in done.ignored if records[id] is None]
    found = [row for content in written(tools.results).values() for row in lines(content)]
    assert sorted(row["message_id"] for row in found) == sorted(done.scored)
    if on_unreadable != "skip" or None not in bodies:
        assert sorted(told) == list(records)[: len(told)]
    if on_unreadable == "stop":
        assert list(done.unreadable) in ([], [max(told, default="")])
    elif on_unreadable == "skip" and slices * max_texts >= len(bodies):
        assert set(told) == records.keys()


def test_each_slice_is_one_object_and_asks_once_how_much_time_is_left(tools: Tools) -> None:
    asked: list[int] = []

    def remaining() -> int:
        asked.append(len(asked))
        return endless()

    tools = tools._replace(settings=Settings(max_texts=3))
    records = {str(n): "a" for n in range(7)}
    done = batch.score("door/place", records, lambda body: body, tools, remaining)
    assert done == Done(list("0123456"), [], {})
    assert [len(lines(content)) for content in written(tools.results).values()].count(3) == 2
    assert len(written(tools.results)) == len(asked) == 3


@pytest.mark.parametrize(
    ("left", "scored"), [(MIN_MILLISECONDS, ["a"]), (MIN_MILLISECONDS - 1, []), (0, []), (-5, [])]
)
def test_a_slice_is_begun_only_if_there_is_time_for_it(tools: Tools, left: int, scored: list[str]) -> None:
    done = batch.score("door/place", {"a": "a"}, lambda body: body, tools, lambda: left)
    assert done == Done(scored, [], {})
    assert len(written(tools.results)) == len(scored)


def test_a_batch_without_a_tweet_writes_nothing(tools: Tools) -> None:
    done = batch.score("door/place", {"a": None, "b": "{"}, lambda body: body, tools, endless)
    assert (done.scored, done.ignored, list(done.unreadable)) == ([], ["a"], ["b"])
    assert written(tools.results) == {}


def test_the_settings_of_the_environment_are_those_of_the_labels(tiny: Scorecard) -> None:
    records = {"a": "I love this", "b": "x", "c": "I hate this"}
    tools = Tools(tiny, Settings(threshold=0.8, uncertain=(0.3, 0.7)), MemoryStore())
    batch.score("door/place", records, lambda body: body, tools, endless)
    [content] = written(tools.results).values()
    assert [row["label"] for row in lines(content)] == ["positive", "uncertain", "negative"]


def test_rows_are_utf_8_without_escapes_and_hold_no_text(tools: Tools) -> None:
    records = {"a": json.dumps({"id": "❤️\n\u2028", "text": "secret ❤️"})}
    batch.score("door/place", records, lambda body: body, tools, endless)
    [content] = written(tools.results).values()
    assert '"id": "❤️\\n\u2028"'.encode() in content
    assert b"secret" not in content
    assert content.count(b"\n") == 1


def test_what_became_of_a_batch_is_logged_as_counts(tools: Tools, said: Callable[[], dict[str, Any]]) -> None:
    tools = tools._replace(settings=Settings(max_texts=3))
    records = {"a": "a", "b": None, "c": "{", "d": "d", "e": "", "f": "f", "g": "g"}
    batch.score("door/place", records, lambda body: body, tools, clock.ending(after=1))
    logged = said()
    assert {name: logged[name] for name in COUNTS} == {
        "Scored": 3,
        "Ignored": 1,
        "Unreadable": 2,
        "Deferred": 1,
    }
    assert list(logged["Reasons"]) == ["c", "e"]


def test_a_failure_of_the_tools_is_not_taken_for_an_unreadable_record(tools: Tools) -> None:
    def content(record: str) -> object:
        raise KeyError(record)

    with pytest.raises(KeyError):
        batch.score("door/place", {"a": "a"}, content, tools, endless)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hang", "503"])
def test_a_store_that_hangs_or_fails_raises_before_the_time_is_over(
    faulty: Proxy, bucket: str, tools: Tools, aws_environment: None, monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:  # fmt: skip
    monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.url)
    faulty.each(lambda _: fault, "PUT")
    behind = tools._replace(results=open_store(f"s3://{bucket}/{fault}"))
    remaining = clock.ticking(MIN_MILLISECONDS + 100)
    with pytest.raises((BaseError, OSError)):
        batch.score("queue/q", {"1": "I love this"}, lambda text: text, behind, remaining)
    assert remaining() > 0
