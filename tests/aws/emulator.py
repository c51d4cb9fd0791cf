"""A handler under AWS's runtime interface emulator, in a container of the image as Lambda has it."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.aws import ports

ROOT = Path(__file__).parents[2]
Invoke = Callable[[object], Any]

# Read-only, and /tmp as if it were full; an unprivileged user, one processor.
LIKE_LAMBDA = ("--read-only", "--tmpfs", "/tmp:size=4k", "--user", "993", "--cpus", "1", "--memory", "512m")
ENTRY = ("python3", "-m", "predict.entry")  # of the image, as the emulator starts it
INVOCATIONS = "/2015-03-31/functions/function/invocations"


def emulating() -> tuple[str, ...]:
    """The options of `docker run` that start the emulator, which SAM installs."""
    [emulator] = ROOT.glob(".venv-sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64")
    return "--volume", f"{emulator}:/aws-lambda-rie:ro", "--entrypoint", "/aws-lambda-rie"


def environment(variables: Mapping[str, str]) -> list[str]:
    """The options of `docker run` that set variables."""
    return [option for name, value in variables.items() for option in ("--env", f"{name}={value}")]


@contextmanager
def running(image: str, handler: str, variables: Mapping[str, str], *options: str) -> Iterator[Invoke]:
    """Invokes the handler; what it answers, or the error as Lambda shows it.

    The container is on the host's network, so that it reaches servers on loopback.
    """
    port, inner = ports.free(), ports.free()
    command = ["docker", "create", "--network", "host", *LIKE_LAMBDA, *options, *emulating()]
    command += [*environment(variables), image, "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{inner}", *_find_entry(image), handler]
    container = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    try:
        subprocess.run(["docker", "start", container], capture_output=True, check=True)
        ports.wait_for(port)
        yield lambda event: _post(port, event)
    finally:
        subprocess.run(["docker", "rm", "--force", container], capture_output=True, check=True)


def _find_entry(image: str) -> list[str]:
    """What Lambda starts. Another image than ours may have another entry."""
    command = ["docker", "image", "inspect", "--format", "{{json .Config.Entrypoint}}", image]
    entry: list[str] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return entry


def _post(port: int, event: object) -> Any:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", INVOCATIONS, json.dumps(event))
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer
