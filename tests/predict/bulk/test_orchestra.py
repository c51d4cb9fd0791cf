"""Jobs from their order to their summary: the engine, the door and the store are real."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import obstore
import pytest
from aws_durable_execution_sdk_python_testing import DurableFunctionTestResult, DurableFunctionTestRunner

from predict import store
from tests.aws import endpoint
from tests.predict.bulk.conftest import COUNTS, GOOD, REFUSED, Watched, saved, wait_until

Run = Callable[..., DurableFunctionTestResult]


def good(count: int) -> dict[str, bytes]:
    return {f"in/{number:04}.csv": GOOD for number in range(count)}


def summary(result: DurableFunctionTestResult, results: str) -> dict[str, Any]:
    """What the job returns, which is what it writes."""
    assert result.error is None
    found: dict[str, Any] = json.loads(result.result or "")
    assert saved(results, "bulk/job/summary.json") == found
    return found


def scored(results: str) -> set[str]:
    """The keys of the objects that have rows."""
    listed = obstore.list(store.open_store(results), "objects").collect()
    return {
        "/".join(found["path"].split("/")[2:-3]) for found in listed if found["path"].endswith("rows.csv")
    }


def test_a_job_scores_every_object_below_its_prefix_and_adds_up_their_summaries(
    run: Run, door: Watched, bucket: str, results: str
) -> None:
    contents = good(12)
    found = summary(run({**contents, "in/": b"", "other.csv": GOOD}, prefix="in/", batch_objects=5), results)
    assert scored(results) == contents.keys()
    assert sorted(map(len, door.asked)) == [2, 5, 5]
    assert found.pop("seconds") > 0
    assert found.pop("estimated_cost")["amount"] > 0
    assert found == {
        "order": {
            "bucket": bucket,
            "prefix": "in/",
            "concurrency": 10,
            "tolerated_percentage": 5,
            "batch_objects": 5,
            "name": "job",
        },
        "objects": 12,
        "refused": 0,
        "failed": 0,
        "ignored": 0,
        **{name: 12 * count for name, count in COUNTS.items()},
        "invocations": 3,
        "labels": {"negative": 12, "positive": 12},
        "warnings": {},
        "failures": {},
        "positive_share": 0.5,
        "pages": 1,
        "results": "bulk/job",
    }


def test_a_prefix_without_objects_is_done_at_once(run: Run, door: Watched, results: str) -> None:
    found = summary(run({}, prefix="in/"), results)
    assert (found["objects"], found["pages"], found["positive_share"], door.asked) == (0, 0, None, [])


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_invocations_run_at_once_than_the_order_says(
    run: Run, door: Watched, results: str, concurrency: int
) -> None:
    found = summary(run(good(12), batch_objects=1, concurrency=concurrency), results)
    assert (found["objects"], found["invocations"]) == (12, 12)
    assert door.most == concurrency


def test_what_the_door_refuses_takes_nothing_with_it_and_is_not_tried_again(
    run: Run, door: Watched, bucket: str, results: str
) -> None:
    found = summary(run({**good(5), "in/2.png": REFUSED}, tolerated_percentage=20), results)
    assert (found["objects"], found["refused"], found["failed"], found["scored"]) == (6, 1, 0, 10)
    assert len(door.asked) == 1
    [(key, why)] = found["failures"].items()
    assert key == "in/2.png"
    assert why.startswith(f"was refused: objects/{bucket}/in/2.png/")
    place = why.removeprefix("was refused: ").removesuffix(" says why")
    assert saved(results, place)["error"]


def test_a_throttled_batch_is_invoked_again_after_a_pause(run: Run, door: Watched, results: str) -> None:
    class ThrottledError(Exception):
        pass

    tried: Counter[str] = Counter()

    def throttle(keys: list[str]) -> Exception | None:
        tried[keys[0]] += 1
        return ThrottledError("Rate Exceeded.") if tried[keys[0]] <= 2 else None

    door.fault = throttle
    found = summary(run(good(4), batch_objects=2, concurrency=2), results)
    assert (found["objects"], found["failed"], found["invocations"]) == (4, 0, 6)


def test_an_object_that_never_succeeds_is_listed_after_three_attempts_and_the_others_are_done(
    run: Run, door: Watched, results: str
) -> None:
    door.fault = lambda keys: MemoryError("killed") if "in/0007.csv" in keys else None
    contents = good(12)
    found = summary(run(contents, batch_objects=1, tolerated_percentage=10), results)
    assert scored(results) == contents.keys() - {"in/0007.csv"}
    assert (found["objects"], found["failed"], found["invocations"]) == (12, 1, 14)
    assert found["failures"] == {"in/0007.csv": "MemoryError: killed"}
    [listed] = obstore.list(store.open_store(results), "bulk/job/failures").collect()
    assert saved(results, listed["path"]) == {"key": "in/0007.csv", "reason": "MemoryError: killed"}


def test_an_object_that_ends_the_process_takes_none_of_its_batch_with_it(
    run: Run, door: Watched, results: str
) -> None:
    door.fault = lambda keys: MemoryError("killed") if "in/0005.csv" in keys else None
    contents = good(8)
    found = summary(run(contents, tolerated_percentage=20), results)
    assert scored(results) == contents.keys() - {"in/0005.csv"}
    assert (found["objects"], found["failed"], found["scored"]) == (8, 1, 14)
    halves = [list(contents)] * 3 + [
        list(contents)[a:b] for a, b in ((0, 4), (4, 8), (4, 6), (4, 5), (5, 6), (6, 8))
    ]
    assert door.asked == halves


def test_a_key_that_no_store_can_ask_for_is_refused_alone(run: Run, door: Watched, results: str) -> None:
    found = summary(run({**good(3), "in//a.csv": GOOD}, tolerated_percentage=30), results)
    assert (found["objects"], found["refused"], found["scored"]) == (4, 1, 6)
    assert door.asked == [["in//a.csv", *good(3)]]


def test_a_job_with_more_failures_than_it_tolerates_fails_after_its_summary(run: Run, results: str) -> None:
    result = run({**good(3), "in/1.png": REFUSED, "in/2.png": REFUSED}, tolerated_percentage=39)
    assert result.error is not None
    assert result.error.message == (
        "2 of 5 objects were refused or failed, and 39 % are tolerated: bulk/job/summary.json says which."
    )
    assert saved(results, "bulk/job/summary.json")["scored"] == 6


def test_a_wrong_order_is_an_error_that_names_the_member(run: Run) -> None:
    result = run({}, concurrency=0)
    assert result.error is not None
    assert result.error.message == "concurrency must be a whole number from 1 to 10,000."


def test_a_job_that_runs_again_scores_nothing_twice_and_has_the_same_summary(
    run: Run, door: Watched, client: Callable[[str], Any], results: str
) -> None:
    first = summary(run(good(4)), results)
    bucket = results.removeprefix("s3://")
    rows = {
        found["Key"]: found["LastModified"]
        for found in client("s3").list_objects_v2(Bucket=bucket, Prefix="objects/")["Contents"]
    }
    second = summary(run(good(4)), results)
    again = client("s3").list_objects_v2(Bucket=bucket, Prefix="objects/")["Contents"]
    assert {found["Key"]: found["LastModified"] for found in again} == rows
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_a_job_that_is_interrupted_goes_on_where_it_was(
    engine: DurableFunctionTestRunner, door: Watched, bucket: str, results: str
) -> None:
    contents = good(30)
    endpoint.fill(bucket, contents)
    order = {"bucket": bucket, "name": "job", "batch_objects": 1, "concurrency": 1}
    arn = engine.run_async(input=json.dumps(order), function_name="BulkFunction", execution_timeout=300)
    wait_until(lambda: len(door.asked) >= 5)
    [child] = children(engine, arn)
    engine.pause_execution(child)
    before = len(door.asked)
    assert before < 30
    engine.resume_execution(child)
    found = summary(engine.wait_for_result(arn, timeout=300), results)
    assert sorted(door.asked) == [[key] for key in contents]  # each once
    assert (found["objects"], found["failed"], found["invocations"]) == (30, 0, 30)


def children(engine: DurableFunctionTestRunner, arn: str) -> list[str]:
    """The executions of the pages of a job."""
    events = engine.get_execution_history(arn).events
    started = [event.chained_invoke_started_details for event in events]
    return [str(details.durable_execution_arn) for details in started if details]
