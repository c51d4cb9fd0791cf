"""A scorecard: a linear text model as a sum that needs nothing but a dictionary.

    logit = bias + n^exponent · Σ weight[word]      over the n words of a text
    probability of positive = 1 / (1 + e^-logit)

A word without a weight counts in n and adds nothing; a text without words gets the bias.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Self

from model import artifact
from nlp import words


class Prediction(NamedTuple):
    """`probability` is that of positive; `warnings` say why an answer means little."""

    label: Literal["negative", "positive"]
    probability: float
    warnings: tuple[Literal["empty", "no_known_words"], ...]


class Scorecard:
    """A served model; `manifest` tells where it comes from."""

    def __init__(self, manifest: Mapping[str, Any], weights: Mapping[str, float]) -> None:
        self.manifest = manifest
        self.name: str = manifest["name"]
        self.version: str = manifest["version"]
        self._bias: float = manifest["bias"]
        self._exponent: float = manifest["exponent"]
        self._weights = weights

    @classmethod
    def from_folder(cls, folder: str) -> Self:
        """Raises ArtifactError."""
        manifest, files = artifact.read(folder)
        if manifest["kind"] != "scorecard":
            raise artifact.ArtifactError(
                f"{folder} is a {manifest['kind']!r}, not a scorecard: correct MODEL"
            )
        try:
            return cls(manifest, json.loads(files["weights.json"]))
        except (KeyError, ValueError) as exc:
            raise artifact.ArtifactError(f"{folder} is an incomplete scorecard: train again") from exc

    def predict(self, texts: Sequence[str], threshold: float = 0.5) -> list[Prediction]:
        """One prediction a text, in order: positive where the probability is at least `threshold`."""
        return [self._predict(text, threshold) for text in texts]

    def _predict(self, text: str, threshold: float) -> Prediction:
        found = words(text)
        weights = [self._weights[word] for word in found if word in self._weights]
        # fsum is exact, so every release of Python and any order of the words give the same bits
        logit = self._bias + math.fsum(weights) * len(found) ** self._exponent if weights else self._bias
        probability = _sigmoid(logit)
        return Prediction(
            label="positive" if probability >= threshold else "negative",
            probability=probability,
            warnings=() if weights else ("no_known_words",) if text and not text.isspace() else ("empty",),
        )


def _sigmoid(logit: float) -> float:
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))  # e^-logit would overflow
