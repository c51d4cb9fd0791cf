"""A scorecard: a linear text model as a sum that needs nothing but dictionaries.

    logit = bias + scale · n^exponent · Σ weight[feature]      over the features of a text of n words

A feature without a weight adds nothing; a text without any has the bias as its logit.
"""

import math
from collections.abc import Mapping
from typing import Any

from model.classifier import Classifier, Dropped, Term
from model.ngrams import Ngrams
from model.stems import Stems

Weights = Mapping[str, Mapping[str, float]]


class Scorecard(Classifier):
    """`weights[feature]` has a number for each form of that feature; `manifest` says how they are found."""

    def __init__(self, manifest: Mapping[str, Any], weights: Weights) -> None:
        super().__init__(manifest)
        self._bias: float = manifest["bias"]
        self._scale: float = manifest["scale"]
        self._exponent: float = manifest["exponent"]
        self._features: Stems | Ngrams = (
            Ngrams(weights) if manifest["features"] == "ngrams" else Stems(weights)
        )

    def logit(self, text: str) -> tuple[float, bool]:
        weights, n, known = self._features.weights(text)
        # fsum is exact, so every release of Python and any order of the words give the same bits
        return self._bias + self._scaled(n) * math.fsum(weights), known

    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        terms, n, dropped = self._features.terms(text)
        scale = self._scaled(n)
        return self._bias, [t._replace(contribution=t.contribution * scale) for t in terms], dropped

    def _scaled(self, n: int) -> float:
        return self._scale * n**self._exponent if n else 0.0
