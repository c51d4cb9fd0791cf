import base64
import json
from collections.abc import Callable
from importlib.metadata import requires, version
from types import SimpleNamespace
from typing import Any

import pytest
from mangum import Mangum

from model import Scorecard
from predict import api
from predict.http import app, gateway
from predict.http.gateway import NotHttpError
from predict.settings import Settings
from tests.aws import foreign
from tests.aws.places import PLACES, place, set_method


def test_the_release_of_mangum_is_the_one_whose_parts_are_called() -> None:
    required = {
        requirement.partition(";")[0]
        for requirement in requires("tweet-sentiment") or []
        if requirement.startswith("mangum")
    }
    assert required == {"mangum<0.23,>=0.22"}
    assert version("mangum").startswith("0.22.")


@pytest.fixture(scope="module")
def adapter(served: Scorecard) -> Mangum:
    return gateway.adapt(app.build(served, Settings()))


CONTEXT: Any = SimpleNamespace(aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef")


@pytest.mark.parametrize("name", ["rest", "http-api"])
def test_an_api_gateway_event_gets_the_answer_of_the_direct_door(
    event: Callable[[str], Any], adapter: Mangum, directly: Callable[[object], Any], name: str
) -> None:
    response = gateway.respond(event(name), CONTEXT, adapter)
    assert (response["statusCode"], response["isBase64Encoded"]) == (200, False)
    assert json.loads(response["body"]) == directly({"text": "I love this"})


def test_the_handler_answers_the_posts_payload(
    event: Callable[[str], Any], posts_answer: dict[str, str]
) -> None:
    assert json.loads(api.handler(event("rest_post_payload"), CONTEXT)["body"]) == posts_answer


@pytest.mark.parametrize("name", PLACES)
def test_a_route_is_found_whatever_stands_in_front_of_it(
    event: Callable[[str], Any], adapter: Mangum, directly: Callable[[object], Any], name: str
) -> None:
    sample, shown = PLACES[name]
    answer = gateway.respond(place(event(sample), "/predict", shown), CONTEXT, adapter)
    assert json.loads(answer["body"]) == directly({"text": "I love this"})
    for route in ("/", "/health", "/ready", "/docs", "/docs/swagger-ui.css", "/openapi.json"):
        asked = place(event(sample), route, shown)
        set_method(asked, "GET")
        answer = gateway.respond(asked, CONTEXT, adapter)
        assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False), route


@pytest.mark.parametrize("name", ["rest", "http-api", "function-url", "alb"])
def test_a_base_path_is_taken_away_where_the_event_does_not_show_it(
    event: Callable[[str], Any], served: Scorecard, name: str
) -> None:
    adapter = gateway.adapt(app.build(served, Settings(base_path="/mood")))
    asked = place(event(name), "/mood/predict", {"path": "{route}"})
    assert gateway.respond(asked, CONTEXT, adapter)["statusCode"] == 200


@pytest.mark.parametrize("name", ["rest", "http-api", "function-url", "alb"])
@pytest.mark.parametrize(("route", "status"), [("/health", 200), ("/docs", 200), ("/nothing", 404)])
def test_the_answer_to_head_has_no_body(
    event: Callable[[str], Any], adapter: Mangum, name: str, route: str, status: int
) -> None:
    asked = place(event(name), route, {"path": "{route}"})
    set_method(asked, "HEAD")
    answer = gateway.respond(asked, CONTEXT, adapter)
    assert (answer["statusCode"], answer["body"], answer["isBase64Encoded"]) == (status, "", False)


