"""The image and SAM, built once. All tests skip without a Docker engine; none skips with one."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.aws import emulator
from tests.aws.emulator import Invoke

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"

ALONE = (*emulator.LIKE_LAMBDA, "--network", "none")

# What runs in a container to reach a port of it: where there is no network, nothing else can.
POST = """
import sys, time, urllib.error, urllib.request
url, body = sys.argv[1], sys.stdin.buffer.read()
request = urllib.request.Request(url, body, {"content-type": "application/json"})
for attempt in range(100):
    try:
        print(urllib.request.urlopen(request).read().decode())
        break
    except urllib.error.HTTPError as exc:
        print(exc.read().decode())
        break
    except urllib.error.URLError:  # not listening yet
        time.sleep(0.05)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def run(*command: str | Path, stdin: str = "") -> str:
    """The standard output of a command. If the command fails, the test fails and shows its standard error."""
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    ended = subprocess.run(
        command,
        input=stdin,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert ended.returncode == 0, f"{command} ended with {ended.returncode}:\n{ended.stderr[-3000:]}"
    return ended.stdout


@pytest.fixture(scope="session")
def engine() -> None:
    try:
        ended = subprocess.run(["docker", "info"], capture_output=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("no docker command: neither the image nor SAM is tested")
    if ended.returncode:
        pytest.skip("no Docker engine answers: neither the image nor SAM is tested")


@pytest.fixture(scope="session")
def built(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The template that `sam build` writes. SAM sometimes leaves a container behind, which is removed."""
    assert SAM.exists(), "there is an engine but no SAM: `make test` installs it"
    folder = tmp_path_factory.mktemp("sam")
    before = _containers_of_sam()
    run(SAM, "build", "--build-dir", folder)
    yield folder / "template.yaml"
    if left := _containers_of_sam() - before:
        run("docker", "rm", "--force", *left)


def _containers_of_sam() -> set[str]:
    return set(run("docker", "ps", "--quiet", "--filter", "label=sam.cli.container.type=lambda").split())


@pytest.fixture(scope="session")
def image(built: Path) -> str:
    return "httpfunction:latest"  # as `sam build` names it


@pytest.fixture(scope="session")
def shell(image: str) -> Callable[[str], str]:
    """Run a shell script in a container, as an unprivileged user like Lambda's."""
    return lambda script: run("docker", "run", "--rm", *ALONE, "--entrypoint", "sh", image, "-c", script)


@contextmanager
def started(*arguments: str) -> Iterator[Callable[[str, object], Any]]:
    """Start a container without a network. Yield a function that posts JSON to a URL in it."""
    container = run("docker", "run", "--detach", *ALONE, *arguments).strip()
    try:
        yield lambda url, body: json.loads(
            run("docker", "exec", "-i", container, "python3", "-c", POST, url, stdin=json.dumps(body))
        )
    finally:
        run("docker", "rm", "--force", container)


@pytest.fixture(scope="session")
def emulated(image: str) -> Callable[[str], AbstractContextManager[Invoke]]:
    """A door's handler under AWS's runtime interface emulator, in a container as Lambda has it."""

    @contextmanager
    def emulate(handler: str) -> Iterator[Invoke]:
        with started(*emulator.emulating(), image, *emulator.ENTRY, handler) as post:
            yield lambda event: post(f"http://127.0.0.1:8080{emulator.INVOCATIONS}", event)

    return emulate


@pytest.fixture(scope="session")
def served_plainly(image: str) -> Iterator[Callable[[str, object], Any]]:
    """The image as a plain HTTP server, and a function that posts to a path of it."""
    with started(image, "serve") as post:
        yield lambda path, body: post(f"http://127.0.0.1:8080{path}", body)


@pytest.fixture(scope="session")
def sam(built: Path, event_file: Callable[[str], Path]) -> Callable[..., str]:
    """Run `sam local invoke` with a function and a sample event, and return what it prints."""

    def invoke(function: str, name: str) -> str:
        return run(SAM, "local", "invoke", function, "--template", built, "--event", event_file(name))

    return invoke
