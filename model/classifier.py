"""What all models have in common: predictions and explanations, computed from logits."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from model.artifact import ArtifactError

MAX_CHARACTERS_READ = 5_000  # of a text; no tweet is longer, and the time of a prediction grows with the text

LABELS = ("negative", "positive")  # of an artifact that names no others
Label = Literal["negative", "positive", "uncertain"]
Warning = Literal["empty", "no_known_words", "truncated"]


class Prediction(NamedTuple):
    """`probability` is the probability of positive. `warnings` say why the prediction means little."""

    label: Label
    probability: float
    warnings: tuple[Warning, ...]


class Term(NamedTuple):
    """The contribution of `text[start:end]` to the logit. `feature` is a kind of feature, such as "stem"."""

    feature: str
    form: str
    start: int
    end: int
    contribution: float


class Dropped(NamedTuple):
    """`text[start:end]` adds nothing to the logit.

    `reason` is address, handle, neutral, stop word or unknown.
    """

    start: int
    end: int
    reason: str


class Explanation(NamedTuple):
    """`logit` is the sum of `bias` and the contributions of `terms`, with an error below 1e-9."""

    logit: float
    bias: float
    terms: list[Term]
    dropped: list[Dropped]


class Classifier(ABC):
    """A model that is served. `manifest` describes how it was trained."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.name: str = manifest["name"]
        self.version: str = manifest["version"]

    @property
    def identity(self) -> dict[str, str]:
        """The name and the version, as answers show them."""
        return {"name": self.name, "version": self.version}

    @abstractmethod
    def logit(self, text: str) -> tuple[float, bool]:
        """Return the logarithm of the odds of positive, and whether the model knows anything in `text`."""

    @abstractmethod
    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        """Return the bias, the pieces of `text` that add to it, and the pieces that add nothing."""

    def predict(
        self,
        texts: Sequence[str],
        threshold: float = 0.5,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        """Return one prediction for each text, in order.

        The label is positive if the probability is at least `threshold`. It is uncertain if the probability
        is strictly between the two bounds of `uncertain`.
        """
        return [self._predict(text, threshold, uncertain) for text in texts]

    def explain(self, text: str) -> Explanation:
        """Return what each piece of `text` contributes to its logit."""
        text = text[:MAX_CHARACTERS_READ]
        return Explanation(self.logit(text)[0], *self.terms(text))

    def check(self) -> None:
        """Repeat the golden predictions of the manifest. Raises ArtifactError if one differs."""
        for text, probability in self.manifest["golden"]:
            [answer] = self.predict([text])
            if abs(answer.probability - probability) > 1e-9:
                raise ArtifactError(
                    f"{self.name} does not give the predictions of its training: train it again"
                )

    def _predict(self, text: str, threshold: float, uncertain: tuple[float, float] | None) -> Prediction:
        logit, known = self.logit(text[:MAX_CHARACTERS_READ])
        probability = sigmoid(logit)
        warnings: tuple[Warning, ...] = ("truncated",) if len(text) > MAX_CHARACTERS_READ else ()
        if not known:
            warnings += ("no_known_words",) if text and not text.isspace() else ("empty",)
        label: Label = "positive" if probability >= threshold else "negative"
        if uncertain and uncertain[0] < probability < uncertain[1]:
            label = "uncertain"
        return Prediction(label, probability, warnings)


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + e^-logit) without overflow."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))
