import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from obstore.store import ObjectStore

from model import ArtifactError
from predict import api, direct, dispatcher, notifications, objects, queue, store, streams, warm
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.events.sources import ACCEPTED
from predict.notifications import NotScoredError
from predict.settings import SettingsError
from tests.aws import foreign
from tests.aws.clock import Context
from tests.aws.results import written

Event = Callable[[str], Any]

EVENT_DOORS = {
    "sqs": queue,
    "sns-in-sqs": queue,
    "kinesis": streams,
    "dynamodb": streams,
    "sns": notifications,
    "eventbridge": notifications,
}


def forget() -> None:
    for remembered in (warm.open_tools, warm.load_model, store.open_store, api._make_service):
        remembered.cache_clear()


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """The store in memory to which the handlers write."""
    forget()
    monkeypatch.setenv("RESULTS_URL", "memory:///")
    yield store.open_store("memory:///")
    forget()


@pytest.mark.parametrize("name", EVENT_DOORS)
def test_the_dispatcher_answers_as_the_door_does(event: Event, results: ObjectStore, name: str) -> None:
    answer = EVENT_DOORS[name].handler(event(name), Context())
    once = written(results)
    assert answer in ({"batchItemFailures": []}, {"scored": 1})
    assert len(once) == 1
    forget()
    assert dispatcher.handler(event(name), Context()) == answer
    again = store.open_store("memory:///")
    assert again is not results
    assert written(again) == once


