"""What all models have in common: predictions and explanations, computed from logits."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from model.artifact import ArtifactError

if TYPE_CHECKING:
    from nlp import Change

MAX_CHARACTERS_READ = 5_000  # of a text; no tweet is longer, and the time of a prediction grows with the text

LABELS = ("negative", "positive")  # of an artifact that names no others
Label = Literal["negative", "positive", "uncertain"]  # of such an artifact
Warning = Literal["empty", "no_known_words", "unfamiliar", "truncated"]


class Prediction(NamedTuple):
    """The answer to a text. `warnings` say why it means little.

    Of two classes, `probability` is that of the last of the model's labels, and `label` may be "uncertain".
    Of more classes, `label` is the most probable one, `probability` is its own, and `probabilities` has that
    of each label, in the order of the model's labels. `known_words` is the share of the words that the model
    knows.
    """

    label: str
    probability: float
    warnings: tuple[Warning, ...]
    probabilities: Mapping[str, float] | None = None
    known_words: float = 1.0

    def as_json(self) -> dict[str, Any]:
        """Return what an answer says, which is nothing of `probabilities` if there are two classes."""
        said: dict[str, Any] = {
            "label": self.label,
            "probability": self.probability,
            "warnings": list(self.warnings),
        }
        return said if self.probabilities is None else said | {"probabilities": dict(self.probabilities)}


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
    """`logit` is the sum of `bias` and the contributions of `terms`, with an error below 1e-9.

    It is the logarithm of the odds of the last of two labels, or of the predicted one of more labels.

    `normalized` are the pieces that are read otherwise than they are written. `known_words` is the share of
    the words that the model knows.
    """

    logit: float
    bias: float
    terms: list[Term]
    dropped: list[Dropped]
    normalized: "list[Change]"
    known_words: float


class Classifier(ABC):
    """A model that is served. `manifest` describes how it was trained.

    `labels` are the classes. Of two, the last is the positive one, and `threshold` is the least probability
    from which on a text has it unless `predict` is told another. A text is unfamiliar if the model knows a
    smaller share of its words than `min_known`.
    """

    min_known: float
    card = b""  # Markdown for people, in UTF-8; empty where the artifact has none

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.name: str = manifest["name"]
        self.version: str = manifest["version"]
        self.labels: tuple[str, ...] = tuple(manifest.get("classes", LABELS))
        if len(self.labels) == 2 and manifest.get("positive") == self.labels[0]:
            self.labels = self.labels[::-1]
        self.threshold: float = manifest.get("threshold", 0.5)

    @property
    def identity(self) -> dict[str, str]:
        """The name and the version, as answers show them."""
        return {"name": self.name, "version": self.version}

    @abstractmethod
    def logit(self, text: str) -> tuple[float, float]:
        """Return the logarithm of the odds, and the share of the words that the model knows."""

    @abstractmethod
    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        """Return the bias, the pieces of `text` that add to it, and the pieces that add nothing."""

    def predict(
        self,
        texts: Sequence[str],
        threshold: float | None = None,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        """Return one prediction for each text, in order.

        The label is positive if the probability is at least `threshold`, or that of the model if it is None.
        It is uncertain if the probability is strictly between the two bounds of `uncertain`. Raises
        ValueError if one of them is given to a model of more than two classes.
        """
        if len(self.labels) > 2 and (threshold is not None or uncertain):
            raise ValueError(f"{self.name} has more than two classes: leave out threshold and uncertain")
        bound = self.threshold if threshold is None else threshold
        return [self._predict(text, bound, uncertain) for text in texts]

    def explain(self, text: str) -> Explanation:
        """Return what each piece of `text` contributes to its logit."""
        text = text[:MAX_CHARACTERS_READ]
        logit, known = self.logit(text)
        return Explanation(logit, *self.terms(text), self._find_changes(text), known)

    def _find_changes(self, text: str) -> "list[Change]":
        """Return the pieces that are read otherwise than they are written."""
        from nlp import Spelling  # what an answer without an explanation does not need is not imported

        return Spelling(text).changes()

    def check(self, most: int | None = None) -> None:
        """Repeat the golden predictions, or the first `most`. Raises ArtifactError if one differs."""
        for text, probability in self.manifest["golden"][:most]:
            [answer] = self.predict([text])
            expected = probability if isinstance(probability, dict) else {answer.label: probability}
            given = answer.probabilities or {answer.label: answer.probability}
            if any(abs(given[label] - expected[label]) > 1e-9 for label in given):
                raise ArtifactError(
                    f"{self.name} does not give the predictions of its training: train it again"
                )

    def _predict(self, text: str, threshold: float, uncertain: tuple[float, float] | None) -> Prediction:
        logit, known = self.logit(text[:MAX_CHARACTERS_READ])
        return self._judge(text, sigmoid(logit), known, threshold, uncertain)

    def _judge(
        self,
        text: str,
        probability: float,
        known: float,
        threshold: float,
        uncertain: tuple[float, float] | None,
    ) -> Prediction:
        """Return the prediction of one of two classes."""
        label = self.labels[probability >= threshold]
        if uncertain and uncertain[0] < probability < uncertain[1]:
            label = "uncertain"
        meaningful = known >= self.min_known and len(text) <= MAX_CHARACTERS_READ
        warnings = () if meaningful else self._warn(text, known)
        return Prediction(label, probability, warnings, None, known)

    def _warn(self, text: str, known: float) -> tuple[Warning, ...]:
        """Return why a prediction means little. `known` is the share of the words that the model knows."""
        warnings: tuple[Warning, ...] = ("truncated",) if len(text) > MAX_CHARACTERS_READ else ()
        if known < self.min_known:
            warnings += ("unfamiliar",) if known else _warn_of_unread(text[:MAX_CHARACTERS_READ])
        return warnings


def _warn_of_unread(text: str) -> tuple[Warning, ...]:
    """Return the warning of a text in which no word is known."""
    from nlp import normalize  # not before a model is loaded, which imports it too

    return ("no_known_words",) if normalize(text).strip() else ("empty",)


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + e^-logit) without overflow."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))
