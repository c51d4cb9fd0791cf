"""What a gateway gets from the door is what it gets from Mangum, unmodified, around the app."""

import asyncio
import gzip
import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from model import Scorecard
from predict.dialects import DIALECTS, load
from predict.http import app, gateway
from predict.http.service import Service
from predict.settings import Settings
from tests.aws.places import PLACES, place
from tests.predict.http.test_gateways import Sent, put

CONTEXT: Any = SimpleNamespace(aws_request_id="8f5a3c")
JSON = {"content-type": "application/json", "x-request-id": "mine-1"}
TEXT_TYPES = [*DEFAULT_TEXT_MIME_TYPES, "application/problem+json", "application/jsonlines"]
TEXT_TYPES += ["application/x-jsonlines", "application/x-ndjson"]
LISTING = ("rest", "http-api-payload-1", "alb")  # events that have lists of a header's values, too


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def read(response: Any) -> Answer:
    headers = response.get("headers", {}) | {
        name: ",".join(values) for name, values in response.get("multiValueHeaders", {}).items()
    }
    body = response["body"]
    return Answer(
        response["statusCode"], headers, b64decode(body) if response["isBase64Encoded"] else body.encode()
    )


@pytest.fixture(scope="module")
def service(tiny: Scorecard) -> Service:
    return Service(tiny, Settings(max_bytes=10_000))


@pytest.fixture(scope="module")
def mangum(tiny: Scorecard) -> Iterator[Mangum]:
    """It takes the current event loop, which is put back."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asgi: Any = app.build(tiny, Settings(max_bytes=10_000))
    yield Mangum(asgi, lifespan="off", text_mime_types=TEXT_TYPES)
    asyncio.set_event_loop(None)
    loop.close()


def fill(path: str) -> str:
    """A path with its parameters."""
    names = {"model": "tiny", "version": "1"}
    return re.sub(r"{(\w+)}", lambda found: names.get(found[1], "p"), path)


def list_requests() -> Iterator[tuple[str, Sent]]:
    """Every operation of every dialect with its examples and what is wrong with a request, and our own."""
    for name, operations in DIALECTS.items():
        for operation in operations:
            method, path = operation.split(" ")
            if method == "GET":
                yield operation, Sent("GET", fill(path), {"x-request-id": "a"}, b"")
                yield f"{operation}, elsewhere", Sent("DELETE", fill(path), JSON, b"")
                continue
            examples = {**load(name).EXAMPLES, "refused": load(name).BAD_EXAMPLE}
            for example, body in examples.items():
                yield f"{operation}, {example}", Sent("POST", fill(path), JSON, json.dumps(body).encode())
            packed = gzip.compress(json.dumps(body).encode())
            faults: dict[str, tuple[dict[str, str], bytes]] = {
                "no type": ({}, b"{}"),
                "empty": (JSON, b""),
                "broken off": (JSON, b"{"),
                "an array": (JSON, b"[]"),
                "not UTF-8": (JSON, b'{"text": "\xff"}'),
                "long": (JSON, b" " * 10_001),
                "compressed": ({**JSON, "content-encoding": "gzip"}, packed),
                "a bomb": ({**JSON, "content-encoding": "gzip"}, gzip.compress(b" " * 20_000)),
                "another coding": ({**JSON, "content-encoding": "br"}, packed),
                "another type": ({**JSON, "content-type": "text/plain"}, b"I love this"),
                "CSV": ({**JSON, "content-type": "text/csv", "accept": "text/csv"}, b"so sad\n"),
            }
            for fault, (headers, body) in faults.items():
                yield f"{operation}, {fault}", Sent("POST", fill(path), headers, body)
            if "{model}" in path:
                yield (
                    f"{operation}, another model",
                    Sent("POST", fill(path.replace("{model}", "x")), JSON, b""),
                )
    for path in ("/", "/health", "/ready", "/model", "/docs", "/docs/swagger-ui.css", "/nothing", "/predict"):
        for accept in ("application/json", "text/html"):
            yield f"GET {path}, {accept}", Sent("GET", path, {"accept": accept, "x-request-id": "a"}, b"")
    yield "PUT /", Sent("PUT", "/", JSON, b"{}")


REQUESTS = dict(list_requests())


@pytest.fixture(scope="module")
def ask(event: Callable[[str], Any], service: Service) -> Callable[[str, Sent, bool], Answer]:
    """The door's answer to a request in an event of a place."""

    def ask(where: str, sent: Sent, listed: bool) -> Answer:
        sample, shown = PLACES[where]
        return read(
            gateway.respond(put(place(event(sample), sent.path, shown), sent, True, listed), CONTEXT, service)
        )

    return ask


