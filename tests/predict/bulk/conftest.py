"""Jobs that AWS's own testing engine runs, over the real objects door and moto's S3."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import obstore
import pytest
from aws_durable_execution_sdk_python_testing import DurableFunctionTestResult, DurableFunctionTestRunner

from model import Scorecard
from predict import objects, store
from predict.bulk import orchestra
from predict.settings import Settings
from predict.warm import Tools
from tests.aws import endpoint

GOOD = b"id,text\n1,I love this\n2,I hate this\n3\n"
COUNTS = {"rows": 3, "scored": 2, "errors": 1}  # of each good object
REFUSED = b"\x89PNG\r\n\x1a\n"
Door = Callable[[Any, Any], Any]


class Watched:
    """The objects door, with what was asked of it, and how many invocations ran at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0
        self.asked: list[list[str]] = []  # the keys of each invocation
        self.fault: Callable[[list[str]], Exception | None] = lambda keys: None

    def __call__(self, event: Any, context: Any) -> Any:
        keys = [item["key"] for item in event["Items"]]
        with self._lock:
            self.asked.append(keys)
            fault = self.fault(keys)
            self._running += 1
            self.most = max(self.most, self._running)
        try:
            if fault:
                raise fault
            return objects.score(event, self._tools, context.get_remaining_time_in_millis)
        finally:
            with self._lock:
                self._running -= 1


@pytest.fixture
def results(bucket: str, client: Callable[[str], Any], aws_environment: None) -> str:
    """The address of an empty bucket."""
    name = f"results-{uuid4().hex}"
    client("s3").create_bucket(Bucket=name)
    return f"s3://{name}"


@pytest.fixture
def door(tiny: Scorecard, results: str) -> Watched:
    return Watched(Tools(tiny, Settings(), store.open_store(results)))


@pytest.fixture
def engine(
    results: str, door: Watched, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DurableFunctionTestRunner]:
    """AWS's testing engine, where waits take no time."""
    monkeypatch.setenv("RESULTS_URL", results)
    monkeypatch.setenv("OBJECT_FUNCTION", "ObjectFunction")
    logging.getLogger("aws_durable_execution_sdk_python").setLevel(logging.CRITICAL)
    with DurableFunctionTestRunner(handler=orchestra.handler) as runner:
        runner.register_function("ObjectFunction", door)
        runner.register_durable_function("BulkFunction", orchestra.handler)
        yield runner
    runner._scheduler._loop.close()  # which the engine leaves to the garbage collector


@pytest.fixture
def run(engine: DurableFunctionTestRunner, bucket: str) -> Callable[..., DurableFunctionTestResult]:
    """Fill the bucket, and run a job on it."""

    def run(contents: Mapping[str, bytes], **order: Any) -> DurableFunctionTestResult:
        endpoint.fill(bucket, contents)
        asked = json.dumps({"bucket": bucket, "name": "job", **order})
        return engine.run(input=asked, function_name="BulkFunction", execution_timeout=300)

    return run


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait at most two minutes. Raises TimeoutError."""
    for _ in range(2_400):
        if holds():
            return
        time.sleep(0.05)
    raise TimeoutError


def saved(results: str, key: str) -> Any:
    """The content of a JSON file among the results."""
    return json.loads(obstore.get(store.open_store(results), key).bytes().to_bytes())
