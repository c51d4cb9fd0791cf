"""The native dialect: `{"text"}`, `{"texts"}` or `{"tweets": [{"id", "text"}]}`, and options."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import problem
from predict.dialects.request import (
    DECLARED_JSON,
    DIRECT,
    Bytes,
    Call,
    Fault,
    InvalidRequestError,
    Request,
    pointer,
    refuse_any,
)
from predict.limits import count_fault, id_fault, is_probability, text_fault, type_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

FORMS = ("text", "texts", "tweets")
LINES = "application/x-ndjson"
OPTIONS = ("threshold", "uncertain", "explain")
FIELDS = (*FORMS, *OPTIONS)

READS = DECLARED_JSON
EXAMPLES: Mapping[str, Any] = {
    "a text": {"text": "I love this"},
    "a text, explained": {"text": "not sad :)", "explain": True, "uncertain": [0.4, 0.6]},
    "texts": {"texts": ["what a beautiful day", "my head hurts"], "threshold": 0.6},
    "tweets": {"tweets": [{"id": "1285", "text": "so sad that summer is over"}, {"id": "1286", "text": ""}]},
}
BAD_EXAMPLE: Any = {"texts": ["I love this", 5]}

refuse = problem.refuse


def decode(body: object, settings: Settings, call: Call = DIRECT) -> Request:
    """Raises InvalidRequestError. The id of a text without one is its index, which no other text may have."""
    given = [form for form in FORMS if form in body] if isinstance(body, dict) else []
    if not isinstance(body, dict) or len(given) != 1:
        raise InvalidRequestError([Fault("", "must be an object with exactly one of text, texts and tweets")])
    [form] = given
    refuse_any(_faults(body, form, settings))
    texts = _read_texts(form, body[form])
    ids: list[str | int] = list(range(len(texts)))
    if form == "tweets":
        given_ids = [tweet.get("id") for tweet in body[form]]
        ids = [index if id is None else id for index, id in enumerate(given_ids)]
    return Request(
        ids,
        texts,
        *read_options(body, settings),
        lines=LINES if LINES in call.headers.get("accept", "").lower() else "",
    )


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> Any:
    """Predictions in the order of the texts, each on a line of its own where the client accepts lines."""
    answered = []
    for id, text, prediction in zip(request.ids, request.texts, predictions, strict=True):
        answer = {"id": id, **prediction.as_json()}
        if request.explain:
            answer["explanation"] = explain(model, text)
        answered.append(answer)
    if request.lines:
        return Bytes("".join(f"{json.dumps(answer)}\n" for answer in answered).encode(), request.lines)
    return {"model": model.identity, "predictions": answered}


def read_options(
    given: Mapping[str, Any], settings: Settings
) -> tuple[float | None, tuple[float, float] | None, bool]:
    """The threshold, the uncertain band, and whether to explain: as `given`, else the settings."""
    band = given.get("uncertain", settings.uncertain)
    return (
        given.get("threshold", settings.threshold),
        band and (band[0], band[1]),
        given.get("explain", False),
    )


def find_option_faults(given: Mapping[str, Any], where: str = "") -> Iterator[Fault]:
    """Options that cannot be read; `where` is a pointer to the object that has them."""
    if "threshold" in given and not is_probability(given["threshold"]):
        yield Fault(f"{where}/threshold", "must be a number from 0 to 1")
    if given.get("uncertain") is not None and not _is_band(given["uncertain"]):
        yield Fault(f"{where}/uncertain", "must be two numbers from 0 to 1, the lower first, or null")
    if "explain" in given and (fault := type_fault(given["explain"], bool)):
        yield Fault(f"{where}/explain", fault)


def length_fault(texts: Sequence[str], settings: Settings) -> str | None:
    """Why so much text cannot be explained at once, or None."""
    characters = sum(map(len, texts))
    if characters <= settings.max_characters:
        return None
    cure = f"at most {settings.max_characters:,} are explained: send several requests"
    return f"is asked of {characters:,} characters, {cure}"


def explain(model: Classifier, text: str) -> dict[str, Any]:
    """What each part of `text` adds to the logit, as a JSON object."""
    explanation = model.explain(text)
    return {
        "logit": explanation.logit,
        "bias": explanation.bias,
        "terms": [term._asdict() for term in explanation.terms],
        "dropped": [dropped._asdict() for dropped in explanation.dropped],
        "normalized": [change._asdict() for change in explanation.normalized],
        "known_words": explanation.known_words,
    }


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import schemas

    return schemas.native(settings)


def _read_texts(form: str, value: Any) -> list[str]:
    if form == "text":
        return [value]
    return [tweet["text"] for tweet in value] if form == "tweets" else list(value)


def _faults(body: dict[str, Any], form: str, settings: Settings) -> Iterator[Fault]:
    if len(body) > 1:
        for key in body:
            if key not in FIELDS:
                yield Fault(pointer(key), f"is not a field of a request: those are {', '.join(FIELDS)}")
        yield from find_option_faults(body)
    readable = True
    for found in _text_faults(form, body[form], settings):
        readable = False
        yield found
    if readable and form == "tweets":
        yield from _id_faults(body[form])
    explained = _read_texts(form, body[form]) if readable and body.get("explain") is True else ()
    if fault := length_fault(explained, settings):
        yield Fault("/explain", fault)


def _text_faults(form: str, value: Any, settings: Settings) -> Iterator[Fault]:
    if form == "text":
        if fault := text_fault(value, settings.max_characters):
            yield Fault("/text", fault)
        return
    if fault := type_fault(value, list) or count_fault(len(value), settings.max_texts):
        yield Fault(f"/{form}", fault)
        return
    for index, item in enumerate(value):
        if form == "texts":
            if fault := text_fault(item, settings.max_characters):
                yield Fault(f"/texts/{index}", fault)
        elif not isinstance(item, dict) or "text" not in item:
            yield Fault(f"/tweets/{index}", "must be an object with a text")
        else:
            if fault := text_fault(item["text"], settings.max_characters):
                yield Fault(f"/tweets/{index}/text", fault)
            if item.get("id") is not None and (fault := id_fault(item["id"])):
                yield Fault(f"/tweets/{index}/id", fault)


def _id_faults(tweets: Sequence[Any]) -> Iterator[Fault]:
    """Tweets without an id whose index is the id of another. Ids that are given may repeat."""
    given = {str(tweet["id"]) for tweet in tweets if tweet.get("id") is not None}
    for index, tweet in enumerate(tweets):
        if given and tweet.get("id") is None and str(index) in given:
            detail = "is missing, and the position in its place is the id of another tweet: give an id"
            yield Fault(f"/tweets/{index}/id", detail)


def _is_band(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(is_probability, value))
        and bool(value[0] <= value[1])
    )
