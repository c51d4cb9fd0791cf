"""A small neural network: one hidden layer over the stems of a tweet.

    logit = bias + out · max(0, hidden + n^-½ · Σ vector(stem))      over the n stems of a tweet

The vectors, one for each stem, are the first layer. Gradient descent (Adam) on the logarithmic loss
learns both layers together. Few epochs and a penalty on the weights keep the network from memorizing
tweets. The shape follows Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification", EACL,
with a rectifier added.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline

from model.training.stem_counts import StemCounts, neutral_weights


class RoundedNetwork(MLPClassifier):  # type: ignore[misc]  # scikit-learn has no types
    """scikit-learn's network with weights of six decimals.

    The last bits of a weight depend on the processor; six decimals do not.
    """

    def fit(self, features: sparse.csr_array, labels: Sequence[int]) -> Self:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(features, labels)
        self.coefs_: list[NDArray[np.float64]] = [layer.round(6) for layer in self.coefs_]
        self.intercepts_: list[NDArray[np.float64]] = [layer.round(6) for layer in self.intercepts_]
        return self


def pipeline() -> Pipeline:
    network = RoundedNetwork(
        hidden_layer_sizes=(16,),
        alpha=0.01,
        batch_size=64,
        max_iter=8,  # epochs, chosen by cross-validation
        random_state=0,
    )
    return Pipeline([("counts", StemCounts(exponent=-0.5)), ("network", network)])


def export(fitted: Pipeline) -> dict[str, Any]:
    counts, network = fitted["counts"], fitted["network"]
    vectors, out = network.coefs_
    hidden, bias = network.intercepts_
    return {
        "kind": "network",
        "bias": np.asarray(bias).item(),
        "exponent": counts.exponent,
        "weights": {
            "vectors": dict(zip(counts.stems_, vectors.tolist(), strict=True)),
            "hidden": hidden.tolist(),
            "out": out[:, 0].tolist(),
            "neutral": neutral_weights(),
        },
    }
