"""Word vectors: a tweet is the mean of the vectors of its stems, and a logistic regression reads that.

    logit = bias + coefficients · n^-1 · Σ vector(stem)      over the n stems of a tweet

The vectors are trained on the tweets themselves to foretell the stems around each one (skip-gram with
negative sampling: Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their
Compositionality", NIPS). 8,000 tweets are few for that: vectors want millions. The sum turns into one weight
for each stem.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from model.training.frequency import RoundedLogisticRegression
from model.training.stem_counts import StemCounts
from nlp import words


class MeanVectors(StemCounts):
    """Texts to an array of shape (texts, dimensions)."""

    def __init__(self, exponent: float = -1.0, min_tweets: int = 2, dimensions: int = 100) -> None:
        super().__init__(exponent, min_tweets)
        self.dimensions = dimensions

    def fit(self, texts: Sequence[str], labels: Sequence[int] | None = None) -> Self:
        super().fit(texts)
        trained = Word2Vec(
            [[stem for stem in words(text) if stem in self.stems_] for text in texts],
            vector_size=self.dimensions,
            window=5,
            sg=1,
            min_count=1,
            epochs=20,
            seed=0,
            workers=1,  # several would race, and each training end otherwise
        )
        vectors = np.array([trained.wv[stem] for stem in self.stems_], dtype=np.float64)
        self.vectors_ = vectors.round(6)
        return self

    def transform(self, texts: Sequence[str]) -> NDArray[np.float64]:
        means: NDArray[np.float64] = super().transform(texts) @ self.vectors_
        return means


def pipeline() -> Pipeline:
    """An unfitted estimator over raw texts; label 0 is negative, 1 positive."""
    regression = RoundedLogisticRegression(C=10.0, solver="newton-cholesky", tol=1e-10)
    return Pipeline([("means", MeanVectors()), ("logit", regression)])


def export(fitted: Pipeline) -> dict[str, Any]:
    """The same function as a sum of weights: what `model.scorecard.Scorecard` takes."""
    means, regression = fitted["means"], fitted["logit"]
    weights = (means.vectors_ @ regression.coef_[0]).round(12).tolist()
    return {
        "kind": "scorecard",
        "features": "stems",
        "bias": regression.intercept_[0].item(),
        "exponent": means.exponent,
        "weights": {"stem": dict(zip(means.stems_, weights, strict=True))},
    }
