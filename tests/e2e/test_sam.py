import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from model import Scorecard
from tests.aws import ports
from tests.e2e.conftest import run

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"


def test_sam_finds_no_fault_in_the_template(engine: None) -> None:
    assert "is a valid SAM Template" in run(SAM, "validate", "--lint")


@pytest.mark.parametrize("name", ["direct_text", "direct_texts", "direct_tweets", "post_payload"])
def test_sam_invokes_the_direct_function(
    sam: Callable[..., str], event: Callable[[str], Any], directly: Callable[[object], Any], name: str
) -> None:
    assert json.loads(sam("DirectFunction", name)) == directly(event(name))


def test_sam_shows_the_error_of_a_wrong_event(sam: Callable[..., str]) -> None:
    error = json.loads(sam("DirectFunction", "direct_wrong"))
    assert error["errorMessage"] == "/texts/1 must be a string, not a whole number"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rest", 200),
        ("rest_post_payload", 200),
        ("http-api", 200),
        ("rest_truncated_json", 400),
        ("rest_base64_rubbish", 400),
    ],
)
def test_sam_invokes_the_http_function(sam: Callable[..., str], name: str, status: int) -> None:
    assert json.loads(sam("HttpFunction", name))["statusCode"] == status


@pytest.fixture(scope="module")
def api(built: Path) -> Iterator[httpx2.Client]:
    """`sam local start-api` on a free port."""
    port = str(ports.free())
    command = [
        str(SAM),
        "local",
        "start-api",
        "--template",
        str(built),
        "--port",
        port,
        "--warm-containers",
        "LAZY",  # EAGER starts the durable function too, for which SAM wants an image of its own
    ]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait_for(client, process)
                yield client
        finally:
            process.send_signal(signal.SIGTERM)  # it removes its containers, then ends
            process.wait(timeout=60)


def _wait_for(client: httpx2.Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "sam local start-api ended"
        try:
            client.get("/health")
            return
        except httpx2.TransportError:
            time.sleep(0.5)
    raise TimeoutError("sam local start-api does not answer")


def test_the_local_api_answers_the_posts_payload(
    api: httpx2.Client, event: Callable[[str], Any], posts_answer: dict[str, str]
) -> None:
    assert api.post("/api/v1/predict", json=event("post_payload")).json() == posts_answer


def test_the_local_api_answers_as_the_direct_door(
    api: httpx2.Client, directly: Callable[[object], Any]
) -> None:
    body = {"tweets": [{"id": "é❤️", "text": "I love this ❤️"}, {"text": ""}], "threshold": 0.9}
    assert api.post("/predict", json=body).json() == directly(body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b'{"text": "a', 400),
        (b'{"text": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"text": 5}', 422),
        (rb'{"text": "\ud83d"}', 422),
        (b'{"text": "' + b"a" * 5_900_000 + b'"}', 413),
    ],
    ids=["empty", "truncated", "NaN", "nested", "number", "surrogate", "6 MB"],
)
def test_the_local_api_refuses_bad_bodies(api: httpx2.Client, body: bytes, status: int) -> None:
    response = api.post("/predict", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"


def test_the_local_api_describes_itself(api: httpx2.Client, served: Scorecard) -> None:
    assert api.get("/ready").json()["model"]["version"] == served.version
    assert api.get("/openapi.json").json()["info"]["title"] == "Sentiment"
    assert api.get("/docs/swagger-ui.css").headers["content-type"] == "text/css; charset=utf-8"
    assert api.get("/nothing").status_code == 404


@pytest.mark.parametrize(
    ("arguments", "succeeds"),
    [
        (["FUNCTION=ObjectFunction", "EVENT=s3"], True),  # finds the sample object that is in the image
        (["EVENT=nonsense"], False),
        (["FUNCTION=DirectFunction", "EVENT=s3"], False),
    ],
)
def test_make_invoke_ends_as_the_invocation_does(built: Path, arguments: list[str], succeeds: bool) -> None:
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    command = ["make", "--old-file", ".venv/runtime", "--old-file", ".venv-sam/done", "invoke", *arguments]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) == succeeds, ended.stderr[-2_000:]
    if succeeds:
        assert '"scored": 3' in ended.stdout
