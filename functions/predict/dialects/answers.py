"""What several dialects answer with: scores and records."""

import math
from collections.abc import Sequence
from typing import Any

from model import Classifier, Prediction
from model.classifier import MAX_CHARACTERS_READ
from predict.dialects.native import explain
from predict.dialects.request import Request

_LEAST, _MOST = math.nextafter(0, 1), math.nextafter(1, 0)


def scores(model: Classifier, prediction: Prediction) -> list[tuple[str, float]]:
    """Each label of the model with its probability."""
    if prediction.probabilities is not None:
        return list(prediction.probabilities.items())
    return list(zip(model.labels, (1 - prediction.probability, prediction.probability), strict=True))


def log_odds(model: Classifier, text: str, prediction: Prediction) -> list[tuple[str, float]]:
    """Each label of the model with the logarithm of its odds."""
    if prediction.probabilities is not None:
        return [(label, _find_logit(score)) for label, score in prediction.probabilities.items()]
    logit, _ = model.logit(text[:MAX_CHARACTERS_READ])  # exact where a probability is rounded to 1
    return list(zip(model.labels, (-logit, logit), strict=True))


def records(request: Request, predictions: Sequence[Prediction], model: Classifier) -> list[dict[str, Any]]:
    """A JSON object for each text, with an explanation where the request asks for it."""
    return [
        prediction.as_json() | ({"explanation": explain(model, text)} if request.explain else {})
        for text, prediction in zip(request.texts, predictions, strict=True)
    ]


def _find_logit(probability: float) -> float:
    """The logarithm of the odds; JSON has no infinity, so that of the next float in place of 0 and 1."""
    bounded = min(max(probability, _LEAST), _MOST)
    return math.log(bounded) - math.log1p(-bounded)
