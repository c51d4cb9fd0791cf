"""The line of an invocation in CloudWatch's embedded metric format: numbers become metrics without a call.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import sys
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from predict import settings, warm
from predict.telemetry.line import OPEN, WARNINGS, Line, encode

WARM_UP = "warm-up"  # the door of an event that only keeps the function warm

# The members of a line that are metrics, with their units.
METRICS = {
    "Milliseconds": "Milliseconds",
    "ColdStart": "Count",
    "Tweets": "Count",
    "ClientErrors": "Count",
    "ServerErrors": "Count",
    **dict.fromkeys(("Scored", "Ignored", "Unreadable", "Unwritten", "Deferred"), "Count"),
    **dict.fromkeys(("Objects", "Errors", "Refused", "Failed"), "Count"),
    **dict.fromkeys(("SharePositive", "MeanScore", "UnknownWordRate"), "None"),
    "MeanCharacters": "Count",
    **dict.fromkeys(WARNINGS.values(), "Count"),
    **dict.fromkeys(("Drift", "DriftOfScores", "DriftOfCharacters", "DriftOfUnknownWords"), "None"),
}

T = TypeVar("T")
Handler = Callable[[Any, Any], T]


def watched(door: str) -> Callable[[Handler[T]], Handler[T | dict[str, Any]]]:
    """Make an entry of Lambda of a door: it answers warm-ups, and writes a line for each invocation.

    An entry that another one calls has no line of its own, but its name is that of the door. It raises
    ArtifactError, SettingsError, and what the door raises.
    """

    def watch(handle: Handler[T]) -> Handler[T | dict[str, Any]]:
        def answer(line: Line, event: Any, context: Any) -> T | dict[str, Any]:
            line.door = door
            if warmed := warm.up(event):
                line.door = WARM_UP
                return warmed
            return handle(event, context)

        @wraps(handle)
        def handler(event: Any, context: Any) -> T | dict[str, Any]:
            if outer := OPEN.get(None):
                return answer(outer, event, context)
            line, cold = Line(door), not warm.is_loaded()
            token = OPEN.set(line)
            try:
                return answer(line, event, context)
            except Exception as exc:
                line.error = type(exc).__name__
                raise
            finally:
                OPEN.reset(token)
                _write(line, context, cold)

        return handler

    return watch


def _write(line: Line, context: object, cold: bool) -> None:
    said: dict[str, Any] = {"ColdStart": int(cold)}
    if request := getattr(context, "aws_request_id", ""):
        said["RequestId"] = request
    if trace := settings.read_trace():
        said["TraceId"] = trace
    model, given = warm.load_model() if warm.is_loaded() else (None, None)
    described = line.describe(model, said)
    content = encode(described)
    if given:
        head = _declare(given.metrics_namespace, tuple(described))
        content = f'{content[:-1]},"_aws":{{"Timestamp":{time.time_ns() // 1_000_000},{head}}}}}'
    sys.stderr.write(f"{content}\n")  # `sentiment invoke` prints the answer to standard output
    sys.stderr.flush()


@lru_cache(maxsize=64)
def _declare(namespace: str, members: tuple[str, ...]) -> str:
    """The end of the member `_aws`: it is long, and the same for most lines."""
    directive = {
        "Namespace": namespace,
        "Dimensions": [["Door"], ["Door", "ModelVersion"]],
        "Metrics": [{"Name": name, "Unit": METRICS[name]} for name in members if name in METRICS],
    }
    return f'"CloudWatchMetrics":{encode([directive])}'
