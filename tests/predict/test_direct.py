import json
from collections.abc import Callable
from typing import Any

import pytest

from model import Scorecard
from predict import direct
from predict.dialects.request import InvalidRequestError
from predict.settings import Settings


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("direct_text", ["positive"]),
        ("direct_texts", ["positive", "negative", "negative"]),
        ("direct_tweets", ["negative", "positive", "positive"]),
    ],
)
def test_a_native_event_gets_a_native_answer(
    event: Callable[[str], Any], served: Scorecard, name: str, labels: list[str]
) -> None:
    answered = direct.invoke(event(name), served, Settings())
    assert answered["model"] == {"name": served.name, "version": served.version}
    assert [prediction["label"] for prediction in answered["predictions"]] == labels


def test_the_posts_eight_tweets_get_eight_labels(
    event: Callable[[str], Any], served: Scorecard, posts_answer: dict[str, str]
) -> None:
    assert direct.invoke(event("post_payload"), served, Settings()) == posts_answer


@pytest.mark.parametrize(
    ("event_", "message"),
    [
        (None, "the request must be an object of tweets by id"),
        ([], "the request must be an object of tweets by id"),
        ({}, "the request must be an object of tweets by id"),
        ({"texts": ["a", 5]}, "/texts/1 must be a string, not a whole number"),
        ({"threshold": 0.5}, "the request must be an object with exactly one of text, texts and tweets"),
        ({"Records": [{"body": "secret"}]}, r"/Records \(tweet number 1\) must be a string, not an array"),
    ],
)
def test_a_wrong_event_raises_and_does_not_show_its_content(
    tiny: Scorecard, event_: object, message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message) as refused:
        direct.invoke(event_, tiny, Settings())
    assert "secret" not in str(refused.value)


def test_the_handler_serves_the_model_of_the_environment(
    event: Callable[[str], Any], served: Scorecard
) -> None:
    assert direct.handler(event("direct_text"), None) == direct.invoke(
        event("direct_text"), served, Settings()
    )


def test_the_next_answer_does_not_depend_on_the_last(event: Callable[[str], Any]) -> None:
    first = direct.handler(event("post_payload"), None)
    with pytest.raises(InvalidRequestError):
        direct.handler(event("direct_wrong"), None)
    assert direct.handler(event("post_payload"), None) == first


def test_the_answer_is_json_of_finite_numbers(event: Callable[[str], Any], served: Scorecard) -> None:
    answered = direct.invoke(event("direct_tweets"), served, Settings())
    assert json.loads(json.dumps(answered, allow_nan=False))
