"""What several dialects answer with: scores and records."""

from collections.abc import Sequence
from typing import Any

from model import Classifier, Prediction
from model.classifier import MAX_CHARACTERS_READ
from predict.dialects.native import explain
from predict.dialects.request import Request

_LABELS = ("negative", "positive")  # in the order of the model's probabilities


def labels(_model: Classifier) -> tuple[str, ...]:
    """The labels that the model chooses from."""
    return _LABELS


def scores(model: Classifier, probability: float) -> list[tuple[str, float]]:
    """Each label of the model with its probability, where `probability` is that of the last one."""
    return list(zip(labels(model), (1 - probability, probability), strict=True))


def log_odds(model: Classifier, text: str) -> list[tuple[str, float]]:
    """Each label of the model with the logarithm of its odds."""
    logit, _ = model.logit(text[:MAX_CHARACTERS_READ])
    return list(zip(labels(model), (-logit, logit), strict=True))


def records(request: Request, predictions: Sequence[Prediction], model: Classifier) -> list[dict[str, Any]]:
    """A JSON object for each text, with an explanation where the request asks for it."""
    return [
        {**prediction._asdict(), "warnings": list(prediction.warnings)}
        | ({"explanation": explain(model, text)} if request.explain else {})
        for text, prediction in zip(request.texts, predictions, strict=True)
    ]
