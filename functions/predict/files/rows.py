"""What the formats share: rows with a text each, in batches, and the rows that cannot be scored."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from model import Prediction

ADDED = ("label", "probability", "model_version")  # to each row
TEXT = "text"

# These bounds keep memory constant, whatever the object holds.
MAX_ROWS = 1_000  # in a batch
MAX_BATCH_CHARACTERS = 262_144  # before the last row of a batch
MAX_ROW_CHARACTERS = 16_777_216
MAX_LINE_CHARACTERS = 1_048_576


class RefusedError(Exception):
    """Raise when an object cannot be read at all; the message says why, and what to do."""


class BadRow(NamedTuple):
    """`line` is the row's first, from 1; `reason` shows nothing of its content."""

    line: int
    reason: str


class Batch(NamedTuple):
    """`texts[i]` is the text of `rows[i]`, which only the format itself reads."""

    rows: list[Any]
    texts: list[str]
    bad: list[BadRow]

    def is_full(self, characters: int) -> bool:
        """Whether it is to be scored, once so many characters were read for it."""
        return len(self.rows) + len(self.bad) >= MAX_ROWS or characters >= MAX_BATCH_CHARACTERS


class Format(Protocol):
    """Around the content of one object."""

    def batches(self) -> Iterator[Batch]:
        """All rows, good and bad, in their order. Raises RefusedError."""

    def header(self) -> bytes:
        """What stands before the rows."""

    def encode(self, rows: Sequence[Any], predictions: Sequence[Prediction], version: str) -> bytes:
        """The rows as they were, each with ADDED."""