@pytest.mark.parametrize("name", ["rest", "http-api", "function-url", "alb"])
def test_a_preflight_through_a_gateway_is_answered(
    event: Callable[[str], Any], served: Scorecard, name: str
) -> None:
    adapter = gateway.adapt(app.build(served, Settings(allowed_origins=("https://app.example",))))
    asked = place(event(name), "/predict", {"path": "{route}"})
    set_method(asked, "OPTIONS")
    asked.pop("multiValueHeaders", None)
    asked["headers"] |= {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = gateway.respond(asked, CONTEXT, adapter)
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert (headers["access-control-allow-origin"], headers["vary"]) == ("https://app.example", "Origin")


@pytest.mark.parametrize("path", ["/docs", "/docs/swagger-ui-bundle.js", "/openapi.json", "/nothing"])
def test_what_is_text_leaves_lambda_as_text(event: Callable[[str], Any], adapter: Mangum, path: str) -> None:
    response = gateway.respond({**event("rest"), "httpMethod": "GET", "path": path}, CONTEXT, adapter)
    assert not response["isBase64Encoded"]


@pytest.mark.parametrize(
    "changes",
    [
        {"isBase64Encoded": True, "body": "=not*base64"},
        {"isBase64Encoded": True, "body": "eyJ0ZXh0IjogImEifQ"},
        {"isBase64Encoded": True, "body": "!" + base64.b64encode(b'{"text": "a"}').decode()},
        {"isBase64Encoded": True, "body": "é"},
        {"isBase64Encoded": False, "body": '{"text": "\ud83d"}'},
        {"isBase64Encoded": False, "body": '{"text": "I love th'},
        {"isBase64Encoded": False, "body": None},
        {"isBase64Encoded": True, "body": None},
        {"isBase64Encoded": False, "body": ""},
    ],
)
def test_an_event_with_a_spoilt_body_is_a_bad_request(
    event: Callable[[str], Any], adapter: Mangum, changes: dict[str, Any]
) -> None:
    response = gateway.respond({**event("rest"), **changes}, CONTEXT, adapter)
    assert (response["statusCode"], response["isBase64Encoded"]) == (400, False)
    assert response["headers"]["content-type"] == "application/problem+json"
    assert json.loads(response["body"])["status"] == 400


def test_an_escaped_surrogate_in_an_event_is_pointed_at(event: Callable[[str], Any], adapter: Mangum) -> None:
    spoilt = {**event("rest"), "isBase64Encoded": False, "body": r'{"text": "\ud83d"}'}
    response = gateway.respond(spoilt, CONTEXT, adapter)
    assert json.loads(response["body"])["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize("name", ["rest", "http-api"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "[::1]:8080"},
        {"host": "a:b:c", "x-forwarded-port": "https"},
        {"x-forwarded-for": None},
        {"X-Forwarded-Port": "abc", "HOST": "here"},
    ],
)
def test_a_header_that_no_route_asks_for_spoils_nothing(
    event: Callable[[str], Any], adapter: Mangum, name: str, headers: dict[str, Any]
) -> None:
    sent = event(name)
    sent["headers"] |= headers
    sent.pop("multiValueHeaders", None)
    assert gateway.respond(sent, CONTEXT, adapter)["statusCode"] == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"headers": None, "multiValueHeaders": None}, 415),
        (
            {"headers": None, "multiValueHeaders": {"content-type": ["application/json"], "Host": ["::1"]}},
            200,
        ),
        ({"headers": {"content-type": 5}, "multiValueHeaders": None}, 400),
        ({"headers": ["content-type"]}, 400),
        ({"headers": {"content-type": "\ud83d"}, "multiValueHeaders": None}, 400),
        ({"body": {"text": "a"}, "isBase64Encoded": False}, 400),
        ({"path": None}, 422),
        ({"path": 5}, 400),
        ({"queryStringParameters": "?", "multiValueQueryStringParameters": None}, 400),
        ({"requestContext": {"elb": {}}, "multiValueHeaders": None}, 200),
        ({"requestContext": {"elb": {}}, "headers": None, "multiValueHeaders": None}, 415),
    ],
)
def test_a_spoilt_event_gets_a_response(
    event: Callable[[str], Any], adapter: Mangum, changes: dict[str, Any], status: int
) -> None:
    response = gateway.respond({**event("rest"), **changes}, CONTEXT, adapter)
    assert response["statusCode"] == status


@pytest.mark.parametrize(
    "event_",
    [
        None,
        [],
        "text",
        {},
        {"text": "I love this"},
        {"Records": [{"eventSource": "aws:sqs", "body": "secret"}]},
        {"requestContext": {"connectionId": "x", "eventType": "MESSAGE"}, "body": "secret"},
        {"requestContext": None, "httpMethod": "POST"},
        {"requestContext": {"http": None}},
        *foreign.EVENTS.values(),
    ],
)
def test_what_is_no_http_request_is_an_error_that_names_the_door(adapter: Mangum, event_: object) -> None:
    with pytest.raises(NotHttpError, match=r"no HTTP request: predict\.direct\.handler takes plain ones\.$"):
        gateway.respond(event_, CONTEXT, adapter)
