import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from model import Scorecard
from model.evaluation import figures
from model.evaluation.figures import SURE, Answers, find_band, find_threshold, measure

PAIRS = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=2, max_size=60)


def share_right(truth: np.ndarray, probabilities: np.ndarray, threshold: float) -> float:
    return float(((probabilities >= threshold) == truth).mean())


@given(PAIRS)
def test_no_threshold_has_more_right_labels_than_the_best_one(pairs: list[tuple[bool, int]]) -> None:
    truth = np.array([int(label) for label, _ in pairs])
    probabilities = np.array([p / 20 for _, p in pairs])
    best = share_right(truth, probabilities, find_threshold(truth, probabilities))
    others = [share_right(truth, probabilities, t) for t in np.linspace(0, 1.01, 203)]
    # at 0 all are positive; for none to be, a threshold must be above all probabilities
    assert best >= max(others[:-1]) - 1e-12 or probabilities.max() == 1


@given(PAIRS, st.floats(0.05, 0.95))
def test_outside_the_band_enough_labels_are_right(pairs: list[tuple[bool, int]], threshold: float) -> None:
    truth = np.array([int(label) for label, _ in pairs])
    probabilities = np.array([0.02 + p / 21 for _, p in pairs])
    low, high, outside = find_band(truth, probabilities, threshold)
    assert 0 <= low <= high <= 1
    kept = (probabilities <= low + 1e-9) | (probabilities >= high - 1e-9) if outside < 1 else truth >= 0
    if outside:
        right = (probabilities >= threshold) == truth
        ordered = np.abs(np.log(probabilities / (1 - probabilities)) - np.log(threshold / (1 - threshold)))
        farthest = np.argsort(-ordered, kind="stable")[: round(outside * len(truth))]
        assert right[farthest].mean() >= SURE
        assert kept.sum() >= len(farthest)


def test_the_figures_are_those_of_scikit_learn_and_of_the_labels() -> None:
    truth = np.array([0, 0, 1, 1, 1, 0] * 20)
    p = np.array([0.1, 0.4, 0.35, 0.8, 0.9, 0.6] * 20)
    answers = Answers(("no", "yes"), truth, np.stack([1 - p, p], axis=1), (p >= 0.5).astype(int), 0.5)
    found = measure(answers)
    assert found["accuracy"]["value"] == pytest.approx(4 / 6)
    assert found["auc"]["value"] == pytest.approx(roc_auc_score(truth, p))
    assert found["log_loss"]["value"] == pytest.approx(log_loss(truth, p))
    assert found["confusion"] == [[40, 20], [20, 40]]
    assert found["share"]["yes"] == {"file": 0.5, "model": 0.5}
    for name in ("accuracy", "auc", "log_loss", "calibration_error", "best_threshold"):
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]


def test_more_labels_have_no_threshold() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]] * 10)
    truth = np.array([0, 1, 1] * 10)
    found = measure(Answers(("a", "b", "c"), truth, probabilities, probabilities.argmax(axis=1), 0.5))
    assert found["accuracy"]["value"] == pytest.approx(2 / 3)
    each = [roc_auc_score(truth == place, probabilities[:, place]) for place in (0, 1)]
    assert found["auc"]["value"] == pytest.approx(np.mean(each))
    assert found["confusion"] == [[10, 0, 0], [0, 10, 10], [0, 0, 0]]
    assert "best_threshold" not in found


def test_the_answers_are_those_of_the_served_model(tiny: Scorecard) -> None:
    answers = figures.answer(tiny, ["I love this", "I hate this"], ["positive", "negative"])
    expected = [answer.probability for answer in tiny.predict(["I love this", "I hate this"])]
    assert answers.probabilities[:, 1].tolist() == expected
    assert (answers.truth.tolist(), answers.called.tolist()) == ([1, 0], [1, 0])
