"""The proof that an artifact gives the answers of its original."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.classifier import MAX_CHARACTERS_READ, Classifier, Prediction
from model.packaging.refusals import NotPackagedError

TOLERANCE = 1e-9  # of a probability
_BATCH = 500  # texts


class Proof(NamedTuple):
    """`difference` is the largest of a probability. `ties` are texts whose label is a matter of rounding."""

    texts: int
    difference: float
    ties: int


def prove(model: Any, packaged: Classifier, texts: Sequence[str]) -> Proof:
    """Compare the answers to `texts`, of which both read as many characters as are served.

    Raises NotPackagedError if a label differs, or a probability by more than the tolerance.
    """
    difference, ties, wrong = 0.0, 0, 0
    for start in tqdm(range(0, len(texts), _BATCH), desc="proof", leave=False, delay=1, disable=None):
        batch = [text[:MAX_CHARACTERS_READ] for text in texts[start : start + _BATCH]]
        labels, theirs = _ask(model, batch)
        answers = packaged.predict(batch)
        ours = np.array([_order(packaged, answer) for answer in answers])
        difference = max(difference, float(np.abs(ours - theirs).max()))
        others = [i for i, answer in enumerate(answers) if answer.label != labels[i]]
        tied = [i for i in others if _is_tie(packaged, ours[i])]
        ties += len(tied)
        wrong += len(others) - len(tied)
    if wrong or not difference <= TOLERANCE:
        raise NotPackagedError(
            f"an artifact would give other answers to {len(texts):,} texts: {wrong:,} labels differ, and the "
            f"probabilities by up to {difference:.1g}: fit classes of scikit-learn itself, not of your own"
        )
    return Proof(len(texts), difference, ties)


def _ask(model: Any, texts: list[str]) -> tuple[list[str], NDArray[np.float64]]:
    try:
        return [str(label) for label in model.predict(texts).tolist()], model.predict_proba(texts)
    except Exception as exc:  # whatever it is, callers of the original would see it too
        raise NotPackagedError(
            f"its own predict fails for texts made of its words ({type(exc).__name__}): fit it in another way"
        ) from exc


def _order(packaged: Classifier, answer: Prediction) -> list[float]:
    """Return the probabilities in the order of the original's classes."""
    if answer.probabilities:
        return list(answer.probabilities.values())
    both = {packaged.labels[0]: 1 - answer.probability, packaged.labels[1]: answer.probability}
    return [both[label] for label in packaged.manifest["classes"]]


def _is_tie(packaged: Classifier, probabilities: NDArray[np.float64]) -> bool:
    """Tell whether the last bit of a sum, whose order scikit-learn does not promise, chooses the label."""
    if len(probabilities) == 2:
        positive = probabilities[packaged.manifest["classes"].index(packaged.labels[1])]
        return bool(abs(positive - packaged.threshold) <= TOLERANCE)
    second, first = np.sort(probabilities)[-2:]
    return bool(first - second <= TOLERANCE)
