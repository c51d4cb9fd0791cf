import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from model import Scorecard
from predict import dialects
from predict.dialects import DIALECTS, native, post
from predict.dialects.request import DIRECT, Fault, InvalidRequestError
from predict.http import app
from predict.settings import Settings
from tests.predict.http import saved

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


ITEMS = (
    st.text(max_size=5)
    | VALUES
    | st.fixed_dictionaries({"text": VALUES})
    | st.lists(st.text(max_size=5), max_size=2)
)
LISTS = st.lists(ITEMS, max_size=3) | VALUES
OPTIONS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "threshold": st.floats(-1, 2) | VALUES,
        "explain": VALUES,
        "uncertain": VALUES,
        "other": VALUES,
    },
)
CHOICES = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "top_k": st.integers(-1, 3) | VALUES,
        "function_to_apply": st.sampled_from(["softmax", "sigmoid", "none", "tanh"]) | VALUES,
        "other": VALUES,
    },
)
FOREIGN = {
    "kserve_v1": ("InstancesRequest", {"instances": LISTS}, {"parameters": OPTIONS, "other": VALUES}),
    "azure": ("ScoreRequest", {"data": LISTS}, {"params": OPTIONS, "input_data": LISTS}),
    "hugging_face": ("ClassificationRequest", {"inputs": LISTS}, {"parameters": CHOICES, "other": VALUES}),
    "sagemaker": ("InvocationRequest", {"inputs": LISTS}, {"params": OPTIONS, "instances": LISTS}),
}


def compares_lengths(fault: Fault) -> bool:
    return compares_values(fault) or fault.pointer.endswith(("/uncertain", "/explain", "/function_to_apply"))


@pytest.mark.parametrize("name", FOREIGN)
@given(data=st.data())
def test_the_schema_of_another_protocol_takes_what_its_decoder_takes(
    document: dict[str, Any], name: str, data: st.DataObject
) -> None:
    schema, needed, optional = FOREIGN[name]
    body = data.draw(VALUES | st.fixed_dictionaries(needed, optional=optional))
    try:
        dialects.load(name).decode(body, SETTINGS, DIRECT)
        taken = True
    except InvalidRequestError as exc:
        taken = False
        assume(not all(compares_lengths(fault) for fault in exc.faults))
    assert validator(document, schema).is_valid(body) == taken


def fill(path: str, operation: Any) -> str:
    """The path with the examples of its parameters."""
    return path.format(
        **{parameter["name"]: parameter["example"] for parameter in operation.get("parameters", ())}
    )


def test_each_example_is_answered_as_shown(served: Scorecard) -> None:
    client = TestClient(app.build(served, Settings()))
    document = client.get("/openapi.json").json()
    shown: set[str] = set()
    for path, operations in document["paths"].items():
        if "post" not in operations:
            continue
        operation = operations["post"]
        asked = operation["requestBody"]["content"]["application/json"]
        answered = operation["responses"]["200"]["content"]["application/json"]
        questions = validator(document, asked["schema"]["$ref"].rpartition("/")[2])
        answers = validator(document, answered["schema"]["$ref"].rpartition("/")[2])
        for name, example in asked["examples"].items():
            questions.validate(example["value"])
            answer = client.post(fill(path, operation), json=example["value"]).json()
            assert answer == answered["examples"][name]["value"]
            answers.validate(answer)
            shown.add(f"{path} {name}")
        [(media_type, wrong)] = (
            (media_type, content)
            for status, response in operation["responses"].items()
            for media_type, content in response["content"].items()
            if status != "200" and "example" in content
        )
        validator(document, wrong["schema"]["$ref"].rpartition("/")[2]).validate(wrong["example"])
        assert media_type == (
            "application/problem+json" if "predict" in path.split("/") else "application/json"
        )
    assert len(shown) == sum(
        len(dialects.load(name).EXAMPLES)
        for name in DIALECTS
        for key in DIALECTS[name]
        if key.startswith("POST")
    )


def test_each_get_of_a_dialect_is_answered_as_shown(served: Scorecard) -> None:
    client = TestClient(app.build(served, Settings()))
    document = client.get("/openapi.json").json()
    for key in (key for operations in DIALECTS.values() for key in operations if key.startswith("GET")):
        path = key.partition(" ")[2]
        operation = document["paths"][path]["get"]
        example = operation["responses"]["200"]["content"]["application/json"]["example"]
        assert client.get(fill(path, operation)).json() == example


@pytest.mark.parametrize("name", DIALECTS)
def test_a_bad_example_is_refused_as_shown(served: Scorecard, name: str) -> None:
    client = TestClient(app.build(served, Settings()))
    document = client.get("/openapi.json").json()
    path = next(iter(DIALECTS[name])).partition(" ")[2]
    operation = document["paths"][path]["post"]
    response = client.post(fill(path, operation), json=dialects.load(name).BAD_EXAMPLE)
    content = operation["responses"][str(response.status_code)]["content"]
    assert content[response.headers["content-type"]]["example"] == response.json()


def test_every_path_of_a_dialect_is_described_with_its_statuses(document: dict[str, Any]) -> None:
    for name, operations in DIALECTS.items():
        for operation, summary in operations.items():
            method, path = operation.split(" ")
            described = document["paths"][path][method.lower()]
            assert described["summary"] == summary
            if method == "POST":
                expected = {"200", "400", "413", "415", *({"404"} if "{model}" in path else set())}
                assert set(described["responses"]) - {"422"} == expected
                assert ("422" in described["responses"]) == (name in ("native", "post", "hugging_face"))
    assert json.dumps(document, allow_nan=False)


def test_the_saved_description_is_that_of_the_app(served: Scorecard) -> None:
    """A change of the contract is a change of docs/openapi.json."""
    assert saved.PATH.read_text(encoding="utf-8") == saved.write(served)


def test_every_operation_has_one_of_the_groups_that_are_described(document: dict[str, Any]) -> None:
    groups = {
        path: operation["tags"]
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }
    foreign = [key.partition(" ")[2] for name in DIALECTS for key in DIALECTS[name]][2:]
    assert groups == {
        **{path: ["Protocols of other servers"] for path in foreign},
        "/predict": ["Predictions"],
        "/api/v1/predict": ["Predictions"],
        "/health": ["Service"],
        "/ready": ["Service"],
        "/model": ["Service"],
        "/model/card": ["Service"],
    }
    assert [tag["name"] for tag in document["tags"]] == [
        "Predictions",
        "Protocols of other servers",
        "Service",
    ]


@pytest.mark.parametrize("method", ["OPTIONS", "PUT"])
def test_a_method_that_no_path_has_hears_of_all_that_are_described(served: Scorecard, method: str) -> None:
    client = TestClient(app.build(served, Settings()))
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        response = client.request(method, fill(path, next(iter(operations.values()))))
        described = {name.upper() for name in operations}
        assert response.status_code == 405
        assert set(response.headers["allow"].split(", ")) == described | (
            {"HEAD"} if "GET" in described else set()
        )


def test_the_card_is_described_as_markdown(document: dict[str, Any]) -> None:
    [media_type] = document["paths"]["/model/card"]["get"]["responses"]["200"]["content"]
    assert media_type == "text/markdown"


def test_a_key_can_be_given_and_need_not(document: dict[str, Any]) -> None:
    [(name, scheme)] = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Api-Key")
    assert document["security"] == [{}, {name: []}]
