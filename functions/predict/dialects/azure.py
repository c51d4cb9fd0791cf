"""Azure Machine Learning's /score: `data`, as its examples have it, or `input_data`, as its MLflow models do.

https://learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import answers, options, tables, texts
from predict.dialects.request import (
    ANY_JSON,
    Call,
    Fault,
    InvalidRequestError,
    Refusal,
    Request,
    describe,
    refuse_any,
)
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

_FORMS = ("data", "input_data")
_FIELDS = (*_FORMS, "params")
_NEEDED = "must be an object with either data or input_data"
_CODES = {400: "BadArgument", 404: "NotFound", 413: "RequestTooLarge", 415: "UnsupportedMediaType"}

READS = ANY_JSON
EXAMPLES: Mapping[str, Any] = {
    "texts": {"data": ["I love this", "so sad :("]},
    "a table of pandas": {
        "input_data": {"index": [0], "columns": ["text"], "data": [["what a beautiful day"]]},
        "params": {"threshold": 0.6},
    },
}
BAD_EXAMPLE: Any = {"data": ["I love this", 5]}


def decode(body: Any, settings: Settings, _call: Call) -> Request:
    """Raises InvalidRequestError."""
    refuse_any(texts.find_unknown(body, _FIELDS, _NEEDED))
    given = options.take(body, "params")
    refuse_any(options.find_faults(given, "/params"))
    named = [form for form in _FORMS if form in body]
    if len(named) != 1:
        raise InvalidRequestError([Fault("", _NEEDED)])
    values, where = body[named[0]], f"/{named[0]}"
    if isinstance(values, dict):
        values = tables.read_split(values, where, settings)
    refuse_any(texts.find_faults(values, where, settings))
    return options.build(texts.unwrap(values), given, "/params/explain", settings)


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> list[dict[str, Any]]:
    """A prediction for each text, in order."""
    return answers.records(request, predictions, model)


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """Azure's error; a request that is not one is a 400."""
    status = 400 if status == 422 else status
    code = _CODES.get(status, "BadArgument" if status < 500 else "InternalServerError")
    error = {"code": code, "message": describe(detail, faults)}
    return Refusal({"error": error}, "application/json", status)


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.azure(settings)
