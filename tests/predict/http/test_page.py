import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.http import app, gateway, page
from predict.http.service import Service
from predict.settings import Settings
from tests.aws.places import PLACES, place, set_method

# As Chromium 156, Firefox 140 and Safari 18 send it.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CONTEXT: Any = SimpleNamespace(aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef")


@pytest.fixture(scope="module")
def client(served: Scorecard) -> TestClient:
    return TestClient(app.build(served, Settings()))


@pytest.mark.parametrize(
    ("accept", "preferred"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("Text/HTML;q=0.1", True),
        ("application/json, text/html", True),
        ("text/html; charset=utf-8; q=0.5, application/json; q=0.4", True),
        ("application/json", False),
        ("application/json, text/html;q=0.5", False),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        ("text/html;q=nan", False),
        ("*/*", False),
        ("text/*", False),
        ("application/problem+json, text/htmlx", False),
        ("", False),
        (",;,", False),
    ],
)
def test_who_names_html_gets_the_page_and_everybody_else_json(
    client: TestClient, accept: str, preferred: bool
) -> None:
    for method in ("GET", "HEAD"):
        response = client.request(method, "/", headers={"accept": accept})
        expected = "text/html; charset=utf-8" if preferred else "application/json"
        assert (response.status_code, response.headers["content-type"]) == (200, expected)
        assert response.headers["vary"] == "Accept"
    assert page.is_preferred(accept) == preferred


def test_who_sends_two_headers_is_understood(client: TestClient) -> None:
    response = client.get("/", headers=[("accept", "application/xml"), ("accept", "text/html")])
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_lets_nothing_in_but_its_own_style_and_script(client: TestClient) -> None:
    response = client.get("/", headers={"accept": BROWSER})
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    for kind, element in (("script-src", "script"), ("style-src", "style")):
        [inline] = re.findall(rf"<{element}>(.*?)</{element}>", response.text, re.DOTALL)
        assert policy.pop(kind) == f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"
    assert policy == {
        "default-src": "'none'",
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"


def test_the_page_names_no_other_host_and_no_address_from_the_root(client: TestClient) -> None:
    text = client.get("/", headers={"accept": BROWSER}).text
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {
        "http://www.w3.org/2000/svg"
    }  # a name, no address
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', text)
    assert set(addresses) == {"data:,", "docs", "openapi.json", "model"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\son\w+=\"", text)


def test_the_page_knows_the_limits_that_are_set(served: Scorecard) -> None:
    settings = Settings(
        threshold=0.3, uncertain=(0.2, 0.4), max_texts=7, max_characters=9, text_column="<\"&'>"
    )
    text = TestClient(app.build(served, settings)).get("/", headers={"accept": BROWSER}).text
    [shown] = re.findall(r'<body data-settings="([^"]*)">', text)
    assert json.loads(unescape(shown)) == {
        "labels": 2,
        "threshold": 0.3,
        "uncertain": [0.2, 0.4],
        "max_texts": 7,
        "max_characters": 9,
        "max_bytes": 2_097_152,
        "text_column": "<\"&'>",
    }


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/", headers={"accept": BROWSER})
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get("/", headers={"accept": BROWSER, "if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept"
    assert client.get("/", headers={"accept": BROWSER, "if-none-match": '"other"'}).status_code == 200
    assert client.get("/", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_browser_gets_the_page_whatever_stands_in_front_of_it(
    event: Callable[[str], Any], served: Scorecard, name: str, method: str
) -> None:
    service = Service(served, Settings())
    sample, shown = PLACES[name]
    asked = place(event(sample), "/", shown)
    set_method(asked, method)
    accept(asked, BROWSER)
    answer = gateway.respond(asked, CONTEXT, service)
    headers = {name.lower(): value for name, value in headers_of(answer)}
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert answer["body"].startswith("<!doctype html>") == (method == "GET")
    accept(asked, "application/json")
    answer = gateway.respond(asked, CONTEXT, service)
    assert dict(headers_of(answer))["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/prod", "/prod/"])
def test_a_stage_is_the_page_with_a_slash_and_without(
    event: Callable[[str], Any], served: Scorecard, path: str
) -> None:
    service = Service(served, Settings())
    asked = place(event("http-api"), "/", {"path": path, "stage": "prod"})
    set_method(asked, "GET")
    accept(asked, BROWSER)
    assert gateway.respond(asked, CONTEXT, service)["body"].startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/mood/v2", "/mood/v2/", "/"])
def test_a_base_path_is_the_page_too(served: Scorecard, path: str) -> None:
    client = TestClient(app.build(served, Settings(base_path="/mood/v2")))
    assert client.get(path, headers={"accept": BROWSER}).text.startswith("<!doctype html>")


def accept(event: Any, value: str) -> None:
    event["headers"] = {n: v for n, v in (event.get("headers") or {}).items() if n.lower() != "accept"}
    event["headers"]["accept"] = value
    event.pop("multiValueHeaders", None)


def headers_of(answer: Any) -> list[tuple[str, str]]:
    several = answer.get("multiValueHeaders") or {}
    return [*answer.get("headers", {}).items(), *((name, values[0]) for name, values in several.items())]


def test_nobody_waits_for_the_page_who_does_not_ask_for_it() -> None:
    script = """
import sys
from fastapi.testclient import TestClient
from predict import api
client = TestClient(api.create())
client.get("/")
client.post("/predict", json={"text": "a"})
print("predict.http.page" in sys.modules)
client.get("/", headers={"accept": "text/html"})
print("predict.http.page" in sys.modules)
"""
    command = [sys.executable, "-c", script]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False", "True"]


def test_the_page_is_small() -> None:
    static = files("predict.http") / "static"
    sizes = {file.name: len(file.read_bytes()) for file in static.iterdir()}
    assert set(sizes) == {"index.html", "page.css", "page.js"}
    assert sum(sizes.values()) <= 40_000
    assert "</script" not in (static / "page.js").read_text(encoding="utf-8")
