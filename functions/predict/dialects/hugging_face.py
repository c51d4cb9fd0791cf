"""Hugging Face's text classification: the score of every label, the highest first.

https://huggingface.co/docs/inference-providers/tasks/text-classification
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from model import Classifier, Prediction
from predict.dialects import answers, texts
from predict.dialects.native import length_fault
from predict.dialects.request import (
    ANY_JSON,
    Call,
    Fault,
    InvalidRequestError,
    Refusal,
    Request,
    describe,
    pointer,
    refuse_any,
)
from predict.limits import type_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

FUNCTIONS = ("softmax", "sigmoid", "none")
_FIELDS = ("inputs", "parameters")
_PARAMETERS = ("top_k", "function_to_apply")
_NEEDED = "must be an object with inputs"

READS = ANY_JSON
EXAMPLES: Mapping[str, Any] = {
    "a text": {"inputs": "I love this"},
    "texts, and the best label alone": {"inputs": ["I love this", "so sad :("], "parameters": {"top_k": 1}},
    "the logarithm of the odds": {"inputs": "not sad :)", "parameters": {"function_to_apply": "none"}},
}
BAD_EXAMPLE: Any = {"inputs": 5}


class Form(NamedTuple):
    """How many labels the client wants, None for all, and what it wants of them."""

    top_k: int | None
    function: str


def decode(body: Any, settings: Settings, _call: Call) -> Request:
    """Raises InvalidRequestError."""
    refuse_any(texts.find_unknown(body, _FIELDS, _NEEDED))
    refuse_any(_find_faults(body, settings))
    asked = body["inputs"]
    asked = [asked] if isinstance(asked, str) else texts.unwrap(asked)
    parameters = body.get("parameters") or {}
    form = Form(parameters.get("top_k"), parameters.get("function_to_apply") or FUNCTIONS[0])
    if form.function == "none" and (fault := length_fault(asked, settings)):  # the model reads them twice
        raise InvalidRequestError([Fault("/parameters/function_to_apply", fault)])
    return Request(list(range(len(asked))), asked, form=form)


def encode(
    request: Request, predictions: Sequence[Prediction], model: Classifier
) -> list[list[dict[str, Any]]]:
    """A list of labels for each text, and for one alone too: its client takes the first list."""
    form: Form = request.form
    answered = []
    for text, prediction in zip(request.texts, predictions, strict=True):
        if form.function == "none":
            scores = answers.log_odds(model, text, prediction)
        else:
            scores = answers.scores(model, prediction)
        ordered = sorted(scores, key=lambda pair: -pair[1])[: form.top_k]
        answered.append([{"label": label, "score": score} for label, score in ordered])
    return answered


def refuse(_status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """Its client shows the error of a 422."""
    return Refusal({"error": describe(detail, faults)}, "application/json")


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.hugging_face(settings)


def _find_faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    inputs = body.get("inputs")
    if fault := type_fault(inputs, str, list):
        yield Fault("/inputs", fault)
    else:
        yield from texts.find_faults([inputs] if isinstance(inputs, str) else inputs, "/inputs", settings)
    parameters = body.get("parameters")
    if fault := type_fault(parameters, dict, type(None)):
        yield Fault("/parameters", fault)
        return
    for name, value in (parameters or {}).items():
        where = f"/parameters{pointer(name)}"
        if name not in _PARAMETERS:
            yield Fault(where, f"is not a parameter here: those are {', '.join(_PARAMETERS)}")
        elif name == "top_k" and value is not None and (type(value) is not int or value < 1):
            yield Fault(where, "must be a whole number above 0, or null")
        elif name == "function_to_apply" and value is not None and value not in FUNCTIONS:
            yield Fault(where, f"must be one of {', '.join(FUNCTIONS)}, or null")
