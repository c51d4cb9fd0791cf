from typing import Any

import pytest

from model import Scorecard
from predict.dialects import native, respond
from predict.dialects.request import MAX_FAULTS, Fault, InvalidRequestError, Request
from predict.settings import Settings

SETTINGS = Settings(max_texts=3, max_characters=5)


@pytest.mark.parametrize(
    ("body", "request_"),
    [
        ({"text": "a"}, Request([0], ["a"])),
        ({"text": ""}, Request([0], [""])),
        ({"texts": ["a", "b"], "threshold": 0}, Request([0, 1], ["a", "b"], 0)),
        ({"texts": []}, Request([], [])),
        ({"text": "a", "uncertain": [0.4, 0.6]}, Request([0], ["a"], None, (0.4, 0.6))),
        ({"text": "a", "uncertain": None, "explain": True}, Request([0], ["a"], None, None, True)),
        ({"tweets": [{"text": "abcde"}], "explain": True}, Request([0], ["abcde"], None, None, True)),
        ({"texts": ["abcde"] * 3, "threshold": 1.0}, Request([0, 1, 2], ["abcde"] * 3, 1.0)),
        (
            {"tweets": [{"id": "x", "text": "a", "lang": "en"}, {"text": "b"}, {"id": None, "text": "c"}]},
            Request(["x", 1, 2], ["a", "b", "c"]),
        ),
        ({"tweets": [{"text": "a"}, {"id": 2, "text": "b"}]}, Request([0, 2], ["a", "b"])),
        ({"tweets": [{"id": "01", "text": "a"}, {"text": "b"}]}, Request(["01", 1], ["a", "b"])),
        ({"tweets": [{"id": 7, "text": "a"}, {"id": 7, "text": "b"}]}, Request([7, 7], ["a", "b"])),
        (
            {"tweets": [{"id": 2**63 - 1, "text": "❤️"}, {"id": -(2**63), "text": ""}]},
            Request([2**63 - 1, -(2**63)], ["❤️", ""]),
        ),
    ],
)
def test_each_form_is_a_request(body: dict[str, Any], request_: Request) -> None:
    assert native.decode(body, SETTINGS) == request_


