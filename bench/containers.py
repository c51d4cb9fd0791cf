"""The image, and the obvious one, under AWS's runtime interface emulator: one processor, S3 on loopback."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from bench import obvious
from bench.figures import LeftOutError
from predict.cli import SAMPLES
from tests.aws import emulator, endpoint

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
IMAGE, OBVIOUS, BASE = "sentiment-bench", "sentiment-bench-obvious", "debian:trixie-slim"
BUCKET, KEY = "inbox", "tweets.csv"

# Of Python alone: the emulator is not there in Lambda.
_PEAK = """
for process in /proc/[0-9]*; do
    if [ "$(cat $process/comm)" = python3 ]; then grep VmHWM $process/status; fi
done
"""
_names = (f"sentiment-bench-{os.getpid()}-{number}" for number in count())


class Door(NamedTuple):
    """A handler, and the event that it answers."""

    handler: str
    event: Any
    image: str = IMAGE


def make_rest_event(texts: list[str]) -> dict[str, Any]:
    """An event of API Gateway's, which asks ours and the obvious stack alike for the sentiment of `texts`."""
    event = json.loads((SAMPLES / "rest.json").read_text())
    return {**event, "body": json.dumps({"texts": texts}), "isBase64Encoded": False}


def read_sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


@cache
def build() -> None:
    """Both images. Raises LeftOutError where no engine answers."""
    if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True).returncode:
        raise LeftOutError("no Docker engine answers")
    if not (ROOT / ".venv-sam" / "done").exists():
        raise LeftOutError("SAM, which brings the emulator, is not installed: `make .venv-sam/done`")
    _build_image(IMAGE, ROOT)
    with obvious.train() as folder:
        _build_image(OBVIOUS, folder)


def measure_image(image: str) -> float:
    command = ["docker", "image", "inspect", "--format", "{{.Size}}", image]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e6


@contextmanager
def serve_store() -> Iterator[Mapping[str, str]]:
    """S3 with an object of two rows; how it is reached."""
    with endpoint.serving() as url:
        s3 = endpoint.client("s3", url)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"id,text\n1,I love this\n2,so sad\n")
        s3.get_object(Bucket=BUCKET, Key=KEY)  # the server's own first answer is slow
        yield endpoint.variables(url)


class Running(NamedTuple):
    """A container that waits for its first event."""

    invoke: emulator.Invoke
    name: str

    def measure_peak(self) -> float:
        """Megabytes of memory at most, so far."""
        command = ["docker", "exec", self.name, "sh", "-c", _PEAK]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        return max(int(line.split()[1]) for line in ended.stdout.splitlines()) * 1024 / 1e6


@contextmanager
def start(door: Door, variables: Mapping[str, str]) -> Iterator[Running]:
    """A fresh container, with a bucket of its own for results."""
    name = next(_names)
    endpoint.client("s3", variables["AWS_ENDPOINT_URL"]).create_bucket(Bucket=name)
    given = {**variables, "RESULTS_URL": f"s3://{name}", "PYTHONPATH": "/peers"}
    options = ("--name", name, "--volume", f"{PEERS}:/peers:ro")
    with emulator.running(door.image, door.handler, given, *options) as invoke:
        yield Running(lambda event: _check_answer(door, invoke(event)), name)


def _check_answer(door: Door, answer: Any) -> Any:
    if "errorType" in answer or answer.get("statusCode", 200) != 200:
        raise RuntimeError(f"{door.handler} failed: {answer}")
    return answer


def _build_image(image: str, folder: Path) -> None:
    command = ["docker", "build", "--quiet", "--tag", image, str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        raise LeftOutError(f"{image} cannot be built: {ended.stderr[-2000:]}")