@pytest.fixture(scope="module")
def expect(event: Callable[[str], Any], mangum: Mangum) -> Callable[[str, Sent, bool], Answer]:
    """Mangum's answer to it in an event whose path is the route. It knows no VPC Lattice."""

    def expect(sample: str, sent: Sent, listed: bool) -> Answer:
        known = "http-api" if sample.startswith("vpc-lattice") else sample
        plain = place(event(known), sent.path, {"path": "{route}"})
        return read(mangum(put(plain, sent, True, listed), CONTEXT))

    return expect


def assert_same(own: Answer, its: Answer) -> None:
    if len(its.headers["x-request-id"]) == 32:  # a new id, because the app does not know Lambda's
        assert own.headers["x-request-id"] == CONTEXT.aws_request_id
        own = own._replace(headers={**own.headers, "x-request-id": its.headers["x-request-id"]})
    if "content-length" not in its.headers:  # lines, which the app sends in parts
        its = its._replace(headers={**its.headers, "content-length": str(len(its.body))})
    assert own == its


@pytest.mark.parametrize("name", REQUESTS)
def test_every_request_has_one_answer(
    ask: Callable[[str, Sent, bool], Answer], expect: Callable[[str, Sent, bool], Answer], name: str
) -> None:
    sent = REQUESTS[name]
    known = {sample: expect(sample, sent, False) for sample in {sample for sample, _ in PLACES.values()}}
    known_listed = {sample: expect(sample, sent, True) for sample in LISTING}
    for where, (sample, _) in PLACES.items():
        assert_same(ask(where, sent, False), known[sample])
        if sample in LISTING:
            assert_same(ask(where, sent, True), known_listed[sample])


VALUES = st.sampled_from(
    [
        "",
        "*/*",
        "application/json",
        "application/json; charset=utf-8",
        "application/x-ndjson, application/json;q=0.5",
        "identity",
        "no good id!",
        "r-1",
        "text/html,*/*;q=0.1",
        "text/plain",
        "é",
    ]
)
NAMES = st.sampled_from(["Accept", "Content-Encoding", "Content-Type", "If-None-Match", "X-Request-Id"])
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
PATHS = [fill(operation.split(" ")[1]) for operations in DIALECTS.values() for operation in operations]


@settings(max_examples=150)
@given(
    where=st.sampled_from([*PLACES]),
    method=st.sampled_from(["POST"] * 5 + ["GET", "PUT", "OPTIONS"]),
    path=st.sampled_from(["/predict"] * 5 + ["/predict/", "/health", "/docs/", "/%2e", "/é", *PATHS]),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
    body=st.binary(max_size=20) | NATIVE.map(lambda value: json.dumps(value, ensure_ascii=True).encode()),
    listed=st.booleans(),
)
def test_generated_requests_have_one_answer(
    ask: Callable[[str, Sent, bool], Answer],
    expect: Callable[[str, Sent, bool], Answer],
    where: str,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    listed: bool,
) -> None:
    sample, _ = PLACES[where]
    listed = listed and sample in LISTING
    sent = Sent(method, path, {name.lower(): value for name, value in headers.items()}, body)
    assert_same(ask(where, sent, listed), expect(sample, sent, listed))
