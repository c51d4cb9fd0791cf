"""CSV (RFC 4180) in UTF-8: a header with a column `text`, fields in quotes where they need them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from model import Prediction
from predict.request import NAME, text_fault
from predict.rows import ADDED, LONGEST_LINE, MOST_CHARACTERS, TEXT, BadRow, Batch, Refused
from predict.settings import Settings


class CsvRows:
    """Raises Refused."""

    def __init__(self, content: BinaryIO, settings: Settings) -> None:
        self._settings = settings
        self._characters = 0  # read for the batch
        self._text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
        self._reader = csv.reader(self._lines(content), strict=True)
        try:
            self._columns = next(self._reader, [])
        except csv.Error as exc:
            raise Refused(f"The header is not CSV: {exc}.") from exc
        if self._columns:
            _check(self._columns)

    def batches(self) -> Iterator[Batch]:
        batch = Batch([], [], [])
        width, longest = len(self._columns), self._settings.max_characters
        column = self._columns.index(TEXT) if self._columns else 0
        for line, row in self._numbered():
            if isinstance(row, str):
                batch.bad.append(BadRow(line, row))
            elif len(row) != width:
                batch.bad.append(BadRow(line, f"has {len(row)} fields, the header has {width}"))
            elif len(row[column]) > longest:
                batch.bad.append(BadRow(line, f"has a text that {text_fault(row[column], self._settings)}"))
            else:
                batch.rows.append(row)
                batch.texts.append(row[column])
            if batch.full(self._characters):
                yield batch
                batch, self._characters = Batch([], [], []), 0
        yield batch

    def header(self) -> bytes:
        return _encoded([[*self._columns, *ADDED]]) if self._columns else b""

    def encode(self, rows: Sequence[list[str]], predictions: Sequence[Prediction], version: str) -> bytes:
        return _encoded(
            [*row, label, probability, version]
            for row, (label, probability, _) in zip(rows, predictions, strict=True)
        )

    def _numbered(self) -> Iterator[tuple[int, list[str] | str]]:
        """Rows, or why there is none, and the line that each starts at; after a fault csv goes on."""
        reader, ended = self._reader, False
        while not ended:
            line = reader.line_num + 1
            try:
                for row in reader:
                    if row:  # a blank line is none
                        yield line, row
                    line = reader.line_num + 1
                ended = True
            except csv.Error as exc:
                lines = (
                    f" up to line {reader.line_num}, for want of a quote" if reader.line_num > line else ""
                )
                yield line, f"is not CSV{lines}: {exc}"

    def _lines(self, content: BinaryIO) -> Iterator[str]:
        """Lines with their ends, which csv tells from those within quotes. Raises Refused."""
        try:
            while line := self._text.readline(LONGEST_LINE):
                self._characters += len(line)
                if len(line) == LONGEST_LINE or self._characters > 4 * MOST_CHARACTERS:
                    raise Refused(f"A row has more than {LONGEST_LINE:,} characters: is it CSV?")
                yield line
        except UnicodeDecodeError as exc:
            offset = content.tell() - len(exc.object) + exc.start
            raise Refused(f"The object is not UTF-8 at byte {offset:,}: convert it.") from exc


def _check(columns: list[str]) -> None:
    shown = ", ".join(column if NAME.fullmatch(column) else "?" for column in columns[:20])
    if TEXT not in columns:
        raise Refused(
            f"No column of the header is called {TEXT}, only {shown}: rename one; commas part them."
        )
    if len(set(columns)) < len(columns):
        raise Refused(f"Two columns of the header have the same name, of {shown}: rename one.")
    if taken := set(ADDED).intersection(columns):
        raise Refused(f"The column {min(taken)} is there already: rename it, or it would be there twice.")


def _encoded(rows: Iterable[Iterable[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
