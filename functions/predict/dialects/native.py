"""The native dialect: `{"text"}`, `{"texts"}` or `{"tweets": [{"id", "text"}]}`, and options."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import answers, json_body, options, problem
from predict.dialects.request import DIRECT, Call, Fault, InvalidRequestError, Request, pointer, refuse_any
from predict.limits import count_fault, id_fault, text_fault, type_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

FORMS = ("text", "texts", "tweets")
FIELDS = (*FORMS, *options.NAMES)

READS = json_body.DECLARED
EXAMPLES: Mapping[str, Any] = {
    "a text": {"text": "I love this"},
    "a text, explained": {"text": "not sad :)", "explain": True, "uncertain": [0.4, 0.6]},
    "texts": {"texts": ["what a beautiful day", "my head hurts"], "threshold": 0.6},
    "tweets": {"tweets": [{"id": "1285", "text": "so sad that summer is over"}, {"id": "1286", "text": ""}]},
}
BAD_EXAMPLE: Any = {"texts": ["I love this", 5]}

refuse = problem.refuse


def decode(body: object, settings: Settings, _call: Call = DIRECT) -> Request:
    """Raises InvalidRequestError. The id of a text without one is its index, which no other text may have."""
    given = [form for form in FORMS if form in body] if isinstance(body, dict) else []
    if not isinstance(body, dict) or len(given) != 1:
        raise InvalidRequestError([Fault("", "must be an object with exactly one of text, texts and tweets")])
    [form] = given
    refuse_any(_faults(body, form, settings))
    tweets = _tweets(form, body[form])
    return Request(
        [index if (id := tweet.get("id")) is None else id for index, tweet in enumerate(tweets)],
        [tweet["text"] for tweet in tweets],
        *options.read(body, settings),
    )


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> dict[str, Any]:
    """Predictions in the order of the texts."""
    answered = []
    for id, text, prediction in zip(request.ids, request.texts, predictions, strict=True):
        answer = {"id": id, **prediction._asdict(), "warnings": list(prediction.warnings)}
        if request.explain:
            answer["explanation"] = answers.explain(model, text)
        answered.append(answer)
    return {"model": model.identity, "predictions": answered}


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import schemas

    return schemas.native(settings)


def _tweets(form: str, value: Any) -> list[Any]:
    """The value of any form as that of `tweets`."""
    if form == "tweets":
        return list(value)
    return [{"text": text} for text in (value if form == "texts" else [value])]


def _faults(body: dict[str, Any], form: str, settings: Settings) -> Iterator[Fault]:
    for key in body:
        if key not in FIELDS:
            yield Fault(pointer(key), f"is not a field of a request: those are {', '.join(FIELDS)}")
    yield from options.find_faults(body)
    readable = True
    for tweet_fault in _tweet_faults(form, body[form], settings):
        readable = False
        yield tweet_fault
    if readable and form == "tweets":
        yield from _id_faults(body[form])
    if readable and body.get("explain") is True:
        texts = [tweet["text"] for tweet in _tweets(form, body[form])]
        if fault := options.length_fault(texts, settings):
            yield Fault("/explain", fault)


def _tweet_faults(form: str, value: Any, settings: Settings) -> Iterator[Fault]:
    if form != "text" and (fault := type_fault(value, list) or count_fault(len(value), settings.max_texts)):
        yield Fault(f"/{form}", fault)
        return
    for index, tweet in enumerate(_tweets(form, value)):
        if not isinstance(tweet, dict) or "text" not in tweet:
            yield Fault(f"/tweets/{index}", "must be an object with a text")
            continue
        if fault := text_fault(tweet["text"], settings.max_characters):
            where = {"text": "/text", "texts": f"/texts/{index}", "tweets": f"/tweets/{index}/text"}
            yield Fault(where[form], fault)
        if tweet.get("id") is not None and (fault := id_fault(tweet["id"])):
            yield Fault(f"/tweets/{index}/id", fault)


def _id_faults(tweets: Sequence[Any]) -> Iterator[Fault]:
    """Tweets without an id whose index is the id of another. Ids that are given may repeat."""
    given = {str(tweet["id"]) for tweet in tweets if tweet.get("id") is not None}
    for index, tweet in enumerate(tweets):
        if given and tweet.get("id") is None and str(index) in given:
            detail = "is missing, and the position in its place is the id of another tweet: give an id"
            yield Fault(f"/tweets/{index}/id", detail)
