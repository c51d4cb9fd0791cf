"""A scorecard: a linear text model as a sum that needs nothing but dictionaries.

    logit = bias + scale · n^exponent · Σ weight[feature]      over the features of a text of n words

A feature without a weight adds nothing; a text without any has the bias as its logit.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from model.classifier import Classifier, Dropped, Term

Weights = Mapping[str, Mapping[str, float]]


class Features(Protocol):
    """What finds the weights in a text: those of the features that the model was trained on."""

    def weights(self, text: str) -> tuple[list[float], int, bool]: ...

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]: ...


class Scorecard(Classifier):
    """`weights[feature]` has a number for each form of that feature; `manifest` says how they are found."""

    def __init__(self, manifest: Mapping[str, Any], weights: Weights) -> None:
        super().__init__(manifest)
        self._bias: float = manifest["bias"]
        self._scale: float = manifest["scale"]
        self._exponent: float = manifest["exponent"]
        self._features = _features(manifest["features"], weights)

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


def packed(weights: Weights) -> dict[str, dict[str, Any]]:
    """As it is written: one string for all forms of a feature is read in two thirds of the time of many."""
    return {
        feature: {"forms": "\n".join(sorted(forms)), "weights": [forms[form] for form in sorted(forms)]}
        for feature, forms in weights.items()
    }


def unpacked(packed: Mapping[str, Mapping[str, Any]]) -> Weights:
    """Raises KeyError or ValueError where something is missing."""
    forms = cache(str.split)  # two features may have the same
    return {
        feature: dict(zip(forms(columns["forms"], "\n"), columns["weights"], strict=True))
        for feature, columns in packed.items()
    }


def _features(name: str, weights: Weights) -> Features:
    """Imports one kind alone: a cold start waits for every module."""
    if name == "ngrams":
        from model.ngrams import Ngrams

        return Ngrams(weights)
    from model.stems import Stems

    return Stems(weights)
