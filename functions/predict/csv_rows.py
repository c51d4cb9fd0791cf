"""CSV (RFC 4180) in UTF-8: a header with a column `text`, fields in quotes where they need them."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from model import Prediction
from predict.request import NAME, text_fault
from predict.rows import (
    ADDED,
    LONGEST_LINE,
    LONGEST_ROW,
    MOST_CHARACTERS,
    MOST_ROWS,
    TEXT,
    BadRow,
    Batch,
    Refused,
)
from predict.settings import Settings

_CHUNK = 65_536  # bytes


class CsvRows:
    """Raises Refused."""

    def __init__(self, content: BinaryIO, settings: Settings) -> None:
        self._settings = settings
        self._characters = 0  # read for the batch
        csv.field_size_limit(2 * LONGEST_ROW)  # a field that is cut would go on as rows that never were
        self._reader = csv.reader(self._lines(content), strict=True)
        try:
            self._columns = next(filter(None, self._reader), [])
        except csv.Error as exc:
            raise Refused(f"The header is not CSV: {exc}.") from exc
        if self._columns:
            _check(self._columns)

    def batches(self) -> Iterator[Batch]:
        reader, settings = self._reader, self._settings
        width, longest = len(self._columns), settings.max_characters
        column = self._columns.index(TEXT) if self._columns else 0
        batch = Batch([], [], [])
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as exc:  # the reader goes on with the next line
                lines = (
                    f" up to line {reader.line_num}, for want of a quote" if reader.line_num > line else ""
                )
                batch.bad.append(BadRow(line, f"is not CSV{lines}: {exc}"))
                row = []
            if len(row) == width and len(row[column]) <= longest:
                batch.rows.append(row)
                batch.texts.append(row[column])
            elif len(row) == width:
                batch.bad.append(BadRow(line, f"has a {TEXT} that {text_fault(row[column], settings)}"))
            elif row:  # a blank line is none
                batch.bad.append(BadRow(line, f"has {len(row)} fields in place of {width}"))
            if len(batch.rows) + len(batch.bad) >= MOST_ROWS or self._characters >= MOST_CHARACTERS:
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

    def _lines(self, content: BinaryIO) -> Iterator[str]:
        """Lines with their ends, which csv tells from those within quotes. Raises Refused."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        rest = ""
        while chunk := content.read(_CHUNK):
            text = rest + _decoded(decoder, chunk, content.tell())
            self._characters += len(text) - len(rest)
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            yield from io.StringIO(text[:end], newline="")
            rest = text[end:]
            if len(rest) > LONGEST_LINE or self._characters > LONGEST_ROW:
                raise Refused(
                    f"A line has more than {LONGEST_LINE:,} characters, or a row more than {LONGEST_ROW:,}: "
                    "is it CSV, and is every quote closed?"
                )
        yield from io.StringIO(rest + _decoded(decoder, b"", content.tell()), newline="")


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int) -> str:
    """`offset` is that of the end of the chunk in the object. Raises Refused."""
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as exc:
        first = offset - len(exc.object) + exc.start
        raise Refused(f"The object is not UTF-8 at byte {first:,}: convert it.") from exc


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
