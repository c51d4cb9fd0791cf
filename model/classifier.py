"""What every kind of model answers, however it comes to its logit."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from model.artifact import ArtifactError

LONGEST = 5_000  # characters of a text that are read: no tweet is longer, and time grows with it

Label = Literal["negative", "positive", "uncertain"]
Warning = Literal["empty", "no_known_words", "truncated"]


class Prediction(NamedTuple):
    """`probability` is that of positive; `warnings` say why an answer means little."""

    label: Label
    probability: float
    warnings: tuple[Warning, ...]


class Term(NamedTuple):
    """What `text[start:end]` adds to the logit, as the `feature` that it is to the model."""

    feature: str
    form: str
    start: int
    end: int
    contribution: float


class Dropped(NamedTuple):
    """`text[start:end]` adds nothing: an address, a handle, a stop word, or unknown to the model."""

    start: int
    end: int
    reason: str


class Explanation(NamedTuple):
    """The logit is `bias` and the contributions of `terms`, to 1e-9."""

    logit: float
    bias: float
    terms: list[Term]
    dropped: list[Dropped]


class Classifier(ABC):
    """A served model; `manifest` tells where it comes from."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.name: str = manifest["name"]
        self.version: str = manifest["version"]
        self.identity = {"name": self.name, "version": self.version}

    @abstractmethod
    def logit(self, text: str) -> tuple[float, bool]:
        """The logarithm of the odds of positive, and whether anything in `text` is known."""

    @abstractmethod
    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        """The bias, and what each part of `text` adds to it."""

    def predict(
        self,
        texts: Sequence[str],
        threshold: float = 0.5,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        """One prediction a text, in order: positive where the probability is at least `threshold`.

        Strictly between the bounds of `uncertain` the label is that instead.
        """
        return [self._predict(text, threshold, uncertain) for text in texts]

    def explain(self, text: str) -> Explanation:
        text = text[:LONGEST]
        return Explanation(self.logit(text)[0], *self.terms(text))

    def check(self) -> None:
        """Replay the predictions that the manifest remembers from training. Raises ArtifactError."""
        for text, probability in self.manifest["golden"]:
            [answer] = self.predict([text])
            if abs(answer.probability - probability) > 1e-9:
                raise ArtifactError(f"{self.name} answers otherwise than when it was trained: train it again")

    def _predict(self, text: str, threshold: float, uncertain: tuple[float, float] | None) -> Prediction:
        logit, known = self.logit(text[:LONGEST])
        probability = sigmoid(logit)
        warnings: tuple[Warning, ...] = ("truncated",) if len(text) > LONGEST else ()
        if not known:
            warnings += ("no_known_words",) if text and not text.isspace() else ("empty",)
        label: Label = "positive" if probability >= threshold else "negative"
        if uncertain and uncertain[0] < probability < uncertain[1]:
            label = "uncertain"
        return Prediction(label, probability, warnings)


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit), without an overflow on either side."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))
