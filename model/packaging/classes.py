"""The labels of an artifact."""

import math
from collections.abc import Sequence
from typing import Any

from model.packaging.refusals import NotPackagedError
from model.training import sides

UNCERTAIN = "uncertain"


def name_classes(classes: Sequence[Any]) -> list[str]:
    """Return the labels of the classes. Raises NotPackagedError if two are the same word."""
    labels = [str(label) for label in classes]
    if len(set(labels)) < len(labels):
        raise NotPackagedError(f"two of its classes are called the same, {', '.join(labels)}: rename one")
    if len(labels) == 2 and UNCERTAIN in labels:
        raise NotPackagedError(
            f"one of its two classes is called {UNCERTAIN!r}, as answers between two are: rename it"
        )
    return labels


def find_positive(labels: Sequence[str], said: str | None) -> str | None:
    """Return the positive one of two labels: the one that was said, or the one that is plain from both.

    Returns None if there are more. Raises NotPackagedError if it is not among them, or not plain.
    """
    if said is not None and len(labels) > 2:
        raise NotPackagedError(
            f"it has {len(labels)} classes, none of which is positive: leave out --positive"
        )
    if said is not None and said not in labels:
        raise NotPackagedError(
            f"{said!r} is not one of its classes, {' and '.join(map(repr, labels))}: correct --positive"
        )
    if said is not None or len(labels) > 2:
        return said
    if evident := sides.find_positive(labels):
        return evident
    raise NotPackagedError(
        f"its classes are {labels[0]!r} and {labels[1]!r}: say which is positive with --positive"
    )


def orient(chosen: int, threshold: float, positive: int) -> float:
    """Return the least probability of the positive class from which on a text has it.

    A text has the class `chosen` if its probability is at least `threshold`.
    """
    return threshold if chosen == positive else math.nextafter(1 - threshold, 1)
