"""The blog post's dialect: tweets by id in, `Positive` or `Negative` by id out."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from model import Classifier, Prediction
from predict.request import (
    MAX_FAULTS,
    Fault,
    InvalidRequest,
    Request,
    count_fault,
    id_fault,
    pointer,
    text_fault,
)
from predict.settings import Settings


def decode(body: object, settings: Settings) -> Request:
    """Raises InvalidRequest."""
    if not isinstance(body, dict) or not body:
        raise InvalidRequest([Fault("", 'must be an object of tweets by id, such as {"1": "a tweet"}')])
    if faults := list(islice(_faults(body, settings), MAX_FAULTS)):
        raise InvalidRequest(faults)
    return Request(list(body), list(body.values()), settings.threshold)


def encode(request: Request, predictions: list[Prediction], model: Classifier) -> dict[str, Any]:
    """The post has no place for probability, warnings and doubt: ask in the native dialect for those."""
    return {
        str(id): prediction.label.capitalize()
        for id, prediction in zip(request.ids, predictions, strict=True)
    }


def _faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    if fault := count_fault(len(body), settings):
        yield Fault("", fault)
        return
    for place, (id, text) in enumerate(body.items(), start=1):
        if fault := id_fault(id):
            yield Fault("", f"has an id, number {place}, that {fault}")
        if fault := text_fault(text, settings):
            yield Fault(pointer(id), f"(tweet number {place}) {fault}")
