"""The hook against a stub of Lambda and CodeDeploy on loopback, which checks each signature with botocore."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from obstore.store import MemoryStore

from model import Classifier
from predict import api, direct, notifications, objects, queue, streams, warm
from predict.settings import Settings
from predict.warm import Tools
from rollout import hook
from tests.aws import ports
from tests.aws.clock import endless

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
DOORS = ("api", "direct", "objects", "queue", "streams", "notifications")
CALL = {"DeploymentId": "d-AB12", "LifecycleEventHookExecutionId": "eyJlbmNyeXB0ZWQ"}
Answer = Callable[[Any], Any]


def arn(door: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:sentiment-{door}-1ABC:7"


class Stub(ThreadingHTTPServer):
    """Lambda's versions, by their ARNs, and what CodeDeploy was told."""

    daemon_threads = True

    def __init__(self, doors: dict[str, Answer]) -> None:
        self.versions = {arn(door): answer for door, answer in doors.items()}
        self.told: list[dict[str, str]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        event = json.loads(body)
        if not self._is_signed(body):
            self._send(403, {"message": "The request signature does not match"})
        elif self.headers["x-amz-target"] == "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus":
            self.server.told.append(event)
            self._send(
                self.server.status, {"lifecycleEventHookExecutionId": event["lifecycleEventHookExecutionId"]}
            )
        else:
            _, _, _, version, _ = self.path.split("/")
            answer = self.server.versions[unquote(version)]
            self._send(200, {"status": "warm"} if warm.is_warm_up(event) else answer(event))

    def _is_signed(self, body: bytes) -> bool:
        service = self.headers["authorization"].split("/")[3]
        signer = SigV4Auth(Credentials("id", "secret", "token"), service, "us-east-1")
        signed = self.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        assert {"host", "x-amz-date", "x-amz-security-token"} <= set(signed)
        headers = {name: self.headers[name] for name in signed}
        request = AWSRequest("POST", f"http://{self.headers['host']}{self.path}", data=body, headers=headers)
        request.context["timestamp"] = self.headers["x-amz-date"]
        text = signer.string_to_sign(request, signer.canonical_request(request))
        return bool(self.headers["authorization"].endswith(f"Signature={signer.signature(text, request)}"))

    def _send(self, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Not into the output of the tests."""


def _right(served: Classifier) -> dict[str, Answer]:
    tools = Tools(served, Settings(), MemoryStore())
    return {
        "api": _answer_http,
        "direct": lambda event: direct.invoke(event, served, Settings()),
        "objects": lambda event: objects.score(event, tools, endless),
        "queue": lambda event: queue.score(event, tools, endless),
        "streams": lambda event: streams.score(event, tools, endless),
        "notifications": lambda event: notifications.score(event, tools, endless),
    }


def _answer_http(event: Any) -> Any:
    """In a thread of the stub, where Mangum finds no event loop of its own."""
    with closing(asyncio.new_event_loop()) as loop:
        asyncio.set_event_loop(loop)
        try:
            return api.handler(event, None)
        finally:
            asyncio.set_event_loop(None)


@pytest.fixture
def stub(served: Classifier, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    server = Stub(_right(served))
    environment = {
        **CREDENTIALS,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "VERSIONS": ",".join(f"{door}={arn(door)}" for door in DOORS),
        "COLD_LIMIT": "600000",
        "WARM_LIMIT": "600000",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with ports.serving(server):
        yield server


def told(status: str) -> list[dict[str, str]]:
    return [{"deploymentId": "d-AB12", "lifecycleEventHookExecutionId": "eyJlbmNyeXB0ZWQ", "status": status}]


def test_versions_whose_doors_answer_rightly_get_their_traffic(stub: Stub) -> None:
    assert hook.handler(CALL, None) == "Succeeded"
    assert stub.told == told("Succeeded")


@pytest.mark.parametrize("door", DOORS)
def test_a_version_with_one_wrong_door_gets_no_traffic_and_the_log_names_the_door(
    stub: Stub, capsys: pytest.CaptureFixture[str], door: str
) -> None:
    stub.versions[arn(door)] = lambda event: {"errorType": "ArtifactError", "errorMessage": "changed"}
    assert hook.handler(CALL, None) == "Failed"
    assert stub.told == told("Failed")
    logged = json.loads(capsys.readouterr().err.splitlines()[-1])
    wrong = f'{door}: warm: the answer is wrong: {{"errorType": "ArtifactError", "errorMessage": "changed"}}'
    assert logged == {"Deployment": "d-AB12", "Status": "Failed", "Faults": [wrong]}


def test_a_version_with_another_model_or_another_prediction_gets_no_traffic(
    stub: Stub, served: Classifier
) -> None:
    right = stub.versions[arn("direct")]

    def with_another_version(event: Any) -> Any:
        return {**right(event), "model": {"name": served.name, "version": "000000000000"}}

    def with_another_prediction(event: Any) -> Any:
        answer = right(event)
        answer["predictions"][3]["probability"] += 1e-9
        return answer

    for wrong in (with_another_version, with_another_prediction):
        stub.versions[arn("direct")] = wrong
        assert hook.handler(CALL, None) == "Failed"


@pytest.mark.parametrize(("limit", "what"), [("COLD_LIMIT", "cold"), ("WARM_LIMIT", "warm")])
def test_a_version_that_is_late_gets_no_traffic(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], limit: str, what: str
) -> None:
    monkeypatch.setenv(limit, "0")
    assert hook.handler(CALL, None) == "Failed"
    faults = json.loads(capsys.readouterr().err.splitlines()[-1])["Faults"]
    assert [fault.split(": ")[:2] for fault in faults] == [[door, what] for door in DOORS]


def test_a_version_that_cannot_be_reached_gets_no_traffic(stub: Stub) -> None:
    def die(event: Any) -> Any:
        raise ConnectionAbortedError  # the stub's thread ends without an answer

    stub.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    stub.versions[arn("queue")] = die
    assert hook.handler(CALL, None) == "Failed"


def test_a_deployment_that_cannot_be_told_ends_with_an_error_that_names_the_permission(stub: Stub) -> None:
    stub.status = 400
    with pytest.raises(RuntimeError, match="allow codedeploy:PutLifecycleEventHookExecutionStatus"):
        hook.handler(CALL, None)
    stub.told.clear()


def test_a_model_that_the_image_does_not_have_gets_no_traffic(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL", "missing")
    warm.load_model.cache_clear()
    try:
        assert hook.handler(CALL, None) == "Failed"
    finally:
        warm.load_model.cache_clear()
    [fault] = json.loads(capsys.readouterr().err.splitlines()[-1])["Faults"]
    assert fault.startswith("the image: ")
