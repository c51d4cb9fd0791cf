import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from obstore.store import ObjectStore

from predict import dispatcher, notifications, queue, store, streams, tools
from predict.notifications import NotScoredError
from predict.settings import SettingsError
from predict.sources import ACCEPTED, UnknownEventError
from tests.aws.results import written

Event = Callable[[str], Any]

HEAVY = (
    "asyncio",
    "boto3",
    "dataclasses",
    "email",
    "fastapi",
    "http",
    "inspect",
    "mangum",
    "numpy",
    "pydantic",
    "ssl",
    "starlette",
)
EVENT_DOORS = {
    "sqs": queue,
    "sns-in-sqs": queue,
    "kinesis": streams,
    "dynamodb": streams,
    "sns": notifications,
    "eventbridge": notifications,
}


class Context:
    """What a door asks of Lambda's."""

    def __init__(self, left: int = 30_000) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


def forget() -> None:
    for remembered in (tools.fetch, tools.served, store.opened):
        remembered.cache_clear()


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """Where the handlers write, in memory."""
    forget()
    monkeypatch.setenv("RESULTS_URL", "memory:///")
    yield store.opened("memory:///")
    forget()


def loaded_by(handler: str, events: list[Path]) -> list[str]:
    """The modules that a new process has loaded after it has answered the events."""
    module = handler.rpartition(".")[0]
    script = (
        "import sys; before = set(sys.modules)\n"
        f"import {module}\n"
        "import json; from types import SimpleNamespace as Context\n"
        "context = Context(get_remaining_time_in_millis=lambda: 30_000, aws_request_id='r')\n"
        f"for path in {[str(path) for path in events]}:\n"
        f"    {handler}(json.load(open(path, encoding='utf-8')), context)\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-W", "ignore", "-c", script]
    environ = {**os.environ, "RESULTS_URL": "memory:///"}
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    return ended.stdout.splitlines()[-1].split()


def of(names: tuple[str, ...], modules: list[str]) -> list[str]:
    return [module for module in modules if module.partition(".")[0] in names]


@pytest.mark.parametrize(
    ("samples", "door"),
    [
        (["rest"], "api"),
        (["direct", "post_payload"], "direct"),
        (["sqs", "sns-in-sqs", "eventbridge-in-sqs", "sqs-fifo"], "queue"),
        (["kinesis", "dynamodb"], "streams"),
        (["sns", "eventbridge", "scheduled"], "notifications"),
        (["s3-test", "s3-test-in-sqs"], "objects"),
        (["warm-up"], None),
    ],
)
def test_the_door_of_an_event_is_loaded_alone(
    event_file: Callable[[str], Path], samples: list[str], door: str | None
) -> None:
    modules = loaded_by("predict.dispatcher.handler", [event_file(name) for name in samples])
    doors = {"api", "direct", "notifications", "objects", "queue", "streams"}
    assert [name for name in doors if f"predict.{name}" in modules] == ([door] if door else [])
    assert bool(of(("fastapi", "starlette", "mangum", "pydantic"), modules)) == (door == "api")
    assert bool(of(("obstore",), modules)) == (door not in ("api", "direct", None))


@pytest.mark.parametrize("name", ["sqs", "kinesis", "dynamodb", "sns", "eventbridge"])
def test_importing_an_event_door_and_answering_loads_nothing_heavy(
    event_file: Callable[[str], Path], name: str
) -> None:
    modules = loaded_by(f"{EVENT_DOORS[name].__name__}.handler", [event_file(name)])
    assert EVENT_DOORS[name].__name__ in modules
    assert of(HEAVY, modules) == []
    assert len(modules) <= 80


@pytest.mark.parametrize("name", EVENT_DOORS)
def test_the_dispatcher_answers_as_the_door_does(event: Event, results: ObjectStore, name: str) -> None:
    answer = EVENT_DOORS[name].handler(event(name), Context())
    once = written(results)
    assert answer in ({"batchItemFailures": []}, {"scored": 1})
    assert len(once) == 1
    forget()
    assert dispatcher.handler(event(name), Context()) == answer
    again = store.opened("memory:///")
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
    tools.served.cache_clear()  # as in the process that starts with the variable
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


def test_a_process_makes_its_tools_once(event: Event, results: ObjectStore) -> None:
    for _ in range(3):
        for name in EVENT_DOORS:
            dispatcher.handler(event(name), Context())
    assert tools.fetch.cache_info().misses == 1
    assert tools.served.cache_info().misses == 1
    assert tools.fetch().results is results
