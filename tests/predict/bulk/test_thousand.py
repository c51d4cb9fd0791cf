"""A thousand objects, with everything that goes wrong in a long job at once."""

import json
import threading
from collections import Counter
from typing import Any

import obstore
import pytest
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner

from predict import store
from predict.bulk import orchestra
from tests.aws import endpoint
from tests.predict.bulk.conftest import GOOD, REFUSED, Watched, saved, wait_until
from tests.predict.bulk.test_orchestra import children, scored

OBJECTS = 1_000
POISON = "0500.csv"  # ends the process of whoever reads it
BAD = ("0100.png", "0900.png")


class Mortal:
    """The durable function, which is killed at the end of some invocations: its answer is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.invocations = self.killed = 0

    def __call__(self, event: Any, context: Any) -> Any:
        answer = orchestra.handler(event, context)
        with self._lock:
            self.invocations += 1
            dies = self.invocations in (2, 7, 8)
            self.killed += dies
        if dies:
            raise RuntimeError("Runtime exited with error: signal: killed")
        return answer


@pytest.mark.slow
def test_a_thousand_objects_are_scored_though_invocations_fail_are_throttled_and_are_killed(
    engine: DurableFunctionTestRunner, door: Watched, bucket: str, results: str
) -> None:
    good = {f"{number:04}.csv": GOOD for number in range(OBJECTS)}
    endpoint.fill(bucket, {**good, **dict.fromkeys(BAD, REFUSED)})
    mortal = Mortal()
    engine.register_durable_function("BulkFunction", mortal)
    calls: Counter[str] = Counter()

    def break_some(keys: list[str]) -> Exception | None:
        calls[keys[0]] += 1
        if POISON in keys:
            return RuntimeError("Runtime exited with error: signal: killed")
        first = calls[keys[0]] == 1
        return TimeoutError("Task timed out") if first and int(keys[0][:4]) % 50 == 0 else None

    door.fault = break_some
    order = {"bucket": bucket, "name": "job", "batch_objects": 4, "concurrency": 8, "tolerated_percentage": 1}
    arn = engine.run_async(input=json.dumps(order), function_name="BulkFunction", execution_timeout=900)
    wait_until(lambda: len(door.asked) >= 30)
    [page] = children(engine, arn)
    engine.pause_execution(page)
    engine.resume_execution(page)
    result = engine.wait_for_result(arn, timeout=900)
    assert result.error is None
    summary = saved(results, "bulk/job/summary.json")
    assert scored(results) == good.keys() - {POISON}  # and the objects beside it are
    assert summary["objects"] == OBJECTS + len(BAD)
    assert (summary["refused"], summary["failed"]) == (len(BAD), 1)
    assert (summary["rows"], summary["scored"]) == (3 * (OBJECTS - 1), 2 * (OBJECTS - 1))
    assert (summary["pages"], mortal.killed) == (2, 3)
    assert door.most <= 8
    listed = obstore.list(store.open_store(results), "bulk/job/failures").collect()
    lines = [
        json.loads(line)["key"]
        for found in listed
        for line in obstore.get(store.open_store(results), found["path"]).bytes().to_bytes().splitlines()
    ]
    assert sorted(lines) == sorted([*BAD, POISON])