ONE_OF = "must be an object with exactly one of text, texts and tweets"
OPTIONS = "is not a field of a request: those are text, texts, tweets, threshold, uncertain, explain"
TAKEN = "is missing, and the position in its place is the id of another tweet: give an id"
BAND = "must be two numbers from 0 to 1, the lower first, or null"
EXPLAINED = "is asked of 6 characters, at most 5 are explained: send several requests"
SURROGATE = "has half a surrogate pair at character 1: send whole characters"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (None, [("", ONE_OF)]),
        ([], [("", ONE_OF)]),
        ("text", [("", ONE_OF)]),
        ({}, [("", ONE_OF)]),
        ({"text": "a", "texts": ["a"]}, [("", ONE_OF)]),
        ({"text": None}, [("/text", "must be a string, not null")]),
        ({"text": 5}, [("/text", "must be a string, not a whole number")]),
        ({"text": True}, [("/text", "must be a string, not a boolean")]),
        ({"text": 0.5}, [("/text", "must be a string, not a number")]),
        ({"text": ["a"]}, [("/text", "must be a string, not an array")]),
        ({"text": "abcdef"}, [("/text", "has 6 characters, at most 5 are taken: shorten it")]),
        ({"text": "a\ud83d"}, [("/text", SURROGATE)]),
        ({"texts": "abc"}, [("/texts", "must be an array, not a string")]),
        ({"texts": ["a"] * 4}, [("/texts", "has 4 texts, at most 3 are taken: send several requests")]),
        ({"texts": ["a", {}, "b"]}, [("/texts/1", "must be a string, not an object")]),
        ({"tweets": ["a"]}, [("/tweets/0", "must be an object with a text")]),
        ({"tweets": [{"id": 1}]}, [("/tweets/0", "must be an object with a text")]),
        (
            {"tweets": [{"id": 2**63, "text": ""}]},
            [("/tweets/0/id", "must fit into 64 bits: send it as a string")],
        ),
        (
            {"tweets": [{"id": "i" * 257, "text": ""}]},
            [("/tweets/0/id", "has 257 characters, at most 256 are taken: shorten it")],
        ),
        (
            {"tweets": [{"id": -(2**63) - 1, "text": ""}]},
            [("/tweets/0/id", "must fit into 64 bits: send it as a string")],
        ),
        ({"tweets": [{"id": "a\udc00", "text": ""}]}, [("/tweets/0/id", SURROGATE)]),
        ({"tweets": [{"id": 1, "text": "a"}, {"text": "b"}]}, [("/tweets/1/id", TAKEN)]),
        ({"tweets": [{"id": "1", "text": "a"}, {"id": None, "text": "b"}]}, [("/tweets/1/id", TAKEN)]),
        (
            {"tweets": [{"text": "a"}, {"text": "b"}, {"id": 0, "text": "c"}]},
            [("/tweets/0/id", TAKEN)],
        ),
        (
            {"tweets": [{"text": "a"}, {"text": "b"}, {"id": "0", "text": "c"}], "explain": True},
            [("/tweets/0/id", TAKEN)],
        ),
        (
            {"tweets": [{"id": True, "text": ""}]},
            [("/tweets/0/id", "must be a string or a whole number, not a boolean")],
        ),
        (
            {"tweets": [{"id": 1.5, "text": ""}]},
            [("/tweets/0/id", "must be a string or a whole number, not a number")],
        ),
        ({"text": "a", "threshold": 1.5}, [("/threshold", "must be a number from 0 to 1")]),
        ({"text": "a", "threshold": float("nan")}, [("/threshold", "must be a number from 0 to 1")]),
        ({"text": "a", "threshold": float("inf")}, [("/threshold", "must be a number from 0 to 1")]),
        ({"text": "a", "threshold": True}, [("/threshold", "must be a number from 0 to 1")]),
        ({"text": "a", "threshold": None}, [("/threshold", "must be a number from 0 to 1")]),
        ({"text": "a", "uncertain": 0.5}, [("/uncertain", BAND)]),
        ({"text": "a", "uncertain": [0.6, 0.4]}, [("/uncertain", BAND)]),
        ({"text": "a", "uncertain": [0.4, 0.5, 0.6]}, [("/uncertain", BAND)]),
        ({"text": "a", "uncertain": [False, True]}, [("/uncertain", BAND)]),
        ({"text": "a", "explain": 1}, [("/explain", "must be a boolean, not a whole number")]),
        ({"texts": ["abc", "abc"], "explain": True}, [("/explain", EXPLAINED)]),
        ({"texts": ["abc", 5], "explain": True}, [("/texts/1", "must be a string, not a whole number")]),
        (
            {"text": "a", "z": 0, "treshold": 0.5, "a": 1},
            [(key, OPTIONS) for key in ("/z", "/treshold", "/a")],
        ),
        ({"text": "a", "k" * 36: 0, "k" * 37: 0}, [("/" + "k" * 36, OPTIONS), ("", OPTIONS)]),
        ({"text": "a", "joe@mail.example": 0, "#sad": 0}, [("", OPTIONS), ("", OPTIONS)]),
        ({"text": "a", "I was so sad": 0.5}, [("", OPTIONS)]),
        ({"text": "a", "\ud83d": 0.5}, [("", OPTIONS)]),
    ],
)
def test_what_is_wrong_is_pointed_at_with_the_cure(body: object, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        native.decode(body, SETTINGS)
    assert refused.value.faults == [Fault(*fault) for fault in faults]


def test_the_faults_of_one_answer_are_limited() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        native.decode({"texts": [5] * 1_000}, Settings())
    assert [fault.pointer for fault in refused.value.faults] == [f"/texts/{i}" for i in range(MAX_FAULTS)]


def test_an_answer_has_the_model_and_a_prediction_for_each_text(tiny: Scorecard) -> None:
    body = {"tweets": [{"id": "x", "text": "love"}, {"id": 9, "text": "hate"}, {"text": ""}]}
    love, hate, empty = (prediction.probability for prediction in tiny.predict(["love", "hate", ""]))
    assert respond(native, body, tiny, Settings()) == {
        "model": {"name": "tiny", "version": "1"},
        "predictions": [
            {"id": "x", "label": "positive", "probability": love, "warnings": []},
            {"id": 9, "label": "negative", "probability": hate, "warnings": []},
            {"id": 2, "label": "positive", "probability": empty, "warnings": ["empty"]},
        ],
    }


def test_what_is_not_asked_for_is_as_the_settings_say() -> None:
    settings = Settings(threshold=0.7, uncertain=(0.4, 0.6))
    assert native.decode({"text": "a"}, settings) == Request([0], ["a"], 0.7, (0.4, 0.6))
    asked = {"text": "a", "threshold": 0.2, "uncertain": None}
    assert native.decode(asked, settings) == Request([0], ["a"], 0.2, None)


def test_an_uncertain_answer_says_so(tiny: Scorecard) -> None:
    [prediction] = respond(native, {"text": "", "uncertain": [0.4, 0.7]}, tiny, Settings())["predictions"]
    assert prediction["label"] == "uncertain"


def test_an_answer_to_an_unfamiliar_text_says_so(tiny: Scorecard) -> None:
    body = {"text": "ich love dich sehr", "explain": True}
    [prediction] = respond(native, body, tiny, Settings())["predictions"]
    assert prediction["warnings"] == ["unfamiliar"]
    assert prediction["explanation"]["known_words"] == 1 / 4


def test_an_explanation_is_given_where_it_is_asked_for(tiny: Scorecard) -> None:
    body = {"text": "@joe I love love", "explain": True}
    [prediction] = respond(native, body, tiny, Settings())["predictions"]
    share = 2.0 / 3**0.5
    assert prediction["explanation"] == {
        "logit": pytest.approx(0.5 + 2 * share),
        "bias": 0.5,
        "terms": [
            {"feature": "stem", "form": "love", "start": 7, "end": 11, "contribution": pytest.approx(share)},
            {"feature": "stem", "form": "love", "start": 12, "end": 16, "contribution": pytest.approx(share)},
        ],
        "dropped": [
            {"start": 0, "end": 4, "reason": "handle"},
            {"start": 5, "end": 6, "reason": "unknown"},
        ],
        "normalized": [],
        "known_words": 2 / 3,
    }


def test_an_explanation_names_what_is_read_otherwise_than_it_is_written(tiny: Scorecard) -> None:
    [prediction] = respond(native, {"text": "I lo\u200bve &lt;3", "explain": True}, tiny, Settings())[
        "predictions"
    ]
    assert prediction["explanation"]["normalized"] == [
        {"start": 4, "end": 5, "read_as": "", "reason": "invisible"},
        {"start": 8, "end": 12, "read_as": "<", "reason": "entity"},
    ]
    assert [(term["start"], term["end"]) for term in prediction["explanation"]["terms"]] == [(2, 7)]
