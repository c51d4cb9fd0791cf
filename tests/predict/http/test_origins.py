from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.http import app
from predict.settings import Settings

ORIGIN = "https://app.example"
ASKS = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


@pytest.fixture(scope="module")
def client(served: Scorecard) -> Iterator[TestClient]:
    settings = Settings(allowed_origins=(ORIGIN, "http://localhost:3000"))
    with TestClient(app.build(served, settings)) as client:
        yield client


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000"])
@pytest.mark.parametrize("path", ["/predict", "/api/v1/predict", "/nothing"])
def test_a_preflight_of_an_allowed_origin_is_answered(client: TestClient, origin: str, path: str) -> None:
    response = client.options(path, headers={"origin": origin, **ASKS})
    assert (response.status_code, response.content) == (204, b"")
    headers = {name: value for name, value in response.headers.items() if not name.startswith("x-")}
    assert headers == {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, HEAD, POST",
        "access-control-allow-headers": "authorization, content-type, x-api-key",
        "access-control-max-age": "3600",
        "vary": "Origin",
    }


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "null",
        "",
        f"{ORIGIN}/",
    ],
)
def test_another_origin_is_told_nothing(client: TestClient, origin: str) -> None:
    preflight = client.options("/predict", headers={"origin": origin, **ASKS})
    answer = client.post("/predict", json={"text": "a"}, headers={"origin": origin})
    assert (preflight.status_code, answer.status_code) == (405, 200)
    for response in (preflight, answer):
        assert response.headers["vary"] == "Origin"
        assert not any(name.startswith("access-control-") for name in response.headers)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", "/predict", {"json": {"text": "a"}}, 200),
        ("GET", "/health", {}, 200),
        ("POST", "/predict", {"json": {}}, 422),
        ("POST", "/predict", {"content": "{"}, 415),
        ("GET", "/predict", {}, 405),
        ("OPTIONS", "/predict", {}, 405),
        ("GET", "/nothing", {}, 404),
        ("GET", "/docs/swagger-ui.css", {}, 200),
    ],
)
def test_pages_of_an_allowed_origin_read_answers_and_errors(
    client: TestClient, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    response = client.request(
        method, path, **{**sent, "headers": {**sent.get("headers", {}), "origin": ORIGIN}}
    )
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert response.headers["vary"] == "Origin"


def test_a_crash_can_be_read_too(tiny: Scorecard) -> None:
    class Broken(Scorecard):
        def predict(self, *_: object) -> Any:
            raise RuntimeError

    broken = Broken(tiny.manifest, {"stem": {}})
    client = TestClient(app.build(broken, Settings(allowed_origins=(ORIGIN,))), raise_server_exceptions=False)
    response = client.post("/predict", json={"text": "a"}, headers={"origin": ORIGIN})
    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == ORIGIN


def test_no_origin_is_allowed_unless_it_is_named(served: Scorecard) -> None:
    client = TestClient(app.build(served, Settings()))
    assert client.options("/predict", headers={"origin": ORIGIN, **ASKS}).status_code == 405
    response = client.get("/health", headers={"origin": ORIGIN})
    assert "access-control-allow-origin" not in response.headers
