"""What KServe 1, Vertex AI, SageMaker, MLflow, Azure ML and Hugging Face have of their own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict.dialects.native import explain
from predict.http import app
from predict.settings import Settings

TEXTS = ["I love this", "I hate, hate this é"]
V1 = "/v1/models/tiny"
VERTEX = "/v1/projects/p/locations/l/endpoints/e"


@pytest.fixture(scope="module")
def client(tiny: Scorecard) -> Iterator[TestClient]:
    with TestClient(app.build(tiny, Settings(max_characters=100))) as client:
        yield client


@pytest.fixture(scope="module")
def records(tiny: Scorecard) -> list[dict[str, Any]]:
    return [prediction.as_json() for prediction in tiny.predict(TEXTS)]


def test_kserve_finds_the_server_and_the_model(client: TestClient) -> None:
    assert client.get("/").json()["status"] == "alive"
    assert client.get("/v1/models").json() == {"models": ["tiny"]}
    assert client.get(V1).json() == {"name": "tiny", "ready": True}
    assert client.get("/v1/models/bert").status_code == 404
    assert "error" in client.get("/v1/models/bert").json()


def test_a_model_that_answers_otherwise_than_in_training_is_not_ready(tiny: Scorecard) -> None:
    changed = Scorecard({**tiny.manifest, "golden": [["love", 0.1]]}, {"stem": {"love": 2.0}})
    client = TestClient(app.build(changed, Settings()))
    assert [client.get(path).status_code for path in (V1, "/ping", VERTEX)] == [503, 503, 503]
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("colon", [":", "%3A"])
def test_explain_has_explanations_beside_the_predictions(
    client: TestClient, tiny: Scorecard, records: list[dict[str, Any]], colon: str
) -> None:
    assert client.post(f"{V1}{colon}explain", json={"instances": TEXTS}).json() == {
        "predictions": records,
        "explanations": [explain(tiny, text) for text in TEXTS],
    }


def test_explain_takes_no_other_value_because_it_explains_anyway(client: TestClient) -> None:
    body = {"instances": TEXTS, "parameters": {"explain": {}}}
    answer = client.post(f"{V1}:explain", json=body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "/parameters/explain must be a boolean, not an object"}


@pytest.mark.parametrize("path", [f"{V1}:predict", f"{VERTEX}:predict"])
@pytest.mark.parametrize(
    "instances",
    [
        TEXTS,
        [{"text": text} for text in TEXTS],
        [[text] for text in TEXTS],
        [{"text": TEXTS[0], "id": 1}, TEXTS[1]],
    ],
)
def test_an_instance_is_a_text_or_has_one(
    client: TestClient, records: list[dict[str, Any]], path: str, instances: list[Any]
) -> None:
    assert client.post(path, json={"instances": instances}).json()["predictions"] == records


@pytest.mark.parametrize(
    ("path", "texts", "options"),
    [
        (f"{V1}:predict", "instances", "parameters"),
        (f"{VERTEX}:predict", "instances", "parameters"),
        ("/invocations", "inputs", "params"),
        ("/score", "data", "params"),
    ],
)
def test_options_are_honoured_or_refused(
    client: TestClient, tiny: Scorecard, path: str, texts: str, options: str
) -> None:
    def ask(given: object) -> Any:
        response = client.post(path, json={texts: TEXTS, options: given})
        answer = response.json()
        if response.status_code != 200:
            assert response.status_code == 400
            return json.dumps(answer)
        return answer["predictions"] if isinstance(answer, dict) else answer

    assert [record["label"] for record in ask({"threshold": 0.999})] == ["negative", "negative"]
    assert [record["label"] for record in ask({"uncertain": [0, 1]})] == ["uncertain", "uncertain"]
    assert [record["explanation"] for record in ask({"explain": True})] == [
        explain(tiny, text) for text in TEXTS
    ]
    assert ask(None) == ask({})
    for given, words in [
        ({"thresold": 0.9}, f"/{options}/thresold is not an option: those are threshold, uncertain, explain"),
        ({"threshold": "0.9"}, f"/{options}/threshold must be a number from 0 to 1"),
        ({"uncertain": 5}, f"/{options}/uncertain must be two numbers"),
        ({"explain": 1}, f"/{options}/explain must be a boolean"),
        ([], f"/{options} must be an object"),
    ]:
        assert words in ask(given)
    long = client.post(path, json={texts: ["a" * 60, "b" * 60], options: {"explain": True}})
    assert long.status_code == 400
    assert f"/{options}/explain is asked of 120 characters" in long.text


def test_a_container_that_names_no_route_is_found_by_vertex(
    client: TestClient, records: list[dict[str, Any]]
) -> None:
    path = "/v1/endpoints/12/deployedModels/34"
    assert client.post(f"{path}:predict", json={"instances": TEXTS}).json()["predictions"] == records
    for health in (path, f"{path}:predict"):
        assert client.get(health).status_code == 200


def test_vertex_finds_the_endpoint_and_hears_googles_errors(client: TestClient) -> None:
    assert client.get(VERTEX).json() == {
        "name": "projects/p/locations/l/endpoints/e",
        "displayName": "tiny",
        "deployedModels": [{"id": "1"}],
    }
    assert client.post(f"{VERTEX}:predict", json={"instances": [5]}).json() == {
        "error": {
            "code": 400,
            "message": "/instances/0 must be a string, not a whole number",
            "status": "INVALID_ARGUMENT",
        }
    }
    assert client.get(f"{VERTEX}/nothing").json()["error"]["status"] == "NOT_FOUND"


FORMS: dict[str, Any] = {
    "inputs": {"inputs": TEXTS},
    "inputs of one column": {"inputs": {"text": TEXTS}},
    "instances": {"instances": TEXTS},
    "dataframe_split": {
        "dataframe_split": {"columns": ["id", "text"], "data": [[1, TEXTS[0]], [2, TEXTS[1]]]}
    },
    "dataframe_split of one column": {
        "dataframe_split": {"columns": ["0"], "data": [[text] for text in TEXTS]}
    },
    "dataframe_records": {"dataframe_records": [{"id": 1, "text": text} for text in TEXTS]},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["/invocations", "/endpoints/any/invocations"])
def test_every_form_of_an_invocation_is_read(
    client: TestClient, records: list[dict[str, Any]], path: str, form: str
) -> None:
    assert client.post(path, json=FORMS[form]).json() == {"predictions": records}


def test_one_text_is_an_invocation_too(client: TestClient, records: list[dict[str, Any]]) -> None:
    assert client.post("/invocations", json={"inputs": TEXTS[0]}).json() == {"predictions": records[:1]}


CSV = 'I love this\n"I hate, hate this é"\n'


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/csv", CSV),
        ("text/csv; charset=utf-8", f"\ufefftext\r\n{CSV}"),
        ("text/csv", 'id,text\n1,I love this\n2,"I hate, hate this é"\n'),
        ("text/csv", 'text,text2\nI love this,a\n"I hate, hate this é",b'),
        ("application/jsonlines", "".join(json.dumps(text) + "\n" for text in TEXTS)),
        ("application/x-ndjson", "\r\n".join(json.dumps({"text": text}) for text in TEXTS)),
        ("application/x-jsonlines", "".join(json.dumps({"inputs": text}) + "\n\n" for text in TEXTS)),
    ],
)
@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html, application/json;q=0.9"])
def test_csv_and_lines_of_json_are_read(
    client: TestClient, records: list[dict[str, Any]], media_type: str, body: str, accept: str | None
) -> None:
    headers = {"content-type": media_type, **({"accept": accept} if accept else {})}
    response = client.post("/invocations", content=body.encode(), headers=headers)
    assert response.json() == {"predictions": records}


@pytest.mark.parametrize("media_type", ["text/csv", "application/jsonlines"])
@pytest.mark.parametrize(("count", "status"), [(1_000, 200), (1_001, 400), (600_000, 400)])
def test_csv_and_lines_of_json_have_as_many_texts_as_json(
    client: TestClient, media_type: str, count: int, status: int
) -> None:
    content = b'"text"\n' * (media_type == "text/csv") + b'""\n' * count
    response = client.post("/invocations", content=content, headers={"content-type": media_type})
    assert response.status_code == status
    if status == 400:
        assert "texts" in response.json()["message"]
        assert "send several requests" in response.json()["message"]


def test_csv_and_lines_of_json_are_answered(client: TestClient, records: list[dict[str, Any]]) -> None:
    csv = client.post("/invocations", json={"inputs": TEXTS}, headers={"accept": "text/csv"})
    assert csv.text == "".join(f"{record['label']},{record['probability']}\n" for record in records)
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    lines = client.post("/invocations", json={"inputs": TEXTS}, headers={"accept": "application/jsonlines"})
    assert [json.loads(line) for line in lines.text.splitlines()] == records
    assert lines.headers["content-type"] == "application/jsonlines"


@pytest.mark.parametrize(
    ("headers", "body", "status", "message"),
    [
        (
            {"content-type": "application/x-npy"},
            b"\x93",
            415,
            "It may also be text/csv, application/jsonlines",
        ),
        ({"content-type": "text/csv"}, b"a,b\nc,d\n", 400, "the body has rows of several columns: name one"),
        (
            {"content-type": "text/csv"},
            b"id,text\n1,a,b\n",
            400,
            "rows with more or fewer columns than the first",
        ),
        ({"content-type": "text/csv"}, b'"a', 400, "the body is no CSV with commas: unexpected end of data"),
        ({"content-type": "text/csv"}, b"caf\xe9", 400, "the body is not UTF-8 at byte 3"),
        ({"content-type": "text/csv"}, b"a" * 101, 400, "/0 has 101 characters, at most 100 are taken"),
        (
            {"content-type": "application/jsonlines"},
            b'"a"\n"b\n',
            400,
            "the body has line 2, which is not JSON at column 1",
        ),
        (
            {"content-type": "application/jsonlines"},
            b'"a"\n5\n',
            400,
            "/1 must be a string, not a whole number",
        ),
        ({"accept": "application/x-npy"}, b'{"inputs": ["a"]}', 400, "the header Accept must name one"),
        (
            {"x-amzn-sagemaker-target-variant": "b"},
            b'{"inputs": ["a"]}',
            400,
            "is sent with the header x-amzn-sagemaker-target-variant: one model is served here",
        ),
        (
            {"x-amzn-sagemaker-target-model": "b.tar.gz"},
            b'{"inputs": ["a"]}',
            400,
            "is sent with the header x-amzn-sagemaker-target-model: one model is served here",
        ),
        ({}, b'{"inputs": ["a"], "instances": ["b"]}', 400, "must be an object with exactly one of inputs"),
        ({}, b'{"params": {}}', 400, "must be an object with exactly one of inputs"),
        ({}, b'{"dataframe_split": {"columns": ["a", "b"], "data": []}}', 400, 'must have one column "text"'),
        (
            {},
            b'{"dataframe_split": {"columns": ["text"], "data": [["a", "b"]]}}',
            400,
            "must be rows with a value",
        ),
        (
            {},
            b'{"dataframe_split": {"columns": ["text", "text"], "data": []}}',
            400,
            'must have one column "text"',
        ),
        ({}, b'{"dataframe_split": []}', 400, "/dataframe_split must be an object with columns and data"),
        (
            {},
            b'{"dataframe_records": [{"a": "x", "b": "y"}]}',
            400,
            "/dataframe_records/0 must have one column",
        ),
        ({}, b'{"dataframe_records": ["x"]}', 400, "/dataframe_records/0 must be an object with a text"),
        ({}, b'{"dataframe_records": {}}', 400, "/dataframe_records must be an array, not an object"),
        ({}, b'{"inputs": {"a": ["x"], "b": ["y"]}}', 400, "/inputs must be an array, not an object"),
        ({}, b"I love this", 400, "The body is not JSON at line 1, column 1"),
    ],
)
def test_an_invocation_that_cannot_be_honoured_is_refused(
    client: TestClient, headers: dict[str, str], body: bytes, status: int, message: str
) -> None:
    response = client.post("/invocations", content=body, headers=headers)
    assert (response.status_code, response.json().keys()) == (status, {"error_code", "message"})
    assert message in response.json()["message"]


def test_the_column_that_the_setting_names_is_read(tiny: Scorecard) -> None:
    client = TestClient(app.build(tiny, Settings(text_column="tweet")))
    split = {"columns": ["text", "tweet"], "data": [["hate", "love"]]}
    label = [prediction.label for prediction in tiny.predict(["love"])]
    sent = [
        {"json": {"dataframe_split": split}},
        {"json": {"dataframe_records": [{"text": "hate", "tweet": "love"}]}},
        {"content": b"text,tweet\nhate,love\n", "headers": {"content-type": "text/csv"}},
    ]
    for request in sent:
        answer = client.post("/invocations", **request).json()  # type: ignore[arg-type]
        assert [record["label"] for record in answer["predictions"]] == label


def test_ping_is_answered(client: TestClient) -> None:
    assert client.get("/ping").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"data": TEXTS},
        {"input_data": TEXTS},
        {"input_data": {"columns": ["text"], "index": [0, 1], "data": [[text] for text in TEXTS]}},
        {"data": {"columns": ["id", "text"], "data": [[1, text] for text in TEXTS]}},
    ],
)
def test_azures_score_answers_a_list(client: TestClient, records: list[dict[str, Any]], body: Any) -> None:
    assert client.post("/score", json=body).json() == records


def test_azures_score_takes_one_form(client: TestClient) -> None:
    response = client.post("/score", json={"data": [], "input_data": []})
    assert response.status_code == 400
    assert response.json() == {
        "error": {
            "code": "BadArgument",
            "message": "the body must be an object with either data or input_data",
        }
    }


@pytest.mark.parametrize("path", ["/", "/models/tiny"])
def test_hugging_face_gets_a_list_of_scores_for_each_text_the_highest_first(
    client: TestClient, tiny: Scorecard, path: str
) -> None:
    love, hate = (prediction.probability for prediction in tiny.predict(TEXTS))
    first = [{"label": "positive", "score": love}, {"label": "negative", "score": 1 - love}]
    second = [{"label": "negative", "score": 1 - hate}, {"label": "positive", "score": hate}]
    assert client.post(path, json={"inputs": TEXTS}).json() == [first, second]
    assert client.post(path, json={"inputs": TEXTS[0]}).json() == [first]
    assert client.post(path, json={"inputs": TEXTS, "parameters": {"top_k": 1}}).json() == [
        first[:1],
        second[:1],
    ]
    for parameters in (None, {}, {"top_k": 9}, {"top_k": None, "function_to_apply": "sigmoid"}):
        body = {"inputs": TEXTS, "parameters": parameters}
        assert client.post(path, json=body).json() == [first, second]


def test_hugging_face_gets_logarithms_of_few_texts_at_once(client: TestClient) -> None:
    body = {"inputs": ["a" * 60, "b" * 60], "parameters": {"function_to_apply": "none"}}
    response = client.post("/", json=body)
    assert response.status_code == 422
    assert response.json()["error"].startswith("/parameters/function_to_apply is asked of 120 characters")


def test_hugging_faces_none_is_the_logarithm_of_the_odds(client: TestClient, tiny: Scorecard) -> None:
    body = {"inputs": TEXTS, "parameters": {"function_to_apply": "none"}}
    logits = [tiny.logit(text)[0] for text in TEXTS]
    answered = client.post("/", json=body).json()
    for logit, scores in zip(logits, answered, strict=True):
        assert {score["label"]: score["score"] for score in scores} == {"positive": logit, "negative": -logit}
        assert scores[0]["score"] >= scores[1]["score"]


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"top_k": 0}, "/parameters/top_k must be a whole number above 0, or null"),
        ({"top_k": True}, "/parameters/top_k must be a whole number above 0, or null"),
        (
            {"function_to_apply": "tanh"},
            "/parameters/function_to_apply must be one of softmax, sigmoid, none",
        ),
        ({"function_to_apply": ["none"]}, "/parameters/function_to_apply must be one of softmax"),
        ({"candidate_labels": ["a"]}, "/parameters/candidate_labels is not a parameter here"),
        ([], "/parameters must be an object or null, not an array"),
    ],
)
def test_hugging_face_hears_which_parameter_is_wrong(client: TestClient, parameters: Any, error: str) -> None:
    response = client.post("/", json={"inputs": TEXTS, "parameters": parameters})
    assert response.status_code == 422
    assert response.json()["error"].startswith(error)
