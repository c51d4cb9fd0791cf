"""Both ways through the HTTP door give the same answer, byte for byte."""

import copy
import json
from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import Scorecard
from predict.http import app, at_once, gateway
from predict.settings import Settings
from tests.aws.places import PLACES, place

CONTEXT: Any = SimpleNamespace(aws_request_id="8f5a3c")
TEXT = st.text(max_size=20)
NATIVE = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "texts": st.lists(TEXT | st.none(), max_size=3),
        "tweets": st.lists(
            st.fixed_dictionaries({"text": TEXT}, optional={"id": TEXT | st.integers()}), max_size=3
        ),
        "threshold": st.floats(0, 1) | st.just("a"),
        "uncertain": st.just([0.4, 0.6]),
        "explain": st.booleans(),
    },
)
BODIES = st.one_of(
    NATIVE.map(json.dumps),
    NATIVE.map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.sampled_from(
        ["", "{", "[]", "null", '{"text": 1}', '{"text": "a", "text": "b"}', "\ufeff{}", '{"text": NaN}']
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "Content-Type", "X-Request-Id", "x-request-id", "Content-Encoding", "Accept"]
    ),
    st.sampled_from(
        [
            "application/json",
            "application/json; charset=utf-8",
            "text/plain",
            "r-1",
            "identity",
            "no good id!",
        ]
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def adapter(tiny: Scorecard) -> Any:
    return gateway.adapt(app.build(tiny, Settings()))


def ask(event: Any, adapter: Any) -> Any:
    return gateway.respond(event, CONTEXT, adapter)


@pytest.mark.parametrize("name", PLACES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    body=BODIES,
    headers=HEADERS,
    encoded=st.booleans(),
    listed=st.booleans(),
    route=st.sampled_from(["/predict"] * 5 + ["/predict/", "/health"]),
)
def test_an_answer_at_once_is_that_of_the_app(
    event: Any,
    tiny: Scorecard,
    adapter: Any,
    name: str,
    body: str,
    headers: dict[str, str],
    encoded: bool,
    listed: bool,
    route: str,
) -> None:
    kind, shown = PLACES[name]
    asked = place(copy.deepcopy(event(kind)), route, shown)
    asked["body"] = b64encode(body.encode(errors="surrogatepass")).decode() if encoded else body
    asked["isBase64Encoded"] = encoded
    asked["headers"] = headers
    asked.pop("multiValueHeaders", None)
    if listed and "http" not in asked["requestContext"]:
        asked["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
    found = at_once.answer(copy.deepcopy(asked), CONTEXT, tiny, Settings())
    if found is not None:
        assert found == ask(asked, adapter)


@pytest.mark.parametrize("name", [name for name in PLACES if name != "load balancer"])
def test_the_plain_request_is_answered_at_once_wherever_it_comes_from(
    event: Any, tiny: Scorecard, name: str
) -> None:
    kind, shown = PLACES[name]
    asked = place(event(kind), "/predict", shown)
    found = at_once.answer(asked, CONTEXT, tiny, Settings())
    assert found
    assert found["statusCode"] == 200
    assert found["headers"]["x-request-id"] == "8f5a3c"


@pytest.mark.parametrize(
    "changed",
    [{"allowed_origins": ("https://app.example",)}, {"base_path": "/mood"}, {"dialects": "post"}],
)
def test_what_needs_the_app_is_left_to_it(event: Any, tiny: Scorecard, changed: dict[str, Any]) -> None:
    asked = event("http-api")
    assert at_once.answer(asked, CONTEXT, tiny, Settings())
    assert at_once.answer(asked, CONTEXT, tiny, Settings(**changed)) is None


@pytest.mark.parametrize(
    "broken",
    [
        None,
        5,
        {},
        {"requestContext": {}},
        {"requestContext": {"http": {}}},
        {"httpMethod": "POST", "requestContext": {}, "path": "/predict", "headers": {"content-type": 5}},
    ],
)
def test_a_broken_event_is_left_to_the_app(tiny: Scorecard, broken: Any) -> None:
    assert at_once.answer(broken, CONTEXT, tiny, Settings()) is None


def test_a_long_answer_is_left_to_the_app(event: Any, tiny: Scorecard) -> None:
    asked = {**event("http-api"), "body": json.dumps({"texts": ["love"] * 20_000})}
    roomy = Settings(max_texts=20_000)
    assert at_once.answer(asked, CONTEXT, tiny, roomy) is None
