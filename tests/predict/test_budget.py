"""The modules that each door loads. Counts do not depend on the speed or the load of a machine."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from predict.dialects import DIALECTS, load
from tests.aws.places import place, set_method

# Another release of Python or of a library may load one module or two more; asyncio alone is seventy.
MARGIN = 1.05

# Of the standard library, as costly to import as a library of others.
HEAVY = {"asyncio", "dataclasses", "email", "http", "inspect", "pathlib", "pickle", "ssl"}
FREE = {"model", "nlp", "predict"}

SAMPLES = {
    "api": ["rest", "http-api", "function-url", "alb", "rest_post_payload"],
    "direct": ["direct", "post_payload"],
    "notifications": ["sns", "eventbridge", "scheduled"],
    "objects": ["s3-test", "s3-test-in-sqs", "map-item"],
    "queue": ["sqs", "sns-in-sqs", "eventbridge-in-sqs", "sqs-fifo"],
    "streams": ["kinesis", "dynamodb"],
}
ANSWER = "predict.cli.main(['predict', 'I love this'])"


class Budget(NamedTuple):
    """Modules that the import adds, and with first answers: the most of Python 3.11, 3.12 and 3.13.

    `costly` are those of HEAVY and the libraries, exactly, after the answers.
    """

    imported: int
    answered: int
    costly: set[str]


# What the paths of dialects have in place of their parameters; a path of another model is refused.
NAMES = defaultdict(lambda: "p", model="lexicon_ngrams")

BUDGETS = {
    "cli": Budget(69, 88, {"Stemmer", "pathlib"}),
    "direct": Budget(56, 66, {"Stemmer"}),
    "dispatcher": Budget(63, 74, {"Stemmer"}),
    "notifications": Budget(71, 82, {"Stemmer", "obstore"}),
    "objects": Budget(80, 95, {"Stemmer", "obstore"}),
    "queue": Budget(71, 82, {"Stemmer", "obstore"}),
    "streams": Budget(73, 83, {"Stemmer", "obstore"}),
    "api": Budget(69, 80, {"Stemmer"}),
}


@pytest.fixture
def environment(
    aws_environment: None, bucket: str, client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket for results, and the object that the samples name."""
    monkeypatch.setenv("RESULTS_URL", f"s3://{bucket}")
    client("s3").create_bucket(Bucket="inbox")
    client("s3").put_object(Bucket="inbox", Key="tweets.csv", Body=b"text\nI love this\n")


def answering(door: str, events: Iterable[Path]) -> str:
    """The statements with which a door answers events."""
    return f"""
import json, types
context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000, aws_request_id="r")
for path in {[str(path) for path in events]}:
    predict.{door}.handler(json.load(open(path, encoding="utf-8")), context)
"""


def loaded(door: str, answering: str) -> tuple[set[str], set[str]]:
    """The modules that a new process has loaded after it imported a door, and after the door answered."""
    script = f"""
import sys
before = set(sys.modules) | {{"cython_runtime"}}  # compiled modules make it and "_cython_...", without files
import predict.{door}
imported = set(sys.modules) - before
{answering}
print()
print(*imported)
print(*set(sys.modules) - before)
"""
    command = [sys.executable, "-I", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    imported, answered = (
        {name for name in line.split() if not name.startswith("_cython_")}
        for line in ended.stdout.splitlines()[-2:]
    )
    return imported, answered


def test_a_request_of_no_dialect_loads_a_library(
    environment: None, event: Callable[[str], Any], tmp_path: Path
) -> None:
    """Nor does a refusal, the page or the index."""
    paths = []
    for name, operations in DIALECTS.items():
        for operation in operations:
            method, path = operation.split(" ")
            route = path.format_map(NAMES)
            bodies = [*load(name).EXAMPLES.values(), load(name).BAD_EXAMPLE] if method == "POST" else [None]
            paths += [(method, route, "application/json", body) for body in bodies]
    paths += [("GET", path, "text/html", None) for path in ("/", "/health", "/ready", "/model", "/nothing")]
    for number, (method, route, accept, body) in enumerate(paths):
        asked = place(event("http-api"), route, {"path": "{route}"})
        set_method(asked, method)
        asked["headers"] |= {"accept": accept}
        asked |= {"body": json.dumps(body), "isBase64Encoded": False}
        (tmp_path / f"{number}.json").write_text(json.dumps(asked), encoding="utf-8")
    _, answered = loaded("api", answering("api", sorted(tmp_path.iterdir())))
    assert costly(answered) == {"Stemmer"}


def costly(modules: set[str]) -> set[str]:
    packages = {module.partition(".")[0] for module in modules}
    libraries = {name for name in packages - sys.stdlib_module_names - FREE if not name.startswith("_")}
    return libraries | packages & HEAVY


@pytest.mark.parametrize("door", BUDGETS)
def test_a_door_loads_no_more_than_its_budget(
    environment: None, event_file: Callable[[str], Path], door: str
) -> None:
    events = map(event_file, SAMPLES.get(door, ["warm-up"]))
    imported, answered = loaded(door, ANSWER if door == "cli" else answering(door, events))
    assert costly(answered) == BUDGETS[door].costly
    assert len(imported) <= MARGIN * BUDGETS[door].imported, sorted(imported)
    assert len(answered) <= MARGIN * BUDGETS[door].answered, sorted(answered - imported)


@pytest.mark.parametrize("door", SAMPLES)
def test_the_dispatcher_loads_the_door_of_an_event_alone(
    environment: None, event_file: Callable[[str], Path], door: str
) -> None:
    _, answered = loaded("dispatcher", answering("dispatcher", map(event_file, SAMPLES[door])))
    assert {other for other in SAMPLES if f"predict.{other}" in answered} == {door}
    assert costly(answered) == BUDGETS[door].costly
