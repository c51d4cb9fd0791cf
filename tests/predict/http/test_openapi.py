import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from model import Scorecard
from predict.dialects import native, post
from predict.dialects.request import Fault, InvalidRequestError
from predict.http import app
from predict.settings import Settings

SETTINGS = Settings(max_texts=2, max_characters=4)
FRACTIONS = st.floats(0, 2).filter(lambda number: not number.is_integer())  # JSON Schema calls 1.0 an integer
FIELDS = st.sampled_from(["text", "texts", "tweets", "threshold", "uncertain", "explain", "id", "other"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.just(2**63) | FRACTIONS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
TEXTS = st.lists(st.text(max_size=5), max_size=3)
REQUESTS = (
    VALUES
    | st.fixed_dictionaries({"text": VALUES}, optional={"threshold": VALUES})
    | st.fixed_dictionaries({"texts": TEXTS | VALUES}, optional={"threshold": st.floats(-1, 2)})
    | st.fixed_dictionaries(
        {"tweets": st.lists(st.fixed_dictionaries({"text": VALUES}, optional={"id": VALUES}))}
    )
    | st.dictionaries(st.text(max_size=3), st.text(max_size=5), max_size=3)
)


@pytest.fixture(scope="module")
def document(served: Scorecard) -> dict[str, Any]:
    client = TestClient(app.build(served, SETTINGS))
    described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def validator(document: dict[str, Any], schema: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    )


def compares_values(fault: Fault) -> bool:
    """Whether it is of more than one value, which JSON Schema cannot say."""
    return fault.pointer in ("/uncertain", "/explain") or "the id of another tweet" in fault.detail


@given(body=REQUESTS)
@pytest.mark.parametrize(("dialect", "schema"), [(native, "PredictRequest"), (post, "TweetsById")])
def test_the_schema_takes_what_the_decoder_takes(
    document: dict[str, Any], dialect: Any, schema: str, body: object
) -> None:
    try:
        dialect.decode(body, SETTINGS)
        taken = True
    except InvalidRequestError as exc:
        taken = False
        assume(not all(compares_values(fault) for fault in exc.faults))
    assert validator(document, schema).is_valid(body) == taken


def test_each_example_is_answered_as_shown(served: Scorecard) -> None:
    client = TestClient(app.build(served, Settings()))
    document = client.get("/openapi.json").json()
    shown = 0
    for path, operations in document["paths"].items():
        if "post" not in operations:
            continue
        asked = operations["post"]["requestBody"]["content"]["application/json"]
        answered = operations["post"]["responses"]["200"]["content"]["application/json"]
        answers = validator(document, answered["schema"]["$ref"].rpartition("/")[2])
        for name, example in asked["examples"].items():
            answer = client.post(path, json=example["value"]).json()
            assert answer == answered["examples"][name]["value"]
            answers.validate(answer)
            shown += 1
        wrong = operations["post"]["responses"]["422"]["content"]["application/problem+json"]["example"]
        validator(document, "Problem").validate(wrong)
    assert shown == 5


def test_every_status_of_a_post_is_described(document: dict[str, Any]) -> None:
    for path in ("/predict", "/api/v1/predict"):
        assert set(document["paths"][path]["post"]["responses"]) == {"200", "400", "413", "415", "422"}
    assert json.dumps(document, allow_nan=False)


def test_every_operation_has_one_of_the_groups_that_are_described(document: dict[str, Any]) -> None:
    groups = {
        path: operation["tags"]
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }
    assert groups == {
        "/predict": ["Predictions"],
        "/api/v1/predict": ["Predictions"],
        "/health": ["Service"],
        "/ready": ["Service"],
        "/model": ["Service"],
    }
    assert [tag["name"] for tag in document["tags"]] == ["Predictions", "Service"]


def test_a_key_can_be_given_and_need_not(document: dict[str, Any]) -> None:
    [(name, scheme)] = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Api-Key")
    assert document["security"] == [{}, {name: []}]
