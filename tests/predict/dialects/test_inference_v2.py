import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from model import Scorecard
from predict import __version__
from predict.dialects import tensors
from predict.dialects.native import explain
from predict.http import app
from predict.settings import Settings

INFER = "/v2/models/tiny/infer"
LOVE, HATE = "I love this", "I hate this é"


@pytest.fixture(scope="module")
def client(tiny: Scorecard) -> Iterator[TestClient]:
    with TestClient(app.build(tiny, Settings(max_characters=100))) as client:
        yield client


def tensor(data: Any = (LOVE, HATE), **members: Any) -> dict[str, Any]:
    return {"name": "any", "shape": [len(data)], "datatype": "BYTES", "data": data, **members}


def infer(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post(INFER, json={"inputs": [tensor()], **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refused(client: TestClient, **body: Any) -> str:
    response = client.post(INFER, json={"inputs": [tensor()], **body})
    assert response.status_code == 400
    assert response.json().keys() == {"error"}
    return str(response.json()["error"])


@pytest.fixture(scope="module")
def love(tiny: Scorecard) -> float:
    return tiny.predict([LOVE])[0].probability


@pytest.fixture(scope="module")
def hate(tiny: Scorecard) -> float:
    return tiny.predict([HATE])[0].probability


def test_labels_and_probabilities_of_positive_are_the_outputs(
    client: TestClient, love: float, hate: float
) -> None:
    assert infer(client) == {
        "model_name": "tiny",
        "model_version": "1",
        "outputs": [
            {"name": "label", "shape": [2], "datatype": "BYTES", "data": ["positive", "negative"]},
            {"name": "probability", "shape": [2], "datatype": "FP64", "data": [love, hate]},
        ],
    }


@pytest.mark.parametrize(
    ("shape", "data"), [([2], [LOVE, HATE]), ([2, 1], [LOVE, HATE]), ([2, 1], [[LOVE], [HATE]])]
)
def test_a_column_is_as_good_as_a_row(client: TestClient, shape: list[int], data: list[Any]) -> None:
    assert infer(client, inputs=[tensor(data, shape=shape)]) == infer(client)


def test_no_texts_get_no_labels(client: TestClient) -> None:
    outputs = infer(client, inputs=[tensor([])])["outputs"]
    assert [(output["shape"], output["data"]) for output in outputs] == [([0], []), ([0], [])]


@pytest.mark.parametrize("id", ["7", "", "é", "a" * 256])
def test_the_id_comes_back(client: TestClient, id: str) -> None:
    assert infer(client, id=id)["id"] == id
    assert "id" not in infer(client)
    assert "id" not in infer(client, id=None)


def test_the_outputs_are_those_that_are_named_in_their_order(
    client: TestClient, tiny: Scorecard, love: float, hate: float
) -> None:
    names = ["explanation", "probabilities", "warnings", "label", "probability"]
    outputs = infer(client, outputs=[{"name": name} for name in names])["outputs"]
    assert [output["name"] for output in outputs] == names
    explanations, probabilities, warnings, *_ = outputs
    assert [json.loads(text) for text in explanations["data"]] == [
        explain(tiny, text) for text in (LOVE, HATE)
    ]
    assert probabilities == {
        "name": "probabilities",
        "shape": [2, 2],
        "datatype": "FP64",
        "data": [1 - love, love, 1 - hate, hate],
        "parameters": {"labels": "negative,positive"},
    }
    assert warnings["data"] == ["", ""]


def test_a_text_without_evidence_can_be_told_from_others(client: TestClient) -> None:
    [warnings] = infer(client, inputs=[tensor(["", "xyz"])], outputs=[{"name": "warnings"}])["outputs"]
    assert warnings["data"] == ["empty", "no_known_words"]


def test_the_threshold_counts(client: TestClient) -> None:
    assert infer(client, parameters={"threshold": 0.999})["outputs"][0]["data"] == ["negative", "negative"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"inputs": []}, "/inputs must be an array of one tensor: the texts"),
        ({"inputs": [tensor(), tensor()]}, "/inputs must be an array of one tensor: the texts"),
        ({"inputs": [5]}, "/inputs/0 must be an object, not a whole number"),
        ({"inputs": [tensor(datatype="FP32")]}, "/inputs/0/datatype must be BYTES, the type of texts"),
        ({"inputs": [tensor(name=5)]}, "/inputs/0/name must be a string, not a whole number"),
        ({"inputs": [tensor(shape=[3])]}, "/inputs/0/shape is that of 3 texts, and there are 2"),
        ({"inputs": [tensor(shape=[1, 2])]}, "/inputs/0/shape must be [N] or [N, 1] for N texts"),
        ({"inputs": [tensor(shape=[-1])]}, "/inputs/0/shape must be [N] or [N, 1] for N texts"),
        ({"inputs": [tensor(shape=[2.0])]}, "/inputs/0/shape must be [N] or [N, 1] for N texts"),
        ({"inputs": [tensor(shape=[10**400])]}, "/inputs/0/shape must be [N] or [N, 1] for N texts"),
        (
            {"inputs": [tensor([[LOVE], [HATE]], shape=[2])]},
            "/inputs/0/data/0 must be a string, not an array",
        ),
        (
            {"inputs": [tensor(parameters={"content_type": "base64"})]},
            '/inputs/0/parameters/content_type must be "str", the type of texts',
        ),
        (
            {"inputs": [tensor(parameters={"binary_data_size": 5})]},
            (
                "/inputs/0/parameters/binary_data_size needs the header inference-header-content-length and "
                "bytes: set binary_data=False in the client, or send them"
            ),
        ),
        ({"id": 7}, "/id must be a string, not a whole number"),
        ({"id": "a" * 257}, "/id has 257 characters, at most 256 are taken: shorten it"),
        (
            {"outputs": [{"name": "logits"}]},
            "/outputs/0/name must be one of label, probability, probabilities",
        ),
        ({"outputs": [{"name": ["label"]}]}, "/outputs/0/name must be one of label, probability"),
        (
            {"outputs": [{"name": "label", "parameters": {"classification": 2}}]},
            "/outputs/0/parameters/classification is not a parameter here: those are binary_data",
        ),
        (
            {"outputs": [{"name": "label", "parameters": {"binary_data": 1}}]},
            "/outputs/0/parameters/binary_data must be a boolean, not a whole number",
        ),
        ({"outputs": [{"name": "label"}] * 2}, "/outputs/1/name must be one of label, probability"),
        ({"model_name": "bert"}, "/model_name must be the model in the path"),
        ({"model_name": "tiny", "model_version": "2"}, "/model_version must be the version in the path"),
        ({"parameters": {"threshold": 2}}, "/parameters/threshold must be a number from 0 to 1"),
        ({"parameters": {"sequence_id": 1}}, "/parameters/sequence_id is not a parameter here: those are "),
        ({"parameters": 5}, "/parameters must be an object or null, not a whole number"),
        (
            {"inputs": [tensor(["a" * 60, "b" * 60])], "outputs": [{"name": "explanation"}]},
            "/outputs is asked of 120 characters, at most 100 are explained: send several requests",
        ),
    ],
)
def test_what_cannot_be_honoured_is_refused(client: TestClient, body: dict[str, Any], error: str) -> None:
    assert refused(client, **body).startswith(error)


