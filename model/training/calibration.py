"""Turns the logits of a classifier into calibrated probabilities."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from tqdm import tqdm

FOLDS = 5
LARGE_FOLDS = 20  # of a large corpus; only one of them is held out, and the estimator never sees it
MIN_LARGE_CORPUS = 100_000  # tweets


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier of raw texts with calibrated probabilities (Platt scaling).

    The probability is the sigmoid of `scale_` · logit + `offset_`. Both numbers are fitted on the logits of
    tweets that the estimator was not trained on, by cross-validation. So they correct an estimator that is
    too sure of the tweets it knows. `unseen_` has the calibrated probabilities of the rows `held_out_`.

    Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines", in Advances in Large Margin
    Classifiers.
    """

    def __init__(self, estimator: Pipeline, progress: str = "") -> None:
        self.estimator = estimator
        self.progress = progress  # the label of the progress bar; "" for none

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> Self:
        targets = np.asarray(labels)
        large = len(targets) >= MIN_LARGE_CORPUS
        folding = StratifiedKFold(LARGE_FOLDS if large else FOLDS, shuffle=True, random_state=0)
        splits = folding.split(targets, targets)
        folds = [next(splits)] if large else list(splits)
        unseen = []
        fitted = self.estimator
        with tqdm(
            total=len(folds) + (not large), desc=self.progress, disable=None if self.progress else True
        ) as bar:
            for train, test in folds:
                fitted = clone(self.estimator).fit([texts[i] for i in train], targets[train])
                unseen.append(logits(fitted, [texts[i] for i in test]))
                bar.update()
            if not large:
                fitted = clone(self.estimator).fit(texts, targets)
                bar.update()
        self.held_out_ = np.concatenate([test for _, test in folds])
        line = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)
        line.fit(np.concatenate(unseen).reshape(-1, 1), targets[self.held_out_])
        self.scale_ = round(line.coef_[0, 0].item(), 6)
        self.offset_ = round(line.intercept_[0].item(), 6)
        self.unseen_ = _sigmoid(self.scale_ * np.concatenate(unseen) + self.offset_)
        self.classes_ = line.classes_
        self.estimator_ = fitted
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        positive = _sigmoid(self.scale_ * logits(self.estimator_, texts) + self.offset_)
        return np.stack([1 - positive, positive], axis=1)


def logits(fitted: Pipeline, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the logarithm of the odds of positive, of shape (texts,)."""
    if hasattr(fitted, "decision_function"):
        scores: NDArray[np.float64] = fitted.decision_function(texts)
        return scores
    negative, positive = fitted.predict_log_proba(texts).T
    odds: NDArray[np.float64] = positive - negative
    return odds


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    small = np.exp(-np.abs(logit))
    return np.where(logit >= 0, 1 / (1 + small), small / (1 + small))
