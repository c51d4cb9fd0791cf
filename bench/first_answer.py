"""The first answer of each door in a fresh container, beside a handler that returns a constant.

Under AWS's runtime interface emulator, on one processor, with S3 (moto's server) on loopback; the first calls
of the store are in it.
"""

import json
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from predict.cli import SAMPLES
from tests.aws import emulator, endpoint

ROUNDS = 7
GOAL = 4  # times the constant handler, for the doors of events
PEERS = Path(__file__).parent / "peers"
PEER = "a handler that returns a constant"
DOORS = {
    PEER: ("constant.handler", "warm-up"),
    "queue": ("predict.queue.handler", "sqs"),
    "objects": ("predict.objects.handler", "map-item"),
    "streams": ("predict.streams.handler", "kinesis"),
    "notifications": ("predict.notifications.handler", "sns"),
    "direct": ("predict.direct.handler", "direct"),
    "HTTP": ("predict.api.handler", "rest"),
}
WITH_GOAL = ("queue", "objects", "streams", "notifications")
IMAGE = "sentiment-bench"


def table() -> tuple[str, bool]:
    """Milliseconds and ratios, medians of interleaved rounds, as Markdown; and whether the goals are met."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "No Docker engine answers: the first answer of a container is left out.", True
    build = ["docker", "build", "--quiet", "--tag", IMAGE, "."]
    subprocess.run(build, cwd=Path(__file__).parents[1], check=True, capture_output=True)
    with endpoint.serving() as url:
        return _measured(url)


def _measured(url: str) -> tuple[str, bool]:
    s3 = endpoint.client("s3", url)
    s3.create_bucket(Bucket="inbox")
    s3.put_object(Bucket="inbox", Key="tweets.csv", Body=b"id,text\n1,I love this\n2,so sad\n")
    seconds: dict[str, list[float]] = {door: [] for door in DOORS}
    for number in range(ROUNDS):
        s3.create_bucket(Bucket=f"results-{number}")
        written = {"RESULTS_URL": f"s3://results-{number}", "PYTHONPATH": "/peers"}
        variables = endpoint.variables(url) | written
        for door, (handler, sample) in DOORS.items():
            event = json.loads((SAMPLES / f"{sample}.json").read_text())
            seconds[door].append(_first(handler, event, variables))
    rows = [f"| first answer | ms | × {PEER} | range |", "|---|---:|---:|---:|"]
    missed = False
    for door, taken in seconds.items():
        ratios = [one / peer for one, peer in zip(taken, seconds[PEER], strict=True)]
        missed |= door in WITH_GOAL and median(ratios) > GOAL
        goal = f" (goal: at most {GOAL})" if door in WITH_GOAL else ""
        rows.append(
            f"| {door}{goal} | {median(taken) * 1000:.0f} | {median(ratios):.2f} "
            f"| {min(ratios):.2f}-{max(ratios):.2f} |"
        )
    return "\n".join(rows), not missed


def _first(handler: str, event: object, variables: dict[str, str]) -> float:
    with emulator.running(IMAGE, handler, variables, "--volume", f"{PEERS}:/peers:ro") as invoke:
        sleep(0.3)  # the container's own start is over
        started = perf_counter()
        answer: dict[str, Any] = invoke(event)
        seconds = perf_counter() - started
    if "errorType" in answer:
        raise RuntimeError(f"{handler} failed: {answer}")
    return seconds
