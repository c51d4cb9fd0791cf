"""The native dialect: `{"text"}`, `{"texts"}` or `{"tweets": [{"id", "text"}]}`, and a threshold."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from model import Prediction, Scorecard
from predict.request import (
    MAX_FAULTS,
    Fault,
    InvalidRequest,
    Request,
    count_fault,
    id_fault,
    pointer,
    text_fault,
    type_fault,
)
from predict.settings import Settings

FORMS = ("text", "texts", "tweets")
FIELDS = (*FORMS, "threshold")


def decode(body: object, settings: Settings) -> Request:
    """Raises InvalidRequest. Where no id is given it is the text's place, from 0."""
    if not isinstance(body, dict) or sum(form in body for form in FORMS) != 1:
        raise InvalidRequest([Fault("", "must be an object with exactly one of text, texts and tweets")])
    if faults := list(islice(_faults(body, settings), MAX_FAULTS)):
        raise InvalidRequest(faults)
    threshold = body.get("threshold", 0.5)
    if "text" in body:
        return Request([0], [body["text"]], threshold)
    if "texts" in body:
        return Request(list(range(len(body["texts"]))), body["texts"], threshold)
    tweets = body["tweets"]
    ids = [index if tweet.get("id") is None else tweet["id"] for index, tweet in enumerate(tweets)]
    return Request(ids, [tweet["text"] for tweet in tweets], threshold)


def encode(request: Request, predictions: list[Prediction], model: Scorecard) -> dict[str, Any]:
    """Predictions in the order of the texts."""
    return {
        "model": identity(model),
        "predictions": [
            {
                "id": id,
                "label": prediction.label,
                "probability": prediction.probability,
                "warnings": list(prediction.warnings),
            }
            for id, prediction in zip(request.ids, predictions, strict=True)
        ],
    }


def identity(model: Scorecard) -> dict[str, str]:
    """How an answer says which model it is from."""
    return {"name": model.name, "version": model.version}


def _faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    for key in body:
        if key not in FIELDS:
            yield Fault(pointer(key), f"is not a field of a request: those are {', '.join(FIELDS)}")
    threshold = body.get("threshold", 0.5)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        yield Fault("/threshold", "must be a number from 0 to 1")
    if "text" in body:
        if fault := text_fault(body["text"], settings):
            yield Fault("/text", fault)
        return
    form = "texts" if "texts" in body else "tweets"
    items = body[form]
    if fault := type_fault(items, list) or count_fault(len(items), settings):
        yield Fault(f"/{form}", fault)
        return
    for index, item in enumerate(items):
        if form == "texts":
            if fault := text_fault(item, settings):
                yield Fault(f"/texts/{index}", fault)
        else:
            yield from _tweet_faults(item, f"/tweets/{index}", settings)


def _tweet_faults(tweet: object, where: str, settings: Settings) -> Iterator[Fault]:
    if not isinstance(tweet, dict) or "text" not in tweet:
        yield Fault(where, "must be an object with a text")
        return
    if fault := text_fault(tweet["text"], settings):
        yield Fault(f"{where}/text", fault)
    if tweet.get("id") is not None and (fault := id_fault(tweet["id"])):
        yield Fault(f"{where}/id", fault)
