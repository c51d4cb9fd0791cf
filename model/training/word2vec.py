"""Word vectors: a logistic regression reads the mean of the vectors of a tweet's stems.

    logit = bias + coefficients · n^-1 · Σ vector(stem)      over the n stems of a tweet

The vectors come from the matrix that the skip-gram model of word2vec factorizes implicitly: a cell says how
much more often two stems stand near each other than by chance (positive pointwise mutual information). A
truncated singular value decomposition factorizes that matrix directly. Unlike stochastic gradient descent, it
has one exact solution, so the result is the same on every processor. The sum then turns into one weight for
each stem.

Sources: Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their Compositionality",
NIPS; Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization", NIPS.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import eigsh
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from model.training.stem_counts import StemCounts, neutral_weights
from nlp import words

EXPONENT = -1.0  # of the number of stems: a mean
WINDOW = 5  # stems on each side
MAX_DIMENSIONS = 300


class MeanVectorRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Logistic regression on mean vectors. `weights_` has one number for each stem, with six decimals."""

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> Self:
        self.counts_ = StemCounts(EXPONENT).fit(texts)
        vectors = train_vectors(texts, self.counts_.stems_)
        regression = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10)
        regression.fit(self.counts_.transform(texts) @ vectors, labels)
        self.classes_ = regression.classes_
        self.weights_: NDArray[np.float64] = (vectors @ regression.coef_[0]).round(6)
        self.intercept_ = round(regression.intercept_.item(), 6)
        return self

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        logits: NDArray[np.float64] = self.counts_.transform(texts) @ self.weights_ + self.intercept_
        return logits


def train_vectors(texts: Sequence[str], stems: Mapping[str, int]) -> NDArray[np.float64]:
    """Return the vectors of the stems, of shape (stems, dimensions)."""
    information = measure_information(texts, stems)
    dimensions = min(MAX_DIMENSIONS, len(stems) - 1)
    # The matrix is symmetric, so its singular values are the absolute values of its eigenvalues.
    values, vectors = eigsh(information, dimensions, v0=np.ones(len(stems)), tol=0)
    scaled: NDArray[np.float64] = vectors * np.sqrt(np.abs(values))
    return scaled


def measure_information(texts: Sequence[str], stems: Mapping[str, int]) -> sparse.csr_array:
    """Return the positive pointwise mutual information of each pair of stems, of shape (stems, stems)."""
    pairs = Counter[tuple[int, int]]()
    for text in texts:
        known = [stems[stem] for stem in words(text) if stem in stems]
        for distance in range(1, WINDOW + 1):
            pairs.update(zip(known, known[distance:], strict=False))
    rows, columns = np.array([*pairs]).T
    one_way = sparse.csr_array((np.array([*pairs.values()], float), (rows, columns)), (len(stems),) * 2)
    counts = (one_way + one_way.T).tocoo()
    totals = np.asarray(counts.sum(axis=0))
    information = np.log(counts.data * totals.sum() / (totals[counts.row] * totals[counts.col]))
    positive = information > 0
    cells = (counts.row[positive], counts.col[positive])
    return sparse.csr_array((information[positive], cells), counts.shape)


def pipeline() -> Pipeline:
    return Pipeline([("regression", MeanVectorRegression())])


def export(fitted: Pipeline) -> dict[str, Any]:
    regression = fitted["regression"]
    return {
        "kind": "scorecard",
        "features": "stems",
        "bias": regression.intercept_,
        "exponent": EXPONENT,
        "weights": {
            "stem": dict(zip(regression.counts_.stems_, regression.weights_.tolist(), strict=True)),
            "neutral": neutral_weights(),
        },
    }
