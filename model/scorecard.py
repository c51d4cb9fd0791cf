"""A scorecard: a linear text model as a sum that needs nothing but dictionaries.

    logit = bias + scale · n^exponent · Σ weight[feature]      over the features of a text of n words

A feature without a weight adds nothing; a text without any has the bias as its logit.
"""

import math
import struct
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


def packed(weights: Weights) -> dict[str, bytes]:
    """The files of an artifact: a paragraph for each feature, its name and its forms; and all their weights.

    Those are doubles, little-endian, in the order of the forms: read in half the time of JSON. Raises
    ValueError where one is not finite.
    """
    columns = {feature: sorted(forms) for feature, forms in sorted(weights.items())}
    paragraphs = ["\n".join([feature, *forms]) for feature, forms in columns.items()]
    numbers = [weights[feature][form] for feature, forms in columns.items() for form in forms]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a weight is not finite: mend the training")
    return {
        "forms.txt": "\n\n".join(paragraphs).encode(),
        "weights.f64": struct.pack(f"<{len(numbers)}d", *numbers),
    }


def unpacked(files: Mapping[str, bytes]) -> Weights:
    """Raises KeyError or ValueError where something is missing."""
    split = cache(_split)  # two features may have the same forms
    columns: dict[str, list[str]] = {}
    for paragraph in files["forms.txt"].split(b"\n\n"):
        feature, _, lines = paragraph.partition(b"\n")
        columns[feature.decode()] = split(lines)
    numbers = files["weights.f64"]
    if len(numbers) != 8 * sum(map(len, columns.values())):
        raise ValueError("there are not as many weights as forms")
    weights, start = dict[str, dict[str, float]](), 0
    for name, forms in columns.items():
        its = struct.unpack_from(f"<{len(forms)}d", numbers, start)
        weights[name] = dict(zip(forms, its, strict=True))
        start += 8 * len(forms)
    return weights


def _split(lines: bytes) -> list[str]:
    """Each paragraph by itself: a text with one emoji in it has four bytes for every character."""
    return lines.decode().split("\n") if lines else []


def _features(name: str, weights: Weights) -> Features:
    """Imports one kind alone: a cold start waits for every module."""
    if name == "ngrams":
        from model.ngrams import Ngrams

        return Ngrams(weights)
    from model.stems import Stems

    return Stems(weights)
