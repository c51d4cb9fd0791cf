from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.http import app
from predict.settings import Settings


@pytest.fixture(scope="module")
def client(tiny: Scorecard) -> Iterator[TestClient]:
    with TestClient(app.build(tiny, Settings(allowed_origins=("https://app.example",)))) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("HEAD", "/health", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/docs/swagger-ui.css", 200),
        ("GET", "/nothing", 404),
        ("GET", "/predict", 405),
        ("POST", "/predict", 415),
    ],
)
def test_every_answer_says_which_model_answers_which_request(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert (response.headers["x-model-name"], response.headers["x-model-version"]) == ("tiny", "1")
    assert len(response.headers["x-request-id"]) == 32
    assert client.request(method, path).headers["x-request-id"] != response.headers["x-request-id"]


@pytest.mark.parametrize(
    "id", ["1", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "Root=1-5c536348:a/b+c=", "a" * 128]
)
def test_the_clients_id_comes_back(client: TestClient, id: str) -> None:
    assert client.get("/health", headers={"x-request-id": id}).headers["x-request-id"] == id


@pytest.mark.parametrize("id", ["", " ", "a b", "é", "a" * 129, '{"text": "I love this"}', "<script>"])
def test_an_id_that_could_do_harm_is_replaced(client: TestClient, id: str) -> None:
    response = client.get("/health", headers={b"x-request-id": id.encode()})
    assert len(response.headers["x-request-id"]) == 32
