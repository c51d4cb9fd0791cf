"""How good probabilities are."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

BINS = 10  # of equal width, for the calibration error


def measure(labels: Sequence[int], probabilities: ArrayLike) -> dict[str, float]:
    """The metrics by name, to six decimals; 0.5 and above counts as positive."""
    p = np.asarray(probabilities)
    return {
        "accuracy": round(float(accuracy_score(labels, p >= 0.5)), 6),
        "auc": round(float(roc_auc_score(labels, p)), 6),
        "log_loss": round(float(log_loss(labels, p)), 6),
        "brier": round(float(brier_score_loss(labels, p)), 6),
        "ece": round(calibration_error(np.asarray(labels), p), 6),
    }


def calibration_error(labels: NDArray[np.int_], probabilities: NDArray[np.float64]) -> float:
    """How far the share of positives is from the mean probability, on average over BINS bins, by their rows.

    Source: Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI.
    """
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    surplus = np.bincount(bins, weights=probabilities - labels, minlength=BINS)
    return float(np.abs(surplus).sum() / len(labels))


def interval(
    metric: Callable[[NDArray[np.int_], NDArray[np.float64]], float],
    labels: NDArray[np.int_],
    probabilities: NDArray[np.float64],
    rounds: int = 1_000,
) -> tuple[float, float]:
    """The bootstrap's 95 % interval: the metric of as many rows, drawn with replacement, seed 0."""
    random = np.random.default_rng(0)
    drawn = (random.integers(0, len(labels), len(labels)) for _ in range(rounds))
    low, high = np.quantile([metric(labels[rows], probabilities[rows]) for rows in drawn], (0.025, 0.975))
    return round(float(low), 6), round(float(high), 6)
