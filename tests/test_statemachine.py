"""The state machine of bulk jobs. AWS alone executes it: moto has neither JSONata nor ItemBatcher."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from predict.bulk.order import Order

FILE = Path(__file__).parents[1] / "statemachine" / "bulk.asl.json"
MACHINE = json.loads(FILE.read_text())
MAP = MACHINE["States"]["Objects"]
BATCH = MAP["ItemProcessor"]


def successors(state: dict[str, Any]) -> Iterator[str]:
    """The names that may follow a state."""
    yield from (choice["Next"] for choice in state.get("Choices", ()))
    yield from (state[name] for name in ("Next", "Default") if name in state)


@pytest.mark.skipif(
    shutil.which("asl-validator") is None, reason="no asl-validator: npm install asl-validator"
)
def test_the_validator_of_the_language_accepts_it() -> None:
    subprocess.run(["asl-validator", "--json-path", str(FILE)], check=True, capture_output=True)


def test_every_state_is_reached_and_ends() -> None:
    states = BATCH["States"]
    reached: set[str] = set()
    left: list[str] = [BATCH["StartAt"]]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += successors(states[name])
    assert reached == states.keys()
    ends = {name for name, state in states.items() if not list(successors(state))}
    assert {states[name]["Type"] for name in ends} == {"Fail", "Succeed"}


def test_its_defaults_are_those_of_the_durable_function() -> None:
    usual = Order("inbox")
    assert MAP["MaxConcurrency"].endswith(f" : {usual.concurrency} %}}")
    assert MAP["ToleratedFailurePercentage"].endswith(f" : {usual.tolerated_percentage} %}}")
    assert MAP["ItemBatcher"]["MaxItemsPerBatch"] == usual.batch_objects


def test_a_batch_has_the_whole_time_of_the_function_and_is_tried_again_with_jitter() -> None:
    assert BATCH["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }  # EXPRESS: 5 minutes
    score = BATCH["States"]["Score"]
    assert score["TimeoutSeconds"] > 900
    [retry] = score["Retry"]
    assert (retry["JitterStrategy"], retry["MaxAttempts"]) == ("FULL", 5)
