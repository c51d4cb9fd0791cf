"""CodeDeploy's hook: a version whose answers are wrong or late gets no traffic.

Each version answers a warm-up, which is its cold start, and then one event of its door. The model that this
image holds says what the answers must be, so that another model, or another setting, is noticed.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import predict
from model import ArtifactError
from predict import direct, warm
from predict.settings import SettingsError
from rollout import aws

SAMPLES = Path(predict.__file__).parent / "samples"
ALL_TAKEN: dict[str, list[object]] = {"batchItemFailures": []}
WARM_UP = {"warmer": True}


def handler(event: dict[str, str], _context: object) -> str:
    """Lambda's entry: try each version in VERSIONS, tell CodeDeploy, and return what was told."""
    faults = list(_find_faults())
    status = "Failed" if faults else "Succeeded"
    print(
        json.dumps({"Deployment": event["DeploymentId"], "Status": status, "Faults": faults}), file=sys.stderr
    )
    told = aws.call(
        "codedeploy",
        "/",
        {
            "deploymentId": event["DeploymentId"],
            "lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"],
            "status": status,
        },
        target="CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus",
    )
    if told.status != 200:
        raise RuntimeError(
            f"CodeDeploy answered {told.status}: allow codedeploy:PutLifecycleEventHookExecutionStatus"
        )
    return status


def _find_faults() -> Iterator[str]:
    try:
        trials = dict(make_trials())
    except (ArtifactError, SettingsError) as exc:
        yield f"the image: {exc}"
        return
    versions = dict(version.split("=", 1) for version in os.environ["VERSIONS"].split(","))
    for door, version in versions.items():
        yield from (f"{door}: {fault}" for fault in _try(version, *trials[door]))


def make_trials() -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The event and the right answer of each door. Raises ArtifactError or SettingsError."""
    model, settings = warm.load_model()
    model.check()
    golden = {"texts": [text for text, _ in model.manifest["golden"]][: settings.max_texts]}
    right = direct.invoke(golden, model, settings)
    ready = {**_sample("rest"), "httpMethod": "GET", "path": "/ready", "body": None}
    yield "api", (ready, {"status": "ready", "model": model.identity})
    yield "direct", (golden, right)
    yield "objects", (_sample("s3-test-in-sqs"), ALL_TAKEN)  # S3's own test, which names no object
    yield "queue", (_sample("sqs"), ALL_TAKEN)
    yield "streams", (_sample("kinesis"), ALL_TAKEN)
    yield "notifications", (_sample("sns"), {"scored": 1})


def _sample(name: str) -> Any:
    """A sample event. The results of its tweets lie below the name rollout, apart from those of others."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8").replace("tweets", "rollout"))


def _try(version: str, event: object, right: object) -> Iterator[str]:
    cold, warm_up = float(os.environ["COLD_LIMIT"]), float(os.environ["WARM_LIMIT"])
    for what, sent, limit, wanted in (
        ("cold", WARM_UP, cold, {"status": "warm"}),
        ("warm", event, warm_up, right),
    ):
        try:
            answer, milliseconds = _invoke(version, sent, cold)
        except OSError as exc:
            yield f"{what}: no answer: {type(exc).__name__}"
            return
        if answer != wanted:
            yield f"{what}: the answer is wrong: {_shorten(answer)}"
        if milliseconds > limit:
            yield f"{what}: the answer took {milliseconds:.0f} ms, more than {limit:.0f}"


def _invoke(version: str, event: object, limit: float) -> tuple[Any, float]:
    """The answer of a version, and its milliseconds. Raises OSError."""
    path = f"/2015-03-31/functions/{quote(version, safe='')}/invocations"
    start = time.perf_counter()
    answer = aws.call("lambda", path, event, seconds=limit / 1000 + 30)
    milliseconds = (time.perf_counter() - start) * 1000
    return _open(answer.body), milliseconds


def _open(answer: Any) -> Any:
    """The body of an HTTP answer that is right; other answers as they are."""
    if isinstance(answer, dict) and answer.get("statusCode") == 200:
        return json.loads(answer["body"])
    return answer


def _shorten(answer: Any) -> str:
    """What may be in a log: no text is in an answer of ours, but an answer may be long."""
    return json.dumps(answer)[:300]
