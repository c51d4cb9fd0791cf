"""CSV (RFC 4180) in UTF-8: a header with a column `text`, fields in quotes where they need them."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from model import Prediction
from predict.files.rows import (
    ADDED,
    MAX_LINE_CHARACTERS,
    MAX_ROW_CHARACTERS,
    TEXT,
    BadRow,
    Batch,
    RefusedError,
)
from predict.limits import PLAIN_NAME, text_fault
from predict.settings import Settings

_BYTES_READ = 65_536  # at a time


class CsvRows:
    """Raises RefusedError."""

    def __init__(self, content: BinaryIO, settings: Settings) -> None:
        self._max_characters = settings.max_characters
        self._characters = 0  # read for the batch
        csv.field_size_limit(2 * MAX_ROW_CHARACTERS)  # csv would continue a longer field as new rows
        self._reader = csv.reader(self._lines(content), strict=True)
        try:
            self._columns = next(filter(None, self._reader), [])
        except csv.Error as exc:
            raise RefusedError(f"The header is not CSV: {exc}.") from exc
        if self._columns:
            _check(self._columns)

    def batches(self) -> Iterator[Batch]:
        column = self._columns.index(TEXT) if self._columns else 0
        batch = Batch([], [], [])
        for line, row, reason in self._rows():
            reason = reason or (self._fault(row, column) if row else "")
            if reason:
                batch.bad.append(BadRow(line, reason))
            elif row:  # a blank line is no row
                batch.rows.append(row)
                batch.texts.append(row[column])
            if batch.is_full(self._characters):
                yield batch
                batch, self._characters = Batch([], [], []), 0
        yield batch

    def header(self) -> bytes:
        return _encode([[*self._columns, *ADDED]]) if self._columns else b""

    def encode(self, rows: Sequence[list[str]], predictions: Sequence[Prediction], version: str) -> bytes:
        return _encode(
            [*row, label, probability, version]
            for row, (label, probability, _) in zip(rows, predictions, strict=True)
        )

    def _rows(self) -> Iterator[tuple[int, list[str], str]]:
        """The first line of each row and its fields, or why it is not CSV; csv goes on with the next line."""
        reader = self._reader
        while True:
            line = reader.line_num + 1
            try:
                row, reason = next(reader), ""
            except StopIteration:
                return
            except csv.Error as exc:
                unclosed = reader.line_num > line
                lines = f" up to line {reader.line_num}, for want of a quote" if unclosed else ""
                row, reason = [], f"is not CSV{lines}: {exc}"
            yield line, row, reason

    def _fault(self, row: list[str], column: int) -> str:
        if len(row) != len(self._columns):
            return f"has {len(row)} fields in place of {len(self._columns)}"
        if len(row[column]) > self._max_characters:
            return f"has a {TEXT} that {text_fault(row[column], self._max_characters)}"
        return ""

    def _lines(self, content: BinaryIO) -> Iterator[str]:
        """Lines with their ends, which csv needs to keep those within quotes. Raises RefusedError."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        rest = ""
        while chunk := content.read(_BYTES_READ):
            text = rest + _decode(decoder, chunk, content.tell())
            self._characters += len(text) - len(rest)
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            yield from io.StringIO(text[:end], newline="")
            rest = text[end:]
            if len(rest) > MAX_LINE_CHARACTERS or self._characters > MAX_ROW_CHARACTERS:
                raise RefusedError(
                    f"A line has more than {MAX_LINE_CHARACTERS:,} characters, or a row more than "
                    f"{MAX_ROW_CHARACTERS:,}: is it CSV, and is every quote closed?"
                )
        yield from io.StringIO(rest + _decode(decoder, b"", content.tell()), newline="")


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int) -> str:
    """`offset` is that of the end of the chunk in the object. Raises RefusedError."""
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as exc:
        first = offset - len(exc.object) + exc.start
        raise RefusedError(f"The object is not UTF-8 at byte {first:,}: convert it.") from exc


def _check(columns: list[str]) -> None:
    shown = ", ".join(column if PLAIN_NAME.fullmatch(column) else "?" for column in columns[:20])
    if TEXT not in columns:
        raise RefusedError(
            f"No column of the header is called {TEXT}, only {shown}: rename one; commas part them."
        )
    if len(set(columns)) < len(columns):
        raise RefusedError(f"Two columns of the header have the same name, of {shown}: rename one.")
    if taken := set(ADDED).intersection(columns):
        raise RefusedError(
            f"The column {min(taken)} is there already: rename it, or it would be there twice."
        )


def _encode(rows: Iterable[Iterable[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
