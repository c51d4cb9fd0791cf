"""Run our image and the obvious stack's image under AWS's runtime interface emulator.

A container has one processor. S3 is moto's server on loopback.
"""

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

# The script counts Python alone, because Lambda has no emulator.
_PEAK = """
for process in /proc/[0-9]*; do
    if [ "$(cat $process/comm)" = python3 ]; then grep VmHWM $process/status; fi
done
"""
_names = (f"sentiment-bench-{os.getpid()}-{number}" for number in count())


class Door(NamedTuple):
    """A handler, an event for it, and the image that has it."""

    handler: str
    event: Any
    image: str = IMAGE


def make_rest_event(texts: list[str]) -> dict[str, Any]:
    """Return an event of API Gateway with `texts`. Our HTTP door and the obvious stack both answer it."""
    event = json.loads((SAMPLES / "rest.json").read_text())
    return {**event, "body": json.dumps({"texts": texts}), "isBase64Encoded": False}


def read_sample(name: str) -> Any:
    """Return the sample event that `sentiment events NAME` prints."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


@cache
def build() -> None:
    """Build both images, once a process. Raises LeftOutError if Docker or SAM is missing or a build fails."""
    command = ["docker", "info"]
    if not shutil.which("docker") or subprocess.run(command, capture_output=True, check=False).returncode:
        raise LeftOutError("no Docker engine answers")
    if not (ROOT / ".venv-sam" / "done").exists():
        raise LeftOutError("the emulator is missing: install SAM with `make .venv-sam/done`")
    _build_image(IMAGE, ROOT)
    with obvious.train() as folder:
        _build_image(OBVIOUS, folder)


def measure_image(image: str) -> float:
    """Return the size of an image in megabytes."""
    command = ["docker", "image", "inspect", "--format", "{{.Size}}", image]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e6


@contextmanager
def serve_store() -> Iterator[Mapping[str, str]]:
    """Run S3 with an object of two rows. Yield the variables that a client needs."""
    with endpoint.serving() as url:
        s3 = endpoint.client("s3", url)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"id,text\n1,I love this\n2,so sad\n")
        s3.get_object(Bucket=BUCKET, Key=KEY)  # the server answers its first request slowly
        yield endpoint.variables(url)


class Running(NamedTuple):
    """A container that waits for its first event."""

    invoke: emulator.Invoke
    name: str

    def measure_peak(self) -> float:
        """Return the peak memory until now, in megabytes."""
        command = ["docker", "exec", self.name, "sh", "-c", _PEAK]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        return max(int(line.split()[1]) for line in ended.stdout.splitlines()) * 1024 / 1e6


@contextmanager
def start(door: Door, variables: Mapping[str, str]) -> Iterator[Running]:
    """Start a fresh container. Its results go to a new bucket."""
    name, given, options = _prepare(variables)
    with emulator.running(door.image, door.handler, given, *options) as invoke:
        yield Running(lambda event: check_answer(door, invoke(event)), name)


@contextmanager
def start_client(door: Door, variables: Mapping[str, str]) -> Iterator[str]:
    """Start a fresh container without the emulator: `variables` lead it to a runtime API. Yield its name."""
    name, given, options = _prepare(variables)
    command = ["docker", "run", "--detach", "--network", "host", *emulator.LIKE_LAMBDA, *options]
    command += [*emulator.environment(given), door.image, door.handler]
    try:
        subprocess.run(command, capture_output=True, check=True)
        yield name
    finally:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=True)


def _prepare(variables: Mapping[str, str]) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Make a bucket. Return its name, and the variables and options of a container of the same name."""
    name = next(_names)
    endpoint.client("s3", variables["AWS_ENDPOINT_URL"]).create_bucket(Bucket=name)
    given = {**variables, "RESULTS_URL": f"s3://{name}", "PYTHONPATH": "/peers"}
    return name, given, ("--name", name, "--volume", f"{PEERS}:/peers:ro")


def check_answer(door: Door, answer: Any) -> Any:
    """Return the answer. Raises RuntimeError if it is an error."""
    if "errorType" in answer or answer.get("statusCode", 200) != 200:
        raise RuntimeError(f"{door.handler} failed: {answer}")
    return answer


def _build_image(image: str, folder: Path) -> None:
    command = ["docker", "build", "--quiet", "--tag", image, str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise LeftOutError(f"Docker does not build {image}: {ended.stderr[-2000:]}")
