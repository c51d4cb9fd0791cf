"""Metrics of probabilities."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score
from tqdm import tqdm

CALIBRATION_BINS = 10  # of equal width


def measure(labels: Sequence[int], probabilities: ArrayLike) -> dict[str, float]:
    """Return the metrics by name, with six decimals. A probability of at least 0.5 counts as positive."""
    p = np.asarray(probabilities)
    return {
        "accuracy": round(float(accuracy_score(labels, p >= 0.5)), 6),
        "auc": round(float(roc_auc_score(labels, p)), 6),
        "log_loss": round(float(log_loss(labels, p)), 6),
        "brier": round(float(brier_score_loss(labels, p)), 6),
        "ece": round(calibration_error(np.asarray(labels), p), 6),
    }


def reliability(
    labels: NDArray[np.int_], probabilities: NDArray[np.float64], min_rows: int
) -> list[tuple[float, float]]:
    """Return the mean probability and the share of positives of each bin with at least `min_rows`."""
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    return [
        (float(probabilities[bins == i].mean()), float(labels[bins == i].mean()))
        for i in range(CALIBRATION_BINS)
        if (bins == i).sum() >= min_rows
    ]


def calibration_error(labels: NDArray[np.int_], probabilities: NDArray[np.float64]) -> float:
    """Return the expected calibration error.

    It is the mean distance between the share of positives and the mean probability in a bin of probabilities,
    weighted by the rows in the bin.

    Source: Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI.
    """
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    surplus = np.bincount(bins, weights=probabilities - labels, minlength=CALIBRATION_BINS)
    return float(np.abs(surplus).sum() / len(labels))


def interval(
    metric: Callable[[NDArray[np.int_], NDArray[np.float64]], float],
    labels: NDArray[np.int_],
    probabilities: NDArray[np.float64],
    rounds: int = 1_000,
    name: str = "bootstrap",
) -> tuple[float, float]:
    """Return the 95 % interval of a metric by the bootstrap: rows are drawn with replacement, with seed 0.

    `name` is what the progress bar says, which a terminal shows after a second.
    """
    random = np.random.default_rng(0)
    bar = tqdm(range(rounds), desc=name, leave=False, delay=1, disable=None)
    drawn = (random.integers(0, len(labels), len(labels)) for _ in bar)
    low, high = np.quantile([metric(labels[rows], probabilities[rows]) for rows in drawn], (0.025, 0.975))
    return round(float(low), 6), round(float(high), 6)
