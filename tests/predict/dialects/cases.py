"""One text in every dialect: what the tests of faults, gateways and schemas send."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from predict.dialects import DIALECTS


class Case(NamedTuple):
    """`wrap(texts)` is a request, and `text(body)` the error in a refusal; `invalid` is its status."""

    path: str
    wrap: Callable[[list[Any]], Any]
    text: Callable[[Any], str]
    labels: Callable[[Any], list[str]]
    invalid: int


def _problem(body: Any) -> str:
    return str(body["detail"]) + "".join(
        f" {fault['pointer']} {fault['detail']}" for fault in body.get("errors", ())
    )


def _tensor(texts: list[Any]) -> Any:
    return {"inputs": [{"name": "t", "shape": [len(texts)], "datatype": "BYTES", "data": texts}]}


def _error(body: Any) -> str:
    return str(body["error"])


def _records(records: Any) -> list[str]:
    return [record["label"] for record in records]


CASES: Mapping[str, Case] = {
    "native": Case(
        "/predict",
        lambda texts: {"texts": texts},
        _problem,
        lambda answer: _records(answer["predictions"]),
        422,
    ),
    "post": Case(
        "/api/v1/predict",
        lambda texts: {str(id): text for id, text in enumerate(texts)},
        _problem,
        lambda answer: [label.lower() for label in answer.values()],
        422,
    ),
    "inference_v2": Case(
        "/v2/models/{model}/infer", _tensor, _error, lambda answer: list(answer["outputs"][0]["data"]), 400
    ),
    "kserve_v1": Case(
        "/v1/models/{model}:predict",
        lambda texts: {"instances": texts},
        _error,
        lambda answer: _records(answer["predictions"]),
        400,
    ),
    "vertex": Case(
        "/v1/projects/p/locations/l/endpoints/e:predict",
        lambda texts: {"instances": texts},
        lambda body: str(body["error"]["message"]),
        lambda answer: _records(answer["predictions"]),
        400,
    ),
    "sagemaker": Case(
        "/invocations",
        lambda texts: {"inputs": texts},
        lambda body: str(body["message"]),
        lambda answer: _records(answer["predictions"]),
        400,
    ),
    "azure": Case(
        "/score", lambda texts: {"data": texts}, lambda body: str(body["error"]["message"]), _records, 400
    ),
    "hugging_face": Case(
        "/",
        lambda texts: {"inputs": texts},
        _error,
        lambda answer: [scores[0]["label"] for scores in answer],
        422,
    ),
}

assert CASES.keys() == DIALECTS.keys()  # a new dialect is tested too
