"""The dialect of CONTRIBUTING.md, added from outside."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.dialects import DIALECTS, Table
from predict.http import app
from predict.settings import Settings

CONTRIBUTING = Path(__file__).parents[3] / "CONTRIBUTING.md"


@pytest.fixture(scope="module")
def documents() -> Any:
    source, _ = printed()
    module = ModuleType("documents")
    exec(source, module.__dict__)
    return module


def printed() -> tuple[str, Table]:
    """The module, and the line of the table."""
    source, line = re.findall(r"```python\n(.*?)```", CONTRIBUTING.read_text(), re.DOTALL)
    return source, ast.literal_eval(f"{{{line}}}")


@pytest.fixture(scope="module")
def client(tiny: Scorecard, documents: Any) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "predict.dialects.documents", documents)
        built = app.build(tiny, Settings(max_texts=2), {**DIALECTS, **printed()[1]})
        with TestClient(built, raise_server_exceptions=False) as client:
            yield client


def test_a_dialect_from_outside_is_answered(client: TestClient, tiny: Scorecard) -> None:
    love, hate = (prediction.probability for prediction in tiny.predict(["love", "hate"]))
    assert client.post("/documents", json={"documents": ["love", "hate"]}).json() == {"scores": [love, hate]}


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("POST", b'{"documents": ["a", 5]}', (422, "/documents/1 must be a string, not a whole number")),
        ("POST", b"[]", (422, "/documents must be an array, not null")),
        ("POST", b"", (400, "The body is empty: send a JSON object.")),
        ("GET", b"", (405, "This path takes another method: see the header Allow.")),
    ],
)
def test_its_errors_have_its_own_form(
    client: TestClient, method: str, body: bytes, error: tuple[int, str]
) -> None:
    response = client.request(
        method, "/documents", content=body, headers={"content-type": "application/json"}
    )
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"error": error[1], "code": error[0]}
    assert response.status_code == error[0]


def test_the_errors_of_the_others_stay_as_they_are(client: TestClient) -> None:
    for path in ("/predict", "/api/v1/predict", "/nothing"):
        assert client.post(path, json=[]).headers["content-type"] == "application/problem+json"


def test_it_is_described_with_examples_that_are_answered(client: TestClient, documents: Any) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/documents"]["post"]
    assert operation["summary"] == "Scores of documents"
    answered = operation["responses"]["200"]["content"]["application/json"]["examples"]
    for name, example in documents.EXAMPLES.items():
        assert client.post("/documents", json=example).json() == answered[name]["value"]
    example = operation["responses"]["422"]["content"]["application/json"]["example"]
    assert client.post("/documents", json=documents.BAD_EXAMPLE).json() == example
