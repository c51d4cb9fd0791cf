"""Reads labelled tweets from a CSV file of one of two formats.

The first format has a header with the columns `text` and `target` (0 negative, 1 positive), in UTF-8. The
other is Sentiment140 as published (Go, Bhayani and Huang 2009): six columns without a header, in Latin-1. The
first column is the label (0 negative, 2 neutral, 4 positive), and the last one is the text.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LABELS = {"0": 0, "1": 1}
_SENTIMENT140 = {"0": 0, "2": None, "4": 1}  # neutral rows are skipped


class CorpusError(Exception):
    """Raised if a corpus cannot be read. The message names the row and the cure."""


@dataclass(frozen=True)
class Corpus:
    """`labels[i]` is the label of `texts[i]`. `sha256` is the digest of the file."""

    texts: list[str]
    labels: list[int]
    sha256: str

    def split(self) -> tuple["Corpus", "Corpus"]:
        """Return the training rows, the first four fifths of each class, and the test rows."""
        train, test = [], []
        for label in sorted(_LABELS.values()):
            texts = [text for text, target in zip(self.texts, self.labels, strict=True) if target == label]
            end = len(texts) * 4 // 5
            train += [(text, label) for text in texts[:end]]
            test += [(text, label) for text in texts[end:]]
        return self._of(train), self._of(test)

    def _of(self, rows: list[tuple[str, int]]) -> "Corpus":
        return Corpus([text for text, _ in rows], [label for _, label in rows], self.sha256)


def read(path: Path) -> Corpus:
    """Read all rows of a file. Raises CorpusError."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise CorpusError(f"{path} cannot be read: run `make data`, or set DATA_DIR to its folder") from exc
    try:
        rows = list(_sentiment140(path, content) if _is_sentiment140(content) else _rows(path, content))
    except UnicodeDecodeError as exc:
        raise CorpusError(f"{path} is not UTF-8 at byte {_undecodable(content)}: save it as UTF-8") from exc
    if {label for _, label in rows} != set(_LABELS.values()):
        raise CorpusError(f"{path} has tweets of one class or none: both targets are needed")
    return Corpus(
        [text for text, _ in rows], [label for _, label in rows], hashlib.sha256(content).hexdigest()
    )


def _undecodable(content: bytes) -> int:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        return exc.start
    return len(content)


def _is_sentiment140(content: bytes) -> bool:
    first = content.partition(b"\n")[0].decode("latin-1")
    cells = next(csv.reader([first]), [])
    return len(cells) == 6 and cells[0] in _SENTIMENT140


def _sentiment140(path: Path, content: bytes) -> Iterator[tuple[str, int]]:
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), "latin-1", newline=""), strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if len(cells) != 6 or cells[0] not in _SENTIMENT140:
                raise CorpusError(
                    f"{path} row {row} (up to line {reader.line_num}) does not have six cells, the first of "
                    "them 0, 2 or 4: correct or remove it"
                )
            if (label := _SENTIMENT140[cells[0]]) is not None:
                yield cells[5], label
    except csv.Error as exc:
        raise CorpusError(f"{path} breaks off after row {row}, line {reader.line_num}: {exc}") from exc


def _rows(path: Path, content: bytes) -> Iterator[tuple[str, int]]:
    reader = csv.DictReader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""), strict=True)
    row = 0
    try:
        for column in ("text", "target"):
            if (count := (reader.fieldnames or []).count(column)) != 1:
                raise CorpusError(
                    f"{path} has {count} columns named {column!r} in row 1, its header: one is needed"
                )
        for row, cells in enumerate(reader, start=2):
            if None in cells or None in cells.values():
                raise CorpusError(
                    f"{path} row {row} (up to line {reader.line_num}) does not have the "
                    f"{len(reader.fieldnames or [])} cells of the header: quote texts that hold commas"
                )
            if cells["target"] not in _LABELS:
                raise CorpusError(
                    f"{path} row {row} (up to line {reader.line_num}) has another target than 0 (negative) "
                    "or 1 (positive): correct or remove it"
                )
            yield cells["text"], _LABELS[cells["target"]]
    except csv.Error as exc:
        raise CorpusError(f"{path} breaks off after row {row}, line {reader.line_num}: {exc}") from exc
