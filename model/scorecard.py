"""A scorecard: a linear text model as a sum of weights, which are looked up in dictionaries.

    logit = bias + scale · n^exponent · Σ weight[feature]      over the features of a text of n words

A feature without a weight adds nothing. The logit of a text without any known feature is the bias.
"""

import math
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from model.classifier import Classifier, Dropped, Term

Weights = Mapping[str, Mapping[str, float]]


class Features(Protocol):
    """Adds up the weights in a text. See `model.stems` and `model.ngrams`."""

    MIN_KNOWN: float

    def total(self, text: str) -> tuple[float, int, int]: ...

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]: ...


class Scorecard(Classifier):
    """`weights[kind][form]` is the weight of a feature. `manifest["features"]` says how to find them."""

    def __init__(self, manifest: Mapping[str, Any], weights: Weights) -> None:
        super().__init__(manifest)
        self._bias: float = manifest["bias"]
        self._scale: float = manifest["scale"]
        self._exponent: float = manifest["exponent"]
        self._features = _features(manifest["features"], weights)
        self.min_known = self._features.MIN_KNOWN

    def logit(self, text: str) -> tuple[float, float]:
        total, n, known = self._features.total(text)
        return self._bias + self._scaled(n) * total, known / n if known else 0.0

    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        terms, n, dropped = self._features.terms(text)
        scale = self._scaled(n)
        return self._bias, [t._replace(contribution=t.contribution * scale) for t in terms], dropped

    def _scaled(self, n: int) -> float:
        return self._scale * n**self._exponent if n else 0.0


def pack(weights: Weights) -> dict[str, bytes]:
    """Return the files of a scorecard's artifact.

    `forms.txt` has a paragraph for each kind of feature: the kind, then the forms, one a line. `weights.f64`
    has their weights in the same order, as little-endian doubles, which load in half the time of JSON. Raises
    ValueError if a weight is not finite.
    """
    columns = {feature: sorted(forms) for feature, forms in sorted(weights.items())}
    paragraphs = ["\n".join([feature, *forms]) for feature, forms in columns.items()]
    numbers = [weights[feature][form] for feature, forms in columns.items() for form in forms]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a weight is not finite: correct the training")
    return {
        "forms.txt": "\n\n".join(paragraphs).encode(),
        "weights.f64": struct.pack(f"<{len(numbers)}d", *numbers),
    }


def unpack(files: Mapping[str, bytes]) -> Weights:
    """Return the weights that `pack` packed. Raises KeyError or ValueError if something is missing."""
    split = cache(_split)  # two kinds of features may have the same forms
    columns: dict[str, list[str]] = {}
    for paragraph in files["forms.txt"].split(b"\n\n"):
        feature, _, lines = paragraph.partition(b"\n")
        columns[feature.decode()] = split(lines)
    numbers = files["weights.f64"]
    if len(numbers) != 8 * sum(map(len, columns.values())):
        raise ValueError("there are not as many weights as forms")
    weights, start = dict[str, dict[str, float]](), 0
    for name, forms in columns.items():
        values = struct.unpack_from(f"<{len(forms)}d", numbers, start)
        weights[name] = dict(zip(forms, values, strict=True))
        start += 8 * len(forms)
    return weights


def _split(lines: bytes) -> list[str]:
    """Decode and split one paragraph.

    Decoding the whole file at once would need four bytes for every character, because it contains emoji.
    """
    return lines.decode().split("\n") if lines else []


def _features(name: str, weights: Weights) -> Features:
    """Import only the kind that is needed, because every import delays a cold start."""
    if name == "ngrams":
        from model.ngrams import Ngrams

        return Ngrams(weights)
    if name != "stems":
        raise ValueError(f"no release finds the features {name!r}")
    from model.stems import Stems

    return Stems(weights)
