"""Which of two labels is the positive one, where their names say it."""

from collections.abc import Sequence

NEGATIVE = {"negative", "neg", "0", "-1", "false"}
POSITIVE = {"positive", "pos", "1", "4", "true"}  # Sentiment140 writes 4


def find_positive(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels, or None if their names do not say it."""
    small = [label.strip().lower().removesuffix(".0") for label in labels]
    for negative, positive in ((0, 1), (1, 0)):
        if small[negative] in NEGATIVE and small[positive] in POSITIVE:
            return labels[positive]
    return None
