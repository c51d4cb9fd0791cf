"""Reads labelled texts from a CSV file of one of two formats.

The first format has a header, in UTF-8. `Columns` says which column has the text and which the label of two
classes; without another word these are `text` and `target` (0 negative, 1 positive). The other format is
Sentiment140 as published (Go, Bhayani and Huang 2009): six columns without a header, in Latin-1. The first
column is the label (0 negative, 2 neutral, 4 positive), and the last one is the text.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from model.classifier import LABELS
from model.training.sides import find_positive

MIN_ROWS = 50  # of each class; with fewer, nothing that is measured means anything
_MAX_SHOWN = 5  # labels
_SENTIMENT140 = {"0": 0, "2": None, "4": 1}  # neutral rows are skipped


class CorpusError(Exception):
    """Raised if a corpus cannot be read. The message names the row and the cure."""


class Columns(NamedTuple):
    """Names of columns, and the label that counts as positive; "" where its name says it."""

    text: str = "text"
    label: str = "target"
    positive: str = ""


@dataclass(frozen=True)
class Corpus:
    """`labels[i]` is that of `texts[i]`: 0 for the first of the two `classes`, and 1 for the positive one.

    `sha256` is the digest of the `file`.
    """

    texts: list[str]
    labels: list[int]
    sha256: str
    classes: tuple[str, str] = LABELS
    file: str = ""

    def split(self) -> tuple["Corpus", "Corpus"]:
        """Return the training rows, the first four fifths of each class, and the test rows."""
        train, test = [], []
        for label in (0, 1):
            texts = [text for text, target in zip(self.texts, self.labels, strict=True) if target == label]
            end = len(texts) * 4 // 5
            train += [(text, label) for text in texts[:end]]
            test += [(text, label) for text in texts[end:]]
        return self._of(train), self._of(test)

    def _of(self, rows: list[tuple[str, int]]) -> "Corpus":
        return replace(self, texts=[text for text, _ in rows], labels=[label for _, label in rows])


def read(path: Path, columns: Columns = Columns()) -> Corpus:  # noqa: B008 a NamedTuple does not change
    """Read all rows of a file. Raises CorpusError."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise CorpusError(f"{path} cannot be read: run `make data`, or set DATA_DIR to its folder") from exc
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        if _is_sentiment140(content):
            rows = list(_sentiment140(path, content))
            if len({label for _, label in rows}) < 2:
                raise CorpusError(f"{path} has tweets of one class or none: two are needed")
            return Corpus([text for text, _ in rows], [label for _, label in rows], sha256, file=path.name)
        labelled = list(_rows(path, content, columns))
    except UnicodeDecodeError as exc:
        raise CorpusError(f"{path} is not UTF-8 at byte {_undecodable(content)}: save it as UTF-8") from exc
    first_rows = dict(reversed([(label, row) for row, (_, label) in enumerate(labelled, start=2)]))
    negative, positive = _find_classes(path, first_rows, columns)
    return Corpus(
        [text for text, _ in labelled],
        [int(label == positive) for _, label in labelled],
        sha256,
        LABELS if find_positive([negative, positive]) == positive else (negative, positive),
        path.name,
    )


def check_size(path: Path, rows: Corpus) -> None:
    """Raise CorpusError if there are too few rows to train on and to measure."""
    for label, name in enumerate(rows.classes):
        if (count := rows.labels.count(label)) < MIN_ROWS:
            raise CorpusError(f"{path} has {count} rows of {name!r}: at least {MIN_ROWS} of each are needed")


def _find_classes(path: Path, first_rows: Mapping[str, int], columns: Columns) -> tuple[str, str]:
    """Return the negative and the positive label, from the first row of each. Raises CorpusError."""
    found = sorted(first_rows)
    places = [f"{label!r} (first in row {first_rows[label]})" for label in found[:_MAX_SHOWN]]
    shown = ", ".join([*places, *(["and others"] if len(found) > _MAX_SHOWN else [])])
    if len(found) < 2:
        raise CorpusError(f"{path} has one label or none in {columns.label!r}: two are needed")
    if columns.positive:
        if columns.positive not in found:
            raise CorpusError(f"{path} has no label {columns.positive!r}, as POSITIVE says: it has {shown}")
        others = [label for label in found if label != columns.positive]
        return others[0] if len(others) == 1 else f"not {columns.positive}", columns.positive
    if len(found) > 2:
        raise CorpusError(
            f"{path} has {len(found)} labels, {shown}: these models are for two. Correct the rows, or say "
            "with POSITIVE which label to tell from the others. For more labels, fit a pipeline of "
            "scikit-learn and run `sentiment package`"
        )
    positive = find_positive(found)
    if positive is None:
        raise CorpusError(f"{path} has the labels {shown}: say which is positive with POSITIVE")
    [negative] = [label for label in found if label != positive]
    return negative, positive


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


def _rows(path: Path, content: bytes, columns: Columns) -> Iterator[tuple[str, str]]:
    reader = csv.DictReader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""), strict=True)
    row = 0
    try:
        names = list(reader.fieldnames or [])
        for column, variable in ((columns.text, "TEXT"), (columns.label, "LABEL")):
            if (count := names.count(column)) != 1:
                raise CorpusError(
                    f"{path} has {count} columns named {column!r} in row 1, its header: one is needed. It "
                    f"has {', '.join(names)}; name one with {variable}"
                )
        for row, cells in enumerate(reader, start=2):
            if None in cells or None in cells.values():
                raise CorpusError(
                    f"{path} row {row} (up to line {reader.line_num}) does not have the "
                    f"{len(names)} cells of the header: quote texts that hold commas"
                )
            if not (label := cells[columns.label].strip()):
                raise CorpusError(
                    f"{path} row {row} (up to line {reader.line_num}) has no {columns.label}: add it, or "
                    "remove the row"
                )
            yield cells[columns.text], label
    except csv.Error as exc:
        raise CorpusError(f"{path} breaks off after row {row}, line {reader.line_num}: {exc}") from exc
