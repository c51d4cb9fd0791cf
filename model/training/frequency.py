"""The blog post's model: logistic regression on two features of a tweet.

The features are the sums of the negative and of the positive frequencies of the tweet's n words. A logarithm
damps each frequency, and the length of the tweet scales the sums:

    feature_k(tweet) = n^-½ · Σ log(1 + count_k(word) / smoothing),   k in {negative, positive}

count_k(word) is how often the word occurs in the training tweets of class k. The post's notebook sums the
counts without a logarithm, so the ten commonest words outweigh all others. While fitting, the counts of a
tweet leave out its own words. Otherwise the features of a training tweet would contain its own label, and the
probabilities for new tweets would be too extreme.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from model.training.stem_counts import common_stems, neutral_weights
from nlp import words

EXPONENT = -0.5  # of the number of words


class FrequencySums(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Turns texts into an array of shape (texts, 2): the negative and the positive sum."""

    def __init__(self, smoothing: float = 4.0, min_tweets: int = 2) -> None:
        self.smoothing = smoothing
        self.min_tweets = min_tweets  # a word of one tweet says little about others, and may be a name

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> Self:
        self._count([words(text) for text in texts], labels)
        return self

    def fit_transform(self, texts: Sequence[str], labels: Sequence[int]) -> NDArray[np.float64]:
        """Fit, and return the sums with each tweet's own words left out of the counts."""
        tweets = [words(text) for text in texts]
        self._count(tweets, labels)
        return np.array([self._sums(tweet, label) for tweet, label in zip(tweets, labels, strict=True)])

    def transform(self, texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([self._sums(words(text)) for text in texts]).reshape(-1, 2)

    def damped(self, count: int) -> float:
        return math.log1p(count / self.smoothing)

    def _count(self, tweets: list[list[str]], labels: Sequence[int]) -> None:
        counts = (Counter[str](), Counter[str]())
        for tweet, label in zip(tweets, labels, strict=True):
            counts[label].update(tweet)
        self.counts_ = {
            word: (counts[0][word], counts[1][word]) for word in common_stems(tweets, self.min_tweets)
        }

    def _sums(self, tweet: list[str], own_label: int | None = None) -> tuple[float, float]:
        own = Counter(tweet)
        sums = [0.0, 0.0]
        for word in tweet:
            for label, count in enumerate(self.counts_.get(word, ())):
                sums[label] += self.damped(count - own[word] if label == own_label else count)
        scale = len(tweet) ** EXPONENT if tweet else 0.0
        return sums[0] * scale, sums[1] * scale


class RoundedLogisticRegression(LogisticRegression):  # type: ignore[misc]
    """Logistic regression with coefficients of nine decimals.

    The last bits of a solver's result depend on the processor; nine decimals do not.
    """

    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]

    def fit(self, features: NDArray[np.float64], labels: Sequence[int]) -> Self:
        super().fit(features, labels)
        self.coef_ = self.coef_.round(9)
        self.intercept_ = self.intercept_.round(9)
        return self


def pipeline() -> Pipeline:
    return Pipeline(
        [
            ("sums", FrequencySums()),
            ("logit", RoundedLogisticRegression(C=1e4, solver="newton-cholesky", tol=1e-10)),
        ]
    )


def export(fitted: Pipeline) -> dict[str, Any]:
    sums, regression = fitted["sums"], fitted["logit"]
    (negative, positive), bias = regression.coef_[0].tolist(), regression.intercept_[0].item()
    return {
        "kind": "scorecard",
        "features": "stems",
        "bias": bias,
        "exponent": EXPONENT,
        "weights": {
            "stem": {
                word: round(negative * sums.damped(in_negative) + positive * sums.damped(in_positive), 12)
                for word, (in_negative, in_positive) in sums.counts_.items()
            },
            "neutral": neutral_weights(),
        },
    }
