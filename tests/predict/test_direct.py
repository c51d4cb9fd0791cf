import json
from collections.abc import Callable
from typing import Any

import pytest

from model import Scorecard
from predict import direct
from predict.dialects.request import InvalidRequestError
from predict.settings import Settings
from tests.aws import foreign

UNKNOWN = (
    r'^the request must be \{"text": ...\}, \{"texts": \[...\]\}, \{"tweets": \[...\]\}, '
    r'\{"tweets_by_id": \{...\}\}, or tweets by ids that are digits or UUIDs, such as \{"1": "a tweet"\}$'
)


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
    "tweets",
    [
        {"1": "I love this", "2": "so sad"},
        {"1467810369": "I love this", "1467810672": "so sad"},
        {
            "0d559ee6-5e3e-5782-90da-08839ea0e74f": "I love this",
            "C40ED7BF-B1A1-55F0-B4F7-2257C94C7CB3": "so sad",
        },
    ],
)
def test_tweets_by_ids_that_look_like_ids_are_labelled(served: Scorecard, tweets: dict[str, str]) -> None:
    first, second = tweets
    expected = {first: "Positive", second: "Negative"}
    assert direct.invoke(tweets, served, Settings()) == expected
    assert direct.invoke({"tweets_by_id": tweets}, served, Settings()) == expected


@pytest.mark.parametrize("id", ["tweet-1", "path", "body", "Error", "warmup", "", "a b", "text", "é"])
def test_tweets_by_any_other_id_are_labelled_if_they_are_said_to_be_tweets(
    served: Scorecard, id: str
) -> None:
    with pytest.raises(InvalidRequestError):
        direct.invoke({id: "so sad", "note": "so sad"}, served, Settings())
    assert direct.invoke({"tweets_by_id": {id: "so sad"}}, served, Settings()) == {id: "Negative"}


@pytest.mark.parametrize("name", foreign.EVENTS)
def test_no_event_of_aws_gets_a_label(tiny: Scorecard, name: str) -> None:
    with pytest.raises(InvalidRequestError, match=UNKNOWN):
        direct.invoke(foreign.EVENTS[name], tiny, Settings())


@pytest.mark.parametrize(
    ("event_", "message"),
    [
        (None, UNKNOWN),
        ([], UNKNOWN),
        ({}, UNKNOWN),
        ("secret", UNKNOWN),
        ({"secret": "secret"}, UNKNOWN),
        ({"1": "a", "secret": "secret"}, UNKNOWN),
        ({"1": "a", "2": 5}, r"^/2 \(tweet number 2\) must be a string, not a whole number$"),
        ({"tweets_by_id": {}}, "^/tweets_by_id must be an object of tweets by id"),
        ({"tweets_by_id": ["secret"]}, "^/tweets_by_id must be an object of tweets by id"),
        (
            {"tweets_by_id": {"a": 5, "secret text": 5}},
            r"^/tweets_by_id/a \(tweet number 1\) must be .+; /tweets_by_id \(tweet number 2\) must be .+$",
        ),
        ({"tweets_by_id": {"a": "a"}, "threshold": 0.6}, "^/threshold must not be beside tweets_by_id$"),
        ({"texts": ["a", 5]}, "/texts/1 must be a string, not a whole number"),
        ({"threshold": 0.5}, "the request must be an object with exactly one of text, texts and tweets"),
        ({"Records": [{"body": "secret"}]}, UNKNOWN),
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
