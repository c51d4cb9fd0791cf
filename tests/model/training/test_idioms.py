from collections.abc import Sequence

import pytest

import model
from model.training import evaluate, idioms
from model.training.golden import PHRASES, TEXTS
from model.training.models import MODELS


def say(texts: Sequence[str]) -> list[float]:
    return [answer.probability for answer in model.load("lexicon_ngrams").predict(texts)]


def test_the_two_halves_have_no_idiom_in_common() -> None:
    (first, _), (second, _) = idioms.read(idioms.DEVELOPMENT), idioms.read(idioms.FINAL)
    assert len({*first, *second}) == len(first) + len(second) >= 200


def test_the_share_counts_one_class_or_both() -> None:
    texts, labels = idioms.read(idioms.FINAL)
    assert idioms.share_right(lambda texts: [1.0] * len(texts), idioms.FINAL, label=1) == 1
    assert idioms.share_right(lambda texts: [1.0] * len(texts), idioms.FINAL, label=0) == 0
    both = idioms.share_right(lambda texts: [1.0] * len(texts), idioms.FINAL)
    assert both == pytest.approx(sum(labels) / len(texts), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "positive"),
    [
        ("not bad", True),
        ("not bad at all", True),
        ("can't wait", True),
        ("never been happier", True),
        ("couldn't be better", True),
        ("don't miss this", True),
        ("no problem", True),
        ("thanks for nothing", False),
        ("too good to be true", False),
        ("used to love this", False),
        ("never been sadder", False),
        ("couldn't be worse", False),
        ("this isn't good", False),
        ("mustn't love this", False),
    ],
)
def test_a_phrase_says_what_it_means(text: str, positive: bool) -> None:
    assert (say([text])[0] >= 0.5) == positive


@pytest.mark.parametrize("text", ["not bad", "couldn't be better", "thanks a lot for nothing", "no problem"])
def test_a_phrase_is_one_term(text: str) -> None:
    terms = model.load("lexicon_ngrams").explain(f"well, {text} then").terms
    [phrase] = [term for term in terms if term.feature == "phrase"]
    assert (phrase.start, phrase.end) == (6, 6 + len(text))
    assert [term for term in terms if term.start >= 6 and term.end <= 6 + len(text)] == [phrase]


def test_the_idioms_are_as_right_as_the_goal_asks() -> None:
    assert idioms.share_right(say, idioms.FINAL) >= 0.8
    assert idioms.share_right(say, idioms.FINAL, label=1) >= 0.8


def test_the_committed_table_is_that_of_the_committed_models() -> None:
    committed = (evaluate.FOLDER / "fairness.md").read_text(encoding="utf-8")
    assert committed == evaluate.wordings([model.load(name) for name in MODELS]) + "\n"


def test_no_golden_prediction_enshrines_a_wrong_answer() -> None:
    golden = dict(model.load("lexicon_ngrams").manifest["golden"])
    assert [*golden] == [*TEXTS, *PHRASES]
    assert golden["not bad at all"] >= 0.5
    assert golden["couldn't be better"] >= 0.5
    assert golden["can't wait for the weekend"] >= 0.5
    assert golden["thanks for nothing"] < 0.5
    assert golden["I do not love this"] < 0.5


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"lexicon_ngrams"}))
def test_models_that_see_no_order_have_no_golden_phrase(name: str) -> None:
    assert [text for text, _ in model.load(name).manifest["golden"]] == [*TEXTS]