def test_the_model_of_the_path_may_be_in_the_body_too(client: TestClient) -> None:
    body = {"inputs": [tensor()], "model_name": "tiny", "model_version": "1"}
    assert client.post("/v2/models/tiny/versions/1/infer", json=body).json() == infer(client)


def test_the_server_and_the_model_are_described(client: TestClient) -> None:
    assert client.get("/v2").json() == {
        "name": "sentiment",
        "version": __version__,
        "extensions": ["binary_tensor_data"],
    }
    assert client.get("/v2/health/live").json() == {"live": True, "ready": True}
    assert client.get("/v2/health/ready").json() == {"live": True, "ready": True}
    metadata = client.get("/v2/models/tiny").json()
    assert client.get("/v2/models/tiny/versions/1").json() == metadata
    assert (metadata["name"], metadata["versions"]) == ("tiny", ["1"])
    assert metadata["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    for output in metadata["outputs"]:
        [answered] = infer(client, outputs=[{"name": output["name"]}])["outputs"]
        assert answered["datatype"] == output["datatype"]
        assert len(answered["shape"]) == len(output["shape"])


def test_a_model_that_answers_otherwise_than_in_training_is_not_ready(tiny: Scorecard) -> None:
    changed = Scorecard({**tiny.manifest, "golden": [["love", 0.1]]}, {"stem": {"love": 2.0}})
    client = TestClient(app.build(changed, Settings()))
    assert client.get("/v2/health/live").status_code == 200
    for path in ("/v2/health/ready", "/v2/models/tiny/ready", "/v2/models/tiny/versions/1/ready"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json() == {"error": "The model does not answer as when it was trained."}


@pytest.mark.parametrize("path", ["/v2/models/bert", "/v2/models/bert/ready", "/v2/models/tiny/versions/2"])
def test_another_model_or_version_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "here is " in response.json()["error"]
    assert client.post(f"{path}/infer", json={"inputs": [tensor()]}).status_code == 404


def binary(texts: list[str], **body: Any) -> tuple[bytes, dict[str, str]]:
    content = tensors.pack("BYTES", texts)
    described: dict[str, Any] = {"name": "t", "shape": [len(texts)], "datatype": "BYTES"}
    described["parameters"] = {"binary_data_size": len(content)}
    head = json.dumps({"inputs": [described], **body}).encode()
    return head + content, {tensors.HEADER: str(len(head)), "content-type": "application/octet-stream"}


def test_a_binary_tensor_is_read_and_answered_as_json_unless_bytes_are_asked_for(client: TestClient) -> None:
    content, headers = binary([LOVE, HATE])
    response = client.post(INFER, content=content, headers=headers)
    assert response.headers["content-type"] == "application/json"
    assert response.json() == infer(client)


def test_bytes_are_answered_where_the_client_sends_some_and_asks_for_them(
    client: TestClient, love: float, hate: float
) -> None:
    content, headers = binary([LOVE, HATE], parameters={"binary_data_output": True}, id="7")
    response = client.post(INFER, content=content, headers=headers)
    assert response.headers["content-type"] == "application/octet-stream"
    size = int(response.headers[tensors.HEADER])
    head, rest = json.loads(response.content[:size]), response.content[size:]
    label, probability = head["outputs"]
    assert head["id"] == "7"
    assert label["parameters"]["binary_data_size"] == 24
    assert "data" not in label
    assert rest == b"\x08\0\0\0positive\x08\0\0\0negative" + tensors.pack("FP64", [love, hate])
    assert probability["parameters"]["binary_data_size"] == 16


def test_a_client_that_sends_json_gets_json_although_its_library_asks_for_bytes_in_general(
    client: TestClient,
) -> None:
    assert infer(client, parameters={"binary_data_output": True}) == infer(client)


def test_an_output_that_asks_for_bytes_gets_them(client: TestClient, love: float, hate: float) -> None:
    outputs = [{"name": "label"}, {"name": "probability", "parameters": {"binary_data": True}}]
    response = client.post(INFER, json={"inputs": [tensor()], "outputs": outputs})
    size = int(response.headers[tensors.HEADER])
    assert json.loads(response.content[:size])["outputs"][0]["data"] == ["positive", "negative"]
    assert response.content[size:] == tensors.pack("FP64", [love, hate])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda content, size: (content, "x"), "must be how many bytes the JSON has"),
        (lambda content, size: (content, "-1"), "must be how many bytes the JSON has"),
        (lambda content, size: (content, "²"), "must be how many bytes the JSON has"),
        (lambda content, size: (content, str(len(content) + 1)), "and the body has"),
        (lambda content, size: (content[:-1], str(size)), "binary_data_size must be how many bytes"),
        (lambda content, size: (content + b"x", str(size)), "1 bytes belong to no tensor"),
        (
            lambda content, size: (content[:size] + b"\xff" + content[size + 1 :], str(size)),
            "text 0 breaks off",
        ),
        (
            lambda content, size: (content[:-1] + b"\xff", str(size)),
            "has a binary tensor whose text 1 is not UTF-8",
        ),
        (lambda content, size: (content, str(size - 1)), "The body is not JSON"),
    ],
)
def test_a_broken_binary_tensor_is_refused(client: TestClient, change: Any, error: str) -> None:
    content, headers = binary([LOVE, HATE])
    broken, declared = change(content, int(headers[tensors.HEADER]))
    sent = {**headers, tensors.HEADER: declared}
    encoded = {name.encode(): value.encode() for name, value in sent.items()}
    response = client.post(INFER, content=broken, headers=encoded)
    assert response.status_code == 400
    assert error in response.json()["error"]


def test_a_tensor_has_its_data_once(client: TestClient) -> None:
    described = tensor(parameters={"binary_data_size": 0})
    head = json.dumps({"inputs": [described]}).encode()
    response = client.post(INFER, content=head, headers={tensors.HEADER: str(len(head))})
    assert response.status_code == 400
    assert response.json()["error"].startswith("A tensor has both data and binary_data_size")


@pytest.mark.parametrize(("count", "status"), [(1_000, 200), (1_001, 400), (500_000, 400)])
def test_a_binary_tensor_has_as_many_texts_as_another(client: TestClient, count: int, status: int) -> None:
    content, headers = binary([""] * count)
    response = client.post(INFER, content=content, headers=headers)
    assert response.status_code == status
    if status == 400:
        assert response.json()["error"].startswith(
            "/inputs/0 has more than 1,000 texts: send several requests"
        )
