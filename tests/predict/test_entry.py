"""The command of the image, as Docker starts it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import model
from model import artifact
from predict.cli import SAMPLES
from tests.aws import runtime_api
from tests.aws.runtime_api import Asked, RuntimeApi
from tests.predict.http.plain_server import find_port

ENTRY = [sys.executable, "-m", "predict.entry"]
LAMBDA = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("predict.dispatcher.handler",),
        ("predict.queue.handler",),
        ("predict", "a"),
        ("--help",),
        ("--port", "80", "serve"),
        ("",),
    ],
)
def test_on_a_plain_host_the_image_says_what_to_type(arguments: tuple[str, ...]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in LAMBDA}
    ended = subprocess.run([*ENTRY, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "type: docker run -p 8080:8080 IMAGE serve" in ended.stderr


@contextmanager
def initialized(
    door: str = "predict.direct", **variables: str
) -> Iterator[tuple[RuntimeApi, Asked, subprocess.Popen[str]]]:
    """The image's command in Lambda, and what the runtime client asks first."""
    pytest.importorskip("awslambdaric", reason="AWS's runtime client is not installed here")
    with runtime_api.serving() as api:
        environment = {**os.environ, **api.variables, **variables}
        command = [*ENTRY, f"{door}.handler"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield api, api.wait(), process
            finally:
                process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of one's own, which can be taken away."""
    return shutil.copytree(model.ARTIFACTS + "/frequency", tmp_path / "own")


def test_the_model_is_loaded_before_the_first_event(folder: Path) -> None:
    with initialized(MODEL=str(folder)) as (api, asked, _):
        assert asked.path == runtime_api.NEXT
        shutil.rmtree(folder)
        assert api.invoke({"text": "I love this"}).body["model"]["name"] == "frequency"


def test_a_handler_of_somebody_else_waits_for_no_model(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(
        "import sys\ndef handler(event, context):\n    return 'model' in sys.modules\n"
    )
    with initialized("theirs", PYTHONPATH=str(tmp_path)) as (api, asked, _):
        assert asked.path == runtime_api.NEXT
        assert api.invoke({}).body is False


def test_a_snapshot_has_the_model(folder: Path) -> None:
    with initialized(MODEL=str(folder), **runtime_api.SNAP_START) as (api, asked, _):
        assert asked.path == runtime_api.RESTORE
        shutil.rmtree(folder)
        api.give(None)
        assert api.wait().path == runtime_api.NEXT
        assert api.invoke({"text": "I love this"}).body["model"]["name"] == "frequency"


@pytest.mark.parametrize("variables", [{}, runtime_api.SNAP_START], ids=["", "after a snapshot"])
def test_the_store_is_there_before_the_first_event(tmp_path: Path, variables: dict[str, str]) -> None:
    results = tmp_path / "results"
    event = json.loads((SAMPLES / "sqs.json").read_bytes())
    with initialized("predict.queue", RESULTS_URL=results.as_uri(), **variables) as (api, asked, _):
        if variables:
            assert not results.exists()
            assert asked.path == runtime_api.RESTORE
            api.give(None)
            asked = api.wait()
        assert asked.path == runtime_api.NEXT
        assert results.exists()
        assert api.invoke(event).body == {"batchItemFailures": []}


def test_the_first_event_gets_the_error_of_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    with initialized(MODEL=str(tmp_path / "none")) as (api, asked, _):
        assert asked.path == runtime_api.NEXT
        answer = api.invoke({"text": "I love this"})
        assert answer.path.endswith("/error")
        assert answer.body["errorType"] == "ArtifactError"


def test_no_snapshot_is_taken_without_a_model(tmp_path: Path) -> None:
    with initialized(MODEL=str(tmp_path / "none"), **runtime_api.SNAP_START) as (_, asked, process):
        assert asked.path == "init/error"
        assert asked.body["errorType"] == "ArtifactError"
        assert process.wait(timeout=60) == 64


@pytest.mark.parametrize("variables", [{}, runtime_api.SNAP_START], ids=["", "before a snapshot"])
def test_a_model_that_answers_otherwise_than_in_its_training_is_not_served(
    folder: Path, variables: dict[str, str]
) -> None:
    manifest, files = artifact.read(str(folder))
    [text, probability] = manifest["golden"][1]
    artifact.write(str(folder), {**manifest, "golden": [[text, probability / 2]]}, files)
    with runtime_api.serving() as api:
        environment = {**os.environ, **api.variables, **variables, "MODEL": str(folder)}
        command = [*ENTRY, "predict.direct.handler"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode
    assert "does not give the predictions of its training" in ended.stdout + ended.stderr


@pytest.mark.parametrize("variables", [{}, LAMBDA], ids=["plain host", "behind an adapter in Lambda"])
def test_serve_starts_the_server(tmp_path: Path, variables: dict[str, str]) -> None:
    log = tmp_path / "log"
    # This host's files may belong to root alone.
    command = [*ENTRY, "serve", "--port", "0", "--user", str(os.getuid())]
    with (
        log.open("w") as lines,
        subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=lines, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            assert f"running on http://0.0.0.0:{find_port(log)} " in log.read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=8) == 0
        finally:
            process.kill()


def test_options_of_serve_are_those_of_the_command() -> None:
    ended = subprocess.run([*ENTRY, "serve", "--workers", "0"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "argument --workers: must be a number from 1 to 1024" in ended.stderr
