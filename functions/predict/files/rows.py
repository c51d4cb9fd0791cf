"""What the formats share: rows with a text each, in batches, and the rows that cannot be scored."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from model import Prediction

ADDED = ("label", "probability", "model_version", "warnings")  # to each row
PROBABILITIES = "probabilities"  # is added too where a model has more than two labels
PREFIX = "sentiment_"

# These bounds keep memory constant, whatever the object holds.
MAX_ROWS = 1_000  # in a batch
MAX_BATCH_BYTES = 262_144  # before the last row of a batch
MAX_LINE_CHARACTERS = 1_048_576
MAX_ROW_BYTES = 2_097_152  # csv makes 60 MB of a row that has one letter in each of its fields


class RefusedError(Exception):
    """Raise when an object cannot be read at all; the message says why, and what to do.

    It may show names of columns and members, so it belongs in the summary, not in a log.
    """


class BadRow(NamedTuple):
    """`line` is the row's first, from 1; `reason` shows nothing of its content."""

    line: int
    reason: str


class Batch(NamedTuple):
    """`texts[i]` is the text of `rows[i]`, which only the format itself reads."""

    rows: list[Any]
    texts: list[str]
    bad: list[BadRow]

    def is_full(self, size: int) -> bool:
        """Whether it is to be scored, once so many bytes were read for it."""
        return len(self.rows) + len(self.bad) >= MAX_ROWS or size >= MAX_BATCH_BYTES


class Format(Protocol):
    """Around the content of one object."""

    suffix: str  # of the name of its result

    def batches(self) -> Iterator[Batch]:
        """All rows, good and bad, in their order. Raises RefusedError."""

    def header(self) -> bytes:
        """What stands before the rows."""

    def encode(self, rows: Sequence[Any], predictions: Sequence[Prediction], version: str) -> bytes:
        """The rows as they were, each with what is added."""

    def footer(self) -> bytes:
        """What stands behind them."""

    def describe(self) -> dict[str, Any]:
        """How the object was read, for its summary: `format`, `text_column`, `added`. Ask after the rows."""

    def advise(self) -> str:
        """What to do where no row could be scored, with the columns or members that were seen."""


def list_added(labels: Sequence[str]) -> tuple[str, ...]:
    """What is added to each row by a model of these labels."""
    return ADDED if len(labels) == 2 else (*ADDED, PROBABILITIES)


def name_added(taken: Collection[str], names: tuple[str, ...] = ADDED) -> tuple[str, ...]:
    """The names, or all of them with PREFIX where one is among `taken`, so that they stay together."""
    while not set(names).isdisjoint(taken):
        names = tuple(PREFIX + name for name in names)
    return names
