"""Figures of a model on labelled texts, with 95 % intervals."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import confusion_matrix
from tqdm import tqdm

from model import Classifier, Prediction
from model.training.metrics import calibration_error, interval

SURE = 0.9  # the share of right labels outside the band
ROUNDS = 1_000  # of the bootstrap
PART = 1_000  # texts between two steps of the progress bar
MANY_ROWS = 50_000  # with more, the bootstrap draws a tenth as often

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]


class Answers(NamedTuple):
    """The answers of a model to n texts, and what the file says about them.

    `truth` has the index of the right label, of shape (n,). `probabilities` has shape (n, labels).
    `called` has the index of the label that the model gives, of shape (n,).
    """

    labels: tuple[str, ...]
    truth: Ints
    probabilities: Floats
    called: Ints
    threshold: float


def answer(model: Classifier, texts: Sequence[str], truth: Sequence[str]) -> Answers:
    """Ask the model for its answers. `truth` has labels of the model."""
    places = {label: place for place, label in enumerate(model.labels)}
    bar = tqdm(
        range(0, len(texts), PART), desc=f"answers of {model.name}", leave=False, delay=1, disable=None
    )
    predictions = [answer for start in bar for answer in model.predict(texts[start : start + PART])]
    return Answers(
        model.labels,
        np.array([places[label] for label in truth]),
        np.array([_list(prediction) for prediction in predictions]),
        np.array([places[prediction.label] for prediction in predictions]),
        model.threshold,
    )


def measure(answers: Answers) -> dict[str, Any]:
    """Return the figures by name. Those with an interval are {"value": ..., "low": ..., "high": ...}."""
    labels, truth, probabilities, called, threshold = answers
    two = len(labels) == 2
    rounds = ROUNDS if len(truth) <= MANY_ROWS else ROUNDS // 10
    score = probabilities[:, 1] if two else probabilities
    losses = -np.log(probabilities[np.arange(len(truth)), truth].clip(1e-15, 1))
    figures: dict[str, Any] = {
        "rows": len(truth),
        "labels": list(labels),
        "accuracy": _bound(_mean, truth, (called == truth).astype(float), rounds, "accuracy"),
        "auc": _bound(_auc, truth, score, rounds, "AUC"),
        "log_loss": _bound(_mean, truth, losses, rounds, "log loss"),
        "calibration_error": _bound(calibration_error, *top(answers), rounds, "calibration error"),
        "confusion": confusion_matrix(truth, called, labels=range(len(labels))).tolist(),
        "share": {
            label: {"file": float((truth == place).mean()), "model": float((called == place).mean())}
            for place, label in enumerate(labels)
        },
    }
    if two:
        best = find_threshold(truth, probabilities[:, 1])
        low, high, outside = find_band(truth, probabilities[:, 1], best)
        figures |= {
            "threshold": threshold,
            "best_threshold": {
                **_bound(find_threshold, truth, probabilities[:, 1], rounds, "best threshold"),
                "accuracy": float(((probabilities[:, 1] >= best) == truth).mean()),
            },
            "band": {"low": low, "high": high, "share_outside": outside, "right_outside": SURE},
        }
    return figures


def find_threshold(truth: Ints, probabilities: Floats) -> float:
    """Return the threshold with the most right labels: the middle of the gap between two probabilities.

    `truth` has 1 for positive. Of equally good thresholds, the one closest to 0.5 is taken.
    """
    order = np.argsort(probabilities)
    p, y = probabilities[order], truth[order]
    cuts = np.concatenate([[0.0], (p[1:] + p[:-1]) / 2, [1.0]])
    # the label is positive from a cut up, so that many negatives below it and positives above it are right
    right = np.concatenate([[0], np.cumsum(1 - y)]) + y.sum() - np.concatenate([[0], np.cumsum(y)])
    real = np.concatenate([[True], p[1:] > p[:-1], [True]])  # equal probabilities cannot be parted
    candidates = cuts[real & (right == right[real].max())]
    return float(candidates[np.argmin(np.abs(candidates - 0.5))])


def find_band(truth: Ints, probabilities: Floats, threshold: float) -> tuple[float, float, float]:
    """Return the narrowest band around the threshold outside which SURE of the labels are right.

    The band reaches as far to both sides in log-odds. The third number is the share of rows outside. If there
    is no such band, all rows are inside: (0, 1, 0).
    """
    odds = _log_odds(probabilities)
    middle = float(_log_odds(np.array([threshold]))[0])
    distance = np.abs(odds - middle)
    order = np.argsort(-distance, kind="stable")
    right = np.cumsum(((probabilities >= threshold) == truth)[order]) / np.arange(1, len(truth) + 1)
    last = np.append(distance[order][1:] < distance[order][:-1], True)  # rows of one distance stay together
    enough = np.flatnonzero((right >= SURE) & last)
    if not len(enough):
        return 0.0, 1.0, 0.0
    outside = int(enough[-1]) + 1
    if outside == len(truth):
        return threshold, threshold, 1.0
    inside = float(distance[order][outside])
    low, high = (1 / (1 + math.exp(-(middle + side * inside))) for side in (-1, 1))
    return low, high, outside / len(truth)


def _list(prediction: Prediction) -> list[float]:
    if prediction.probabilities is None:
        return [1 - prediction.probability, prediction.probability]
    return list(prediction.probabilities.values())


def _log_odds(probabilities: Floats) -> Floats:
    p = probabilities.clip(1e-15, 1 - 1e-15)
    odds: Floats = np.log(p) - np.log1p(-p)
    return odds


def top(answers: Answers) -> tuple[Ints, Floats]:
    """What the calibration error is about: the positive label of two, the most probable label of more."""
    if len(answers.labels) == 2:
        return answers.truth, answers.probabilities[:, 1]
    top = answers.probabilities.argmax(axis=1)
    return (top == answers.truth).astype(int), answers.probabilities.max(axis=1)


def _auc(truth: Ints, score: Floats) -> float:
    """Return the area under the ROC curve, of more than two labels the mean over each label against the rest.

    It is the Mann-Whitney statistic, which is quick enough for a bootstrap (Hanley and McNeil 1982, "The
    meaning and use of the area under a receiver operating characteristic curve", Radiology 143).
    """
    if score.ndim == 1:
        positives = int(truth.sum())
        pairs = positives * (len(truth) - positives)
        below = rankdata(score)[truth == 1].sum() - positives * (positives + 1) / 2
        return float(below / pairs) if pairs else math.nan
    return float(
        np.nanmean([_auc((truth == place).astype(int), score[:, place]) for place in np.unique(truth)])
    )


def _mean(_: Ints, values: Floats) -> float:
    return float(values.mean())


def _bound(
    metric: Callable[[Ints, Floats], float], truth: Ints, score: Floats, rounds: int, name: str
) -> Mapping[str, float]:
    low, high = interval(metric, truth, score, rounds, name)
    return {"value": metric(truth, score), "low": low, "high": high}
