"""The blog post's dialect: tweets by id in, `Positive` or `Negative` by id out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import problem
from predict.dialects.request import (
    DECLARED_JSON,
    DIRECT,
    Call,
    Fault,
    InvalidRequestError,
    Request,
    pointer,
    refuse_any,
)
from predict.limits import count_fault, id_fault, text_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

READS = DECLARED_JSON
EXAMPLES: Mapping[str, Any] = {
    "tweets by id": {"1": "ugh, another Monday", "2": "Thank you all for the lovely birthday wishes!"}
}
BAD_EXAMPLE: Any = {"1": "I love this", "2": 5}

refuse = problem.refuse


def decode(body: object, settings: Settings, _call: Call = DIRECT) -> Request:
    """Raises InvalidRequestError."""
    if not isinstance(body, dict) or not body:
        raise InvalidRequestError([Fault("", 'must be an object of tweets by id, such as {"1": "a tweet"}')])
    refuse_any(_faults(body, settings))
    return Request(list(body), list(body.values()), settings.threshold)


def encode(request: Request, predictions: Sequence[Prediction], _model: Classifier) -> dict[str, Any]:
    """Labels alone: the native dialect has probabilities, warnings and the uncertain band."""
    return {
        str(id): prediction.label.capitalize()
        for id, prediction in zip(request.ids, predictions, strict=True)
    }


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import schemas

    return schemas.post(settings)


def _faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    if fault := count_fault(len(body), settings.max_texts):
        yield Fault("", fault)
        return
    for number, (id, text) in enumerate(body.items(), start=1):
        if fault := id_fault(id):
            yield Fault("", f"has an id, number {number}, that {fault}")
        if fault := text_fault(text, settings.max_characters):
            yield Fault(pointer(id), f"(tweet number {number}) {fault}")