def test_a_warm_up_is_answered_without_a_place_for_results(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESULTS_URL", raising=False)
    assert dispatcher.handler(event("warm-up"), None) == {"status": "warm"}
    assert dispatcher.handler({"warmup": True}, None) == {"status": "warm"}


def test_a_direct_event_is_answered_without_a_place_for_results(
    event: Event, directly: Callable[[object], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESULTS_URL", raising=False)
    assert dispatcher.handler(event("direct"), None) == directly(event("direct"))


@pytest.mark.parametrize(
    "event_",
    [
        None,
        {},
        {"Records": []},
        {"Records": [{"eventSource": "aws:ses", "ses": "secret"}]},
        {
            "invocationId": "i",
            "deliveryStreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/secret",
            "region": "us-east-1",
            "records": [{"recordId": "1", "data": "c2VjcmV0"}],
        },
    ],
)
def test_an_event_of_no_known_source_is_refused(event_: object) -> None:
    with pytest.raises(UnknownEventError) as refused:
        dispatcher.handler(event_, Context())
    assert str(refused.value) == f"The event is of no known source. Send {ACCEPTED}."


@pytest.mark.parametrize("name", foreign.EVENTS)
def test_no_event_of_aws_gets_a_label(
    results: ObjectStore, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    sent = foreign.EVENTS[name]
    try:
        answer = dispatcher.handler(sent, Context())
    except (UnknownEventError, UnreadableRecordError, NotScoredError, OSError) as exc:
        answer = str(exc)
    assert written(results) == {}
    assert "label" not in json.dumps(answer)
    if not isinstance(sent, dict) or not {"Records", "detail", "Bucket"} & sent.keys():
        assert answer == f"The event is of no known source. Send {ACCEPTED}."


DOORS = [api, direct, dispatcher, notifications, objects, queue, streams]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", foreign.WARM_UPS)
def test_every_door_answers_the_usual_warm_ups_without_a_place_for_results(
    monkeypatch: pytest.MonkeyPatch, door: ModuleType, name: str
) -> None:
    monkeypatch.delenv("RESULTS_URL", raising=False)
    assert door.handler(foreign.WARM_UPS[name], Context()) == {"status": "warm"}
    assert warm.load_model.cache_info().currsize == 1


@pytest.mark.parametrize("door", DOORS)
def test_a_warm_up_of_any_door_fails_where_the_model_does(
    monkeypatch: pytest.MonkeyPatch, results: ObjectStore, door: ModuleType
) -> None:
    monkeypatch.setenv("MODEL", "nonesuch")
    with pytest.raises(ArtifactError):
        door.handler({"warmer": True}, Context())


@pytest.mark.parametrize(("name", "door"), EVENT_DOORS.items())
def test_a_door_without_a_place_for_results_names_the_variable_and_is_mended_by_it(
    event: Event, monkeypatch: pytest.MonkeyPatch, results: ObjectStore, name: str, door: ModuleType
) -> None:
    monkeypatch.delenv("RESULTS_URL")
    for handler in (door.handler, dispatcher.handler):
        with pytest.raises(
            SettingsError, match=r"^RESULTS_URL must say where results go, as s3://bucket/folder$"
        ):
            handler(event(name), Context())
    warm.load_model.cache_clear()  # as in the process that starts with the variable
    monkeypatch.setenv("RESULTS_URL", "memory:///")
    door.handler(event(name), Context())
    assert len(written(results)) == 1


@pytest.mark.parametrize("url", ["s3://", "az://container"])
def test_a_place_that_no_store_has_is_named(
    event: Event, monkeypatch: pytest.MonkeyPatch, results: ObjectStore, url: str
) -> None:
    monkeypatch.setenv("RESULTS_URL", url)
    with pytest.raises(SettingsError, match=f"^no store can be opened at {url}: correct its address$"):
        queue.handler(event("sqs"), Context())


def test_handlers_ask_the_context_how_much_time_is_left(event: Event, results: ObjectStore) -> None:
    soon = Context(left=2_999)
    ids = [record["messageId"] for record in event("sqs")["Records"]]
    first = event("kinesis")["Records"][0]["kinesis"]["sequenceNumber"]
    assert dispatcher.handler(event("sqs"), soon) == {
        "batchItemFailures": [{"itemIdentifier": id} for id in ids]
    }
    assert dispatcher.handler(event("kinesis"), soon) == {"batchItemFailures": [{"itemIdentifier": first}]}
    with pytest.raises(NotScoredError):
        dispatcher.handler(event("sns"), soon)
    assert written(results) == {}


def test_an_answer_does_not_depend_on_those_before_it_nor_on_their_failures(
    event: Event, results: ObjectStore
) -> None:
    def answers() -> dict[str, Any]:
        return {name: dispatcher.handler(event(name), Context()) for name in ("direct", *EVENT_DOORS)}

    first, once = answers(), written(results)
    failing: list[Any] = [
        {"Records": [{"eventSource": "aws:sqs"}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"TopicArn": "t", "MessageId": "m"}}]},
        {"id": "1", "source": "s", "detail-type": "t", "detail": {}},
        {"text": 5},
        {"text": "a", "threshold": 2},
        None,
    ]
    for broken in failing:
        with pytest.raises((LookupError, RuntimeError, ValueError)):
            dispatcher.handler(broken, Context())
        assert json.dumps(answers()) == json.dumps(first)
    assert written(results) == once


@pytest.mark.parametrize(("large_results", "timeout"), [(False, "8s"), (True, "300s")])
def test_the_store_of_large_results_is_given_minutes(
    results: ObjectStore, monkeypatch: pytest.MonkeyPatch, large_results: bool, timeout: str
) -> None:
    monkeypatch.setenv("RESULTS_URL", "s3://results")
    opened: Any = warm.open_tools(large_results).results
    assert opened.client_options["timeout"] == timeout


def test_a_warm_up_loads_the_model_for_every_door(event: Event, results: ObjectStore) -> None:
    dispatcher.handler({"warmup": True}, Context())
    for name in ("rest", "direct", "sqs"):
        dispatcher.handler(event(name), Context())
    assert warm.load_model.cache_info().misses == 1


def test_a_process_makes_its_tools_once(event: Event, results: ObjectStore) -> None:
    for _ in range(3):
        for name in EVENT_DOORS:
            dispatcher.handler(event(name), Context())
    assert warm.open_tools.cache_info().misses == 1
    assert warm.load_model.cache_info().misses == 1
    assert warm.open_tools().results is results
