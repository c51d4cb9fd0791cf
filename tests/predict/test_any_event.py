"""Whatever JSON Lambda hands to a door, the door answers it or raises one of the errors that it declares."""

import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.exceptions import BaseError
from obstore.store import MemoryStore

from model import Scorecard
from predict import direct, dispatcher, notifications, objects, queue, store, streams, warm
from predict.dialects.request import InvalidRequestError
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.files.scoring import ObjectRefusedError
from predict.notifications import NotScoredError
from predict.settings import Settings, SettingsError
from predict.warm import Tools
from tests.aws.clock import Context, endless
from tests.conftest import ROOT

SAMPLES = [
    json.loads(path.read_text(encoding="utf-8"))
    for folder in ("tests/events", "functions/predict/samples")
    for path in sorted((ROOT / folder).glob("*.json"))
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
STRINGS = st.sampled_from(
    [
        "aws:sqs", "aws:sns", "aws:s3", "aws:kinesis", "aws:dynamodb", "aws.s3", "Object Created", "INSERT",
        "arn:aws:sqs:eu-west-1:1:tweets", "arn:aws:sns:eu-west-1:1:tweets", "////", "\ud800", "bWU=", "{",
        "[[", '{"text": "love"}', '{"Records": [{"eventSource": "aws:s3"}]}',
    ]
)  # fmt: skip


def members(event: Any) -> set[str]:
    """All names in it, at any depth."""
    if isinstance(event, list):
        return set().union(*map(members, event))
    if isinstance(event, dict):
        return set(event).union(*map(members, event.values()))
    return set()


NAMES = st.sampled_from(sorted(set().union(*map(members, SAMPLES)))) | st.text(max_size=3)
ANYTHING = st.recursive(
    SCALARS | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A true event, in which up to three values are others, or missing."""
    event = json.loads(json.dumps(draw(st.sampled_from(SAMPLES))))
    for _ in range(draw(st.integers(1, 3))):
        event = _damage(draw, event)
    return event


def _damage(draw: st.DrawFn, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or not draw(st.integers(0, 5)):
        return draw(ANYTHING)
    place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    if not draw(st.integers(0, 5)):
        value.pop(place)
    else:
        value[place] = _damage(draw, value[place])
    return value


ALL = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
EVENTS = damaged() | ANYTHING
DECLARED: dict[Callable[..., Any], tuple[type[Exception], ...]] = {
    queue.score: (UnknownEventError,),
    streams.score: (UnknownEventError,),
    notifications.score: (UnknownEventError, NotScoredError),
    # the stores raise the last two, where a bucket cannot be
    objects.score: (UnknownEventError, UnreadableRecordError, ObjectRefusedError, BaseError, SettingsError),
}

ANY: tuple[type[Exception], ...] = (InvalidRequestError, *chain.from_iterable(DECLARED.values()))


@pytest.mark.parametrize("score", DECLARED, ids=lambda score: score.__module__)
@given(event=EVENTS)
@ALL
def test_an_event_door_raises_what_it_declares_alone(
    tiny: Scorecard, score: Callable[..., Any], event: Any
) -> None:
    tools = Tools(tiny, Settings(buckets="memory://"), MemoryStore())
    try:
        answer = score(event, tools, endless)
    except DECLARED[score]:
        return
    json.dumps(answer, allow_nan=False)


@given(event=EVENTS)
@ALL
def test_the_direct_door_raises_what_it_declares_alone(tiny: Scorecard, event: Any) -> None:
    try:
        answer = direct.invoke(event, tiny, Settings())
    except InvalidRequestError:
        return
    json.dumps(answer, allow_nan=False)


@pytest.fixture(scope="module")
def in_memory() -> Iterator[None]:
    """Results and objects are in memory."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RESULTS_URL", "memory:///")
        environment.setenv("BUCKETS", "memory://")
        warm.open_tools.cache_clear()
        warm.load_model.cache_clear()
        yield
    warm.open_tools.cache_clear()
    warm.load_model.cache_clear()
    store.open_store.cache_clear()


@given(event=EVENTS)
@ALL
def test_the_dispatcher_raises_what_the_doors_declare_alone(in_memory: None, event: Any) -> None:
    try:
        answer = dispatcher.handler(event, Context())
    except ANY:
        return
    json.dumps(answer, allow_nan=False)
    if "statusCode" in answer:
        assert answer["statusCode"] < 500


@pytest.mark.parametrize("source", ["aws:sqs", "aws:sns"])
def test_a_message_without_its_id_is_named(tiny: Scorecard, source: str) -> None:
    tools = Tools(tiny, Settings(), MemoryStore())
    with pytest.raises(UnknownEventError, match=r"has no (Sns\.)?[mM]essageId: send the records as AWS does"):
        objects.score({"Records": [{"eventSource": source}]}, tools, endless)


def test_a_message_without_a_body_does_not_hold_back_the_others(tiny: Scorecard) -> None:
    tools = Tools(tiny, Settings(), MemoryStore())
    whole = {"eventSource": "aws:sqs", "messageId": "a", "body": '{"Event": "s3:TestEvent"}'}
    event = {"Records": [whole, {"eventSource": "aws:sqs", "messageId": "b"}]}
    assert objects.score(event, tools, endless) == {"batchItemFailures": [{"itemIdentifier": "b"}]}
