"""SageMaker's and MLflow's invocations: texts, tables of pandas, CSV or lines of JSON.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html and
https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from model import Classifier, Prediction
from predict.dialects import answers, options, tables, texts
from predict.dialects.request import (
    ANY_JSON,
    DIRECT,
    Bytes,
    Call,
    Fault,
    InvalidRequestError,
    Read,
    Refusal,
    Request,
    UnreadableError,
    describe,
    read_json,
    refuse_any,
)
from predict.limits import count_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

FORMS = ("inputs", "instances", "dataframe_split", "dataframe_records")
_FIELDS = (*FORMS, "params")
_NEEDED = f"must be an object with exactly one of {', '.join(FORMS)}"
_CODES = {400: "BAD_REQUEST", 404: "ENDPOINT_NOT_FOUND", 503: "TEMPORARILY_UNAVAILABLE"}
_TARGETS = (
    "x-amzn-sagemaker-target-model",
    "x-amzn-sagemaker-target-variant",
    "x-amzn-sagemaker-target-container-hostname",
    "x-amzn-sagemaker-inference-component",
)


class Csv(NamedTuple):
    """A body that is CSV."""

    content: bytes


class Lines(NamedTuple):
    """The lines of JSON that are not empty, with their numbers."""

    lines: list[tuple[int, bytes]]


def _read_csv(content: bytes, _call: Call) -> Csv:
    return Csv(content)


def _read_lines(content: bytes, _call: Call) -> Lines:
    lines = enumerate(content.split(b"\n"), start=1)
    return Lines([(number, line) for number, line in lines if line.strip()])


CSV = "text/csv; charset=utf-8"
LINES = ("application/jsonlines", "application/x-jsonlines", "application/x-ndjson")
READS: Mapping[str, Read] = {
    **ANY_JSON,
    "text/csv": _read_csv,
    **dict.fromkeys(LINES, _read_lines),
}
EXAMPLES: Mapping[str, Any] = {
    "texts": {"inputs": ["I love this", "so sad :("]},
    "instances": {"instances": [{"text": "what a beautiful day"}]},
    "a table of pandas": {
        "dataframe_split": {"index": [0], "columns": ["id", "text"], "data": [[1285, "my head hurts"]]},
        "params": {"threshold": 0.6},
    },
    "records of pandas": {"dataframe_records": [{"text": "not sad :)"}], "params": {"explain": True}},
}
BAD_EXAMPLE: Any = {"inputs": ["I love this", 5]}


def decode(body: Any, settings: Settings, call: Call) -> Request:
    """Raises InvalidRequestError."""
    for name in _TARGETS:
        if name in call.headers:
            raise InvalidRequestError(
                [Fault("", f"is sent with the header {name}: one model is served here")]
            )
    accepted = _choose_type(call.headers.get("accept", ""))
    if isinstance(body, Csv):
        rows = texts.take(tables.read_csv(body.content), "", settings, beside=1)  # which may be a header
        return _build(tables.read_column(rows, settings), "", {}, settings, accepted)
    if isinstance(body, Lines):
        if fault := count_fault(len(body.lines), settings.max_texts):
            raise InvalidRequestError([Fault("", fault)])
        return _build([_read_line(*line) for line in body.lines], "", {}, settings, accepted)
    refuse_any(texts.find_unknown(body, _FIELDS, _NEEDED))
    given = options.take(body, "params")
    refuse_any(options.find_faults(given, "/params"))
    where, values = read_table(body, settings)
    return _build(values, where, given, settings, accepted)


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> Any:
    """A prediction for each text, in order, as JSON, or as the lines that the client accepts."""
    records = answers.records(request, predictions, model)
    if request.lines == CSV:
        lines = "".join(f"{record['label']},{record['probability']}\n" for record in records)
        return Bytes(lines.encode(), CSV)
    if request.lines:
        return Bytes("".join(f"{json.dumps(record)}\n" for record in records).encode(), request.lines)
    return {"predictions": records}


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """MLflow's error; SageMaker's client shows its `message` too."""
    status = 400 if status == 422 else status
    code = _CODES.get(status, "BAD_REQUEST" if status < 500 else "INTERNAL_ERROR")
    return Refusal({"error_code": code, "message": describe(detail, faults)}, "application/json", status)


def show(_call: Call, model: Classifier) -> Mapping[str, Any]:
    """Raises ArtifactError where the model is not ready."""
    model.check()
    return {"status": "ok"}


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.sagemaker(settings)


def read_table(body: Mapping[str, Any], settings: Settings) -> tuple[str, list[Any]]:
    """The texts in the one form that is there, and a pointer to them. Raises InvalidRequestError."""
    given = [form for form in FORMS if form in body]
    if len(given) != 1:
        raise InvalidRequestError([Fault("", _NEEDED)])
    [form] = given
    where, value = f"/{form}", body[form]
    if form == "dataframe_split":
        return where, tables.read_split(value, where, settings)
    if form == "dataframe_records":
        return where, tables.read_records(value, where, settings)
    if form == "inputs" and isinstance(value, str):
        return where, [value]
    if form == "inputs" and isinstance(value, dict) and list(value) == ["text"]:
        return f"{where}/text", value["text"]
    return where, value


def _build(values: Any, where: str, given: Mapping[str, Any], settings: Settings, accepted: str) -> Request:
    refuse_any(texts.find_faults(values, where, settings))
    request = options.build(texts.unwrap(values), given, "/params/explain", settings)
    return request._replace(lines=accepted)


def _choose_type(accept: str) -> str:
    """The first type of lines that can be answered, "" for JSON. Raises InvalidRequestError."""
    types = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    for media_type in types:
        if media_type in ("", "*/*", "application/*", "application/json"):
            return ""
        if media_type in LINES:
            return media_type
        if media_type == "text/csv":
            return CSV
    detail = f"is answered as application/json, text/csv or {LINES[0]}: the header Accept must name one"
    raise InvalidRequestError([Fault("", detail)])


def _read_line(number: int, line: bytes) -> Any:
    """The text, an object with a text, or what is in an object as the models of Hugging Face take it."""
    try:
        value = read_json(line, DIRECT)
    except UnreadableError as exc:
        detail = exc.detail.removeprefix("The body ").replace(" at line 1,", " at")
        raise InvalidRequestError([Fault("", f"has line {number}, which {detail}")]) from exc
    return value["inputs"] if isinstance(value, dict) and list(value) == ["inputs"] else value
