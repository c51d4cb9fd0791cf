import pytest

from model import Scorecard
from predict.dialects import post, respond
from predict.dialects.request import MAX_FAULTS, Fault, InvalidRequestError
from predict.settings import Settings

LONG_ID = "has an id, number 1, that has 257 characters, at most 256 are taken: shorten it"
HALF = "has an id, number 1, that has half a surrogate pair at character 0: send whole characters"
SETTINGS = Settings(max_texts=3, max_characters=5)
FORM = 'must be an object of tweets by id, such as {"1": "a tweet"}'


def test_labels_come_back_by_id_in_the_same_order(tiny: Scorecard) -> None:
    body = {"2": "love", "1": "hate", "": "", "❤️": "love"}
    labels = respond(post, body, tiny, Settings())
    assert list(labels.items()) == [("2", "Positive"), ("1", "Negative"), ("", "Positive"), ("❤️", "Positive")]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (None, [("", FORM)]),
        ([], [("", FORM)]),
        ({}, [("", FORM)]),
        ({"1": 5}, [("/1", "(tweet number 1) must be a string, not a whole number")]),
        ({"1": "a", "so sad": None}, [("", "(tweet number 2) must be a string, not null")]),
        ({"1": "abcdef"}, [("/1", "(tweet number 1) has 6 characters, at most 5 are taken: shorten it")]),
        ({"\ud83d": "a"}, [("", HALF)]),
        ({"i" * 257: "a"}, [("", LONG_ID)]),
        ({str(i): "a" for i in range(4)}, [("", "has 4 texts, at most 3 are taken: send several requests")]),
    ],
)
def test_what_is_wrong_is_pointed_at_with_the_cure(body: object, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        post.decode(body, SETTINGS)
    assert refused.value.faults == [Fault(*fault) for fault in faults]


def test_the_faults_of_one_answer_are_limited() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        post.decode(dict.fromkeys(map(str, range(500)), 5), Settings())
    assert [fault.pointer for fault in refused.value.faults] == [f"/{i}" for i in range(MAX_FAULTS)]
