import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.answer import evaluate, find_log_odds, find_slopes

KNOTS = [[[-2.0, -0.5, 0.5, 3.0], [0.0, 0.1, 0.7, 1.0]]] * 3
THREE = ["scores", [0, 1, 2]]
PROBABILITY = ["sigmoid", ["scores", [0]]]
TREES: dict[str, Any] = {
    "sigmoid": PROBABILITY,
    "line": ["sigmoid", ["lines", ["scores", [1]], [-2.0], [0.5]]],
    "clip": ["clip", ["scores", [0]]],
    "steps": ["steps", ["scores", [2]], KNOTS[:1]],
    "mean": ["mean", [0.25, 0.75], [PROBABILITY, ["clip", ["scores", [1]]]]],
    "softmax": ["softmax", THREE],
    "tempered": ["softmax", ["lines", THREE, [0.5] * 3, [0.1, 0.2, 0.3]]],
    "share of sigmoids": ["share", ["sigmoid", THREE], 1 / 3],
    "share of clips": ["share", ["clip", THREE], 1 / 3],
    "share of steps": ["share", ["steps", THREE, KNOTS], 1 / 3],
    "stack": ["share", ["stack", [PROBABILITY, ["sigmoid", ["scores", [1, 2]]]]], 0.0],
    "mean of softmaxes": ["mean", [0.5, 0.5], [["softmax", THREE], ["softmax", ["scores", [2, 0, 1]]]]],
    "mean of shares": ["mean", [0.5, 0.5], [["share", ["sigmoid", THREE], 0.0], ["softmax", THREE]]],
}
SCORES = st.lists(st.floats(-6, 6), min_size=3, max_size=3)


@pytest.mark.parametrize("name", TREES)
@given(scores=SCORES, empty=SCORES, chosen=st.integers(0, 1))
def test_the_changes_of_scores_times_their_slopes_are_the_change_of_the_log_odds(
    name: str, scores: list[float], empty: list[float], chosen: int
) -> None:
    tree = TREES[name]
    slopes = find_slopes(tree, scores, empty, chosen)
    change = find_log_odds(tree, scores, chosen) - find_log_odds(tree, empty, chosen)
    total = math.fsum(slope * (s - e) for slope, s, e in zip(slopes, scores, empty, strict=True))
    if "clip" in name or "steps" in name:  # where all are 0, nothing can be said
        total = total if any(slopes) else change
    assert total == pytest.approx(change, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("name", TREES)
@given(scores=SCORES)
def test_log_odds_are_those_of_the_probability(name: str, scores: list[float]) -> None:
    values = evaluate(TREES[name], scores)
    probabilities = values if len(values) > 1 else [1 - values[0], values[0]]
    for chosen, p in enumerate(probabilities):
        assert 0 <= p <= 1
        if 1e-9 < p < 1 - 1e-9:
            odds = find_log_odds(TREES[name], scores, chosen)
            assert odds == pytest.approx(math.log(p) - math.log1p(-p), abs=1e-6)
    if sum(probabilities):
        assert sum(probabilities) == pytest.approx(1)


@pytest.mark.parametrize(
    ("tree", "scores", "chosen", "expected"),
    [
        (PROBABILITY, [800.0], 1, 800.0),
        (PROBABILITY, [-800.0], 0, 800.0),
        (["softmax", THREE], [900.0, -900.0, 0.0], 0, 900.0),
        (["softmax", THREE], [900.0, -900.0, 0.0], 1, -1800.0),
        (["share", ["sigmoid", THREE], 0.0], [30.0, -90.0, -90.0], 0, 90 - math.log(2)),
        (["clip", ["scores", [0]]], [5.0], 1, math.log(1e15)),
        (["clip", ["scores", [0]]], [-5.0], 1, -math.log(1e15)),
    ],
)
def test_log_odds_are_finite_and_keep_what_a_probability_cannot(
    tree: Any, scores: list[float], chosen: int, expected: float
) -> None:
    assert find_log_odds(tree, scores, chosen) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("tree", "scores", "expected"),
    [
        (["share", ["clip", THREE], 1 / 3], [-2.0, -3.0, -4.0], [1 / 3] * 3),
        (["share", ["clip", THREE], 0.0], [-2.0, -3.0, -4.0], [0.0] * 3),
        (["share", ["clip", THREE], 0.0], [1.5, 1.0, -9.0], [0.5, 0.5, 0.0]),
        (["softmax", THREE], [1000.0, 1000.0, -1000.0], [0.5, 0.5, 0.0]),
        (["steps", THREE, KNOTS], [-9.0, 0.0, 9.0], [0.0, 0.4, 1.0]),
        (["steps", THREE, [[[1.0], [0.3]]] * 3], [0.0, 1.0, 2.0], [0.3, 0.3, 0.3]),
        (["sigmoid", THREE], [-1000.0, 0.0, 1000.0], [0.0, 0.5, 1.0]),
    ],
)
def test_extreme_scores_have_answers(tree: Any, scores: list[float], expected: list[float]) -> None:
    assert evaluate(tree, scores) == pytest.approx(expected)
