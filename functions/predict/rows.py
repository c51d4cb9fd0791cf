"""What the formats of objects have in common: rows with a text each, in batches, and what was no row."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from model import Prediction

ADDED = ("label", "probability", "model_version")  # to each row
TEXT = "text"

# So that memory stays constant whatever comes.
MOST_ROWS = 1_000  # in a batch
MOST_CHARACTERS = 262_144  # in a batch, before its last row
LONGEST_ROW = 16_777_216
LONGEST_LINE = 1_048_576


class Refused(Exception):
    """Raise when an object cannot be read at all; the message says why, and what to do."""


class BadRow(NamedTuple):
    """`line` is the row's first, from 1; `reason` shows nothing of its content."""

    line: int
    reason: str


class Batch(NamedTuple):
    """`texts[i]` is that of `rows[i]`, which only the format itself reads."""

    rows: list[Any]
    texts: list[str]
    bad: list[BadRow]


class Format(Protocol):
    """Around one object's content."""

    def batches(self) -> Iterator[Batch]:
        """All rows, good and bad, in their order. Raises Refused."""

    def header(self) -> bytes:
        """What stands before the rows."""

    def encode(self, rows: Sequence[Any], predictions: Sequence[Prediction], version: str) -> bytes:
        """The rows as they were, each with ADDED."""
