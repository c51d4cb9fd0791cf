"""The native dialect: `{"text"}`, `{"texts"}` or `{"tweets": [{"id", "text"}]}`, and options."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from model import Classifier, Explanation, Prediction
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
FIELDS = (*FORMS, "threshold", "uncertain", "explain")


def decode(body: object, settings: Settings) -> Request:
    """Raises InvalidRequest. Where no id is given it is the text's place, from 0."""
    if not isinstance(body, dict) or sum(form in body for form in FORMS) != 1:
        raise InvalidRequest([Fault("", "must be an object with exactly one of text, texts and tweets")])
    if faults := list(islice(_faults(body, settings), MAX_FAULTS)):
        raise InvalidRequest(faults)
    band = body.get("uncertain", settings.uncertain)
    options = (
        body.get("threshold", settings.threshold),
        band and (band[0], band[1]),
        body.get("explain", False),
    )
    texts = _texts(body)
    given = [tweet.get("id") for tweet in body["tweets"]] if "tweets" in body else [None] * len(texts)
    ids = [place if id is None else id for place, id in enumerate(given)]
    return Request(ids, texts, *options)


def encode(request: Request, predictions: list[Prediction], model: Classifier) -> dict[str, Any]:
    """Predictions in the order of the texts."""
    answers = []
    for id, text, prediction in zip(request.ids, request.texts, predictions, strict=True):
        answer = {"id": id, **prediction._asdict(), "warnings": list(prediction.warnings)}
        if request.explain:
            answer["explanation"] = _explanation(model.explain(text))
        answers.append(answer)
    return {"model": identity(model), "predictions": answers}


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "logit": explanation.logit,
        "bias": explanation.bias,
        "terms": [term._asdict() for term in explanation.terms],
        "dropped": [dropped._asdict() for dropped in explanation.dropped],
    }


def identity(model: Classifier) -> dict[str, str]:
    """How an answer says which model it is from."""
    return {"name": model.name, "version": model.version}


def _faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    for key in body:
        if key not in FIELDS:
            yield Fault(pointer(key), f"is not a field of a request: those are {', '.join(FIELDS)}")
    if "threshold" in body and not _is_probability(body["threshold"]):
        yield Fault("/threshold", "must be a number from 0 to 1")
    if body.get("uncertain") is not None and not _is_band(body["uncertain"]):
        yield Fault("/uncertain", "must be two numbers from 0 to 1, the lower first, or null")
    if "explain" in body and (fault := type_fault(body["explain"], bool)):
        yield Fault("/explain", fault)
    readable = True
    for texts_fault in _texts_faults(body, settings):
        readable = False
        yield texts_fault
    if body.get("explain") is True and readable:
        characters = sum(map(len, _texts(body)))
        if characters > settings.max_characters:
            cure = f"at most {settings.max_characters:,} are explained: send several requests"
            yield Fault("/explain", f"is asked of {characters:,} characters, {cure}")


def _texts_faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
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


def _texts(body: dict[str, Any]) -> list[str]:
    if "tweets" in body:
        return [tweet["text"] for tweet in body["tweets"]]
    return body["texts"] if "texts" in body else [body["text"]]


def _is_band(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(_is_probability, value))
        and bool(value[0] <= value[1])
    )


def _is_probability(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
