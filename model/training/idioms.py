"""Lists of texts of our own with labels, which are in no corpus of tweets.

DEVELOPMENT and FINAL are everyday idioms, most of them with a negation. They were shuffled and halved before
the first phrase was written. Phrases were developed with the first half. The second half was opened once, at
the end. The lists and the phrases have one author, so the share of the second half is an upper bound.

OTHER_DOMAINS are sentences of reviews, mails, news and chats. Settings of the default model were compared on
them, beside cross-validation.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "tests" / "model"
DEVELOPMENT = _FOLDER / "idioms_development.tsv"
FINAL = _FOLDER / "idioms_final.tsv"
OTHER_DOMAINS = _FOLDER / "other_domains.tsv"

Probabilities = Callable[[Sequence[str]], Sequence[float]]


def read(path: Path) -> tuple[list[str], list[int]]:
    """Return the texts of a list, and their labels: 0 negative, 1 positive."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows], [int(row["label"]) for row in rows]


def share_right(probabilities: Probabilities, path: Path, label: int | None = None) -> float:
    """Return the share of a list, or of its rows with one `label`, that is right at a threshold of 0.5."""
    texts, labels = read(path)
    right = [
        (probability >= 0.5) == bool(truth)
        for probability, truth in zip(probabilities(texts), labels, strict=True)
        if label in (None, truth)
    ]
    return round(sum(right) / len(right), 6)
