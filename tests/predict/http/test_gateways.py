"""One request, and one answer, whatever stands in front of the app."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.dialects import sagemaker, tensors
from predict.http import answer_size, app, gateway
from predict.http.service import Service
from predict.settings import Settings
from tests.aws.places import PLACES, place, set_method
from tests.predict.dialects.cases import CASES

CONTEXT: Any = SimpleNamespace(aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
JSON = {"content-type": "application/json", "x-request-id": "mine-1"}
TEXTS = ["I love this", "so sad é"]


class Sent(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def post(path: str, body: Any, **headers: str) -> Sent:
    return Sent("POST", path, {**JSON, **headers}, json.dumps(body).encode())


def binary(text: str) -> Sent:
    content = tensors.pack("BYTES", [text])
    described = {"name": "t", "shape": [1], "datatype": "BYTES"}
    described |= {"parameters": {"binary_data_size": len(content)}}  # type: ignore[dict-item]
    head = json.dumps({"inputs": [described], "parameters": {"binary_data_output": True}}).encode()
    headers = {**JSON, "content-type": "application/octet-stream", tensors.HEADER: str(len(head))}
    return Sent("POST", CASES["inference_v2"].path, headers, head + content)


REQUESTS: dict[str, Sent] = {
    **{name: post(case.path, case.wrap(TEXTS)) for name, case in CASES.items()},
    **{f"{name}, refused": post(case.path, case.wrap([5])) for name, case in CASES.items()},
    "inference_v2, bytes": binary("é" * 100),
    "inference_v2, ready": Sent("GET", "/v2/models/{model}/ready", {"x-request-id": "a"}, b""),
    "inference_v2, a version": Sent(
        "GET", "/v2/models/{model}/versions/{version}", {"x-request-id": "a"}, b""
    ),
    "inference_v2, another version": Sent("GET", "/v2/models/{model}/versions/2", {"x-request-id": "a"}, b""),
    "kserve_v1, alive": Sent("GET", "/", {"x-request-id": "a"}, b""),
    "kserve_v1, explain": post("/v1/models/{model}:explain", {"instances": TEXTS}),
    "sagemaker, CSV": Sent("POST", "/invocations", {**JSON, "content-type": "text/csv"}, b"I love this\n"),
    **{
        f"sagemaker, {accept}": post("/endpoints/e/invocations", {"inputs": TEXTS}, accept=accept)
        for accept in ("text/csv", *sagemaker.LINES)
    },
    "azure, not JSON": Sent("POST", "/score", JSON, b"{"),
}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


NAMED = ("content-type", tensors.HEADER, "x-model-name", "x-model-version", "x-request-id")


def pick(headers: Mapping[str, str]) -> dict[str, str]:
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: lowered[name] for name in NAMED if name in lowered}


@pytest.fixture(scope="module")
def directly(served: Scorecard) -> Callable[[Sent], Answer]:
    client = TestClient(app.build(served, Settings()))

    def ask(sent: Sent) -> Answer:
        path = sent.path.format(model=served.name, version=served.version)
        response = client.request(sent.method, path, content=sent.body, headers=dict(sent.headers))
        return Answer(response.status_code, pick(response.headers), response.content)

    return ask


@pytest.fixture(scope="module")
def service(served: Scorecard) -> Service:
    return Service(served, Settings())


def put(event: Any, sent: Sent, base64_encoded: bool, multiple: bool) -> Any:
    """The request in an event, whose place is set already."""
    set_method(event, sent.method)
    event["body"] = base64.b64encode(sent.body).decode() if base64_encoded else sent.body.decode()
    event["is_base64_encoded" if "raw_path" in event else "isBase64Encoded"] = base64_encoded
    event.pop("multiValueHeaders", None)
    event["headers"] = {name.title(): value for name, value in sent.headers.items()}
    if multiple:
        event["multiValueHeaders"] = {name: [value] for name, value in event.pop("headers").items()}
    return event


def read(response: Mapping[str, Any]) -> Answer:
    multiple = {name: values[0] for name, values in response.get("multiValueHeaders", {}).items()}
    body = response["body"]
    content = base64.b64decode(body) if response["isBase64Encoded"] else body.encode()
    return Answer(response["statusCode"], pick({**multiple, **response.get("headers", {})}), content)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_gets_one_answer_through_every_gateway(
    event: Callable[[str], Any],
    service: Service,
    served: Scorecard,
    directly: Callable[[Sent], Answer],
    where: str,
    name: str,
) -> None:
    sent = REQUESTS[name]
    sample, shown = PLACES[where]
    route = sent.path.format(model=served.name, version=served.version)
    expected = directly(sent)
    for base64_encoded in (False, True):
        if not base64_encoded and name.endswith("bytes"):
            continue  # a gateway that takes bytes encodes them
        for multiple in (False, True) if sample in ("rest", "http-api-payload-1", "alb") else (False,):
            asked = put(place(event(sample), route, shown), sent, base64_encoded, multiple)
            response = gateway.respond(asked, CONTEXT, service)
            assert read(response) == expected
            assert response["isBase64Encoded"] == name.endswith("bytes")  # REST APIs do not decode it


@pytest.mark.parametrize("sample", ["rest", "http-api", "function-url", "alb"])
@pytest.mark.parametrize("encoded", [False, True])
def test_bytes_are_answered_only_through_a_gateway_that_has_carried_some(
    event: Callable[[str], Any], service: Service, served: Scorecard, sample: str, encoded: bool
) -> None:
    sent = binary("I love this")  # ASCII, and so short that its length is ASCII too
    route = sent.path.format(model=served.name)
    asked = put(place(event(sample), route, {"path": "{route}"}), sent, encoded, False)
    response = gateway.respond(asked, CONTEXT, service)
    media_type = "application/octet-stream" if encoded else "application/json"
    assert read(response).headers["content-type"] == media_type
    assert (response["statusCode"], response["isBase64Encoded"]) == (200, encoded)


@pytest.mark.parametrize("name", CASES)
def test_lambdas_id_is_that_of_a_request_without_one(
    event: Callable[[str], Any], service: Service, served: Scorecard, name: str
) -> None:
    sent = REQUESTS[name]._replace(headers={"content-type": "application/json"})
    route = sent.path.format(model=served.name, version=served.version)
    asked = put(place(event("http-api"), route, {"path": "{route}"}), sent, False, False)
    headers = read(gateway.respond(asked, CONTEXT, service)).headers
    assert headers["x-request-id"] == CONTEXT.aws_request_id


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "changes",
    [
        {"isBase64Encoded": True, "body": "=not*base64"},
        {"isBase64Encoded": False, "body": '{"text": "\ud83d"}'},
        {"isBase64Encoded": False, "body": None},
        {"headers": ["content-type"]},
        {"body": {"text": "a"}, "isBase64Encoded": False},
    ],
)
def test_a_broken_event_is_a_bad_request_whatever_its_path(
    event: Callable[[str], Any], service: Service, served: Scorecard, name: str, changes: dict[str, Any]
) -> None:
    sent = REQUESTS[name]
    route = sent.path.format(model=served.name, version=served.version)
    asked = put(place(event("rest"), route, {"path": "{route}"}), sent, False, False)
    response = gateway.respond({**asked, **changes}, CONTEXT, service)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])


@pytest.mark.parametrize(
    ("sample", "name", "count"),
    [("alb", "post", 50_000), ("alb", "inference_v2", 50_000), ("rest", "hugging_face", 90_000)],
)
def test_an_answer_that_is_too_long_for_lambda_says_how_many_texts_fit(
    event: Callable[[str], Any], tiny: Scorecard, name: str, sample: str, count: int
) -> None:
    settings = Settings(max_texts=1_000_000, max_bytes=10_000_000)
    service = Service(tiny, settings)
    case = CASES[name]
    route = case.path.format(model="tiny")

    def ask(texts: int) -> Any:
        sent = post(case.path, case.wrap(["love"] * texts))
        asked = put(place(event(sample), route, {"path": "{route}"}), sent, False, False)
        response = gateway.respond(asked, CONTEXT, service)
        limit = answer_size.BALANCER_BYTES if sample == "alb" else answer_size.LAMBDA_BYTES
        assert len(json.dumps(response)) <= limit
        return response

    refused = ask(count)
    assert refused["statusCode"] == 413
    [fitting] = re.findall(r"about ([\d,]+) texts fit", case.text(json.loads(refused["body"])))
    assert count > int(fitting.replace(",", "")) > 1_000
    assert ask(int(fitting.replace(",", "")))["statusCode"] == 200


def test_a_plain_server_sends_long_answers(tiny: Scorecard) -> None:
    client = TestClient(app.build(tiny, Settings(max_texts=1_000_000)))
    assert client.post("/predict", json={"texts": ["love"] * 90_000}).status_code == 200
