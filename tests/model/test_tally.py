import pytest

from model import Prediction
from model.tally import BINS, Tally


def answer(score: float, known: float = 1.0, *warnings: str) -> Prediction:
    label = "positive" if score >= 0.5 else "negative"
    return Prediction(label, score, warnings, None, known)  # type: ignore[arg-type]


def test_texts_and_answers_are_counted_and_summed_up() -> None:
    tally = Tally()
    tally.add(["a" * 19, "a" * 20], [answer(0.25), answer(0.75, 0.5, "unfamiliar", "truncated")])
    tally.add([""], [answer(0.5, 0.0, "empty")])
    assert (tally.texts, tally.length, tally.score, tally.known_words) == (3, 39, 1.5, 1.5)
    assert tally.labels == {"negative": 1, "positive": 2}
    assert tally.warnings == {"unfamiliar": 1, "truncated": 1, "empty": 1}
    assert tally.histograms == {
        "scores": {2: 1, 7: 1, 5: 1},
        "characters": {0: 2, 1: 1},
        "unknown_words": {0: 1, 3: 1, 5: 1},
    }


@pytest.mark.parametrize(
    ("name", "text", "answered", "bin"),
    [
        ("scores", "", answer(0.0), 0),
        ("scores", "", answer(0.1), 1),
        ("scores", "", answer(1.0), BINS["scores"] - 1),
        ("characters", "a" * 139, answer(0.5), 6),
        ("characters", "a" * 140, answer(0.5), BINS["characters"] - 1),
        ("characters", "a" * 10_000, answer(0.5), BINS["characters"] - 1),
        ("unknown_words", "", answer(0.5, 0.99), 1),
        ("unknown_words", "", answer(0.5, 0.8), 1),
        ("unknown_words", "", answer(0.5, 0.79), 2),
        ("unknown_words", "", answer(0.5, 0.0), BINS["unknown_words"] - 1),
    ],
)
def test_the_ends_of_a_histogram_are_in_its_bins(
    name: str, text: str, answered: Prediction, bin: int
) -> None:
    tally = Tally()
    tally.add([text], [answered])
    assert tally.histograms[name] == {bin: 1}
