"""CSV (RFC 4180) in UTF-8: a header with a column for the text, fields in quotes where they need them."""

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from model import Prediction
from predict.files import csv_dialect, encodings, text_column
from predict.files.rows import (
    ADDED,
    MAX_BATCH_BYTES,
    MAX_LINE_CHARACTERS,
    MAX_ROW_BYTES,
    MAX_ROWS,
    BadRow,
    Batch,
    RefusedError,
    name_added,
)
from predict.limits import text_fault
from predict.settings import Settings

_BYTES_READ = 65_536  # at a time
_MARK = "\ufeff"

# csv ends a row at every CR and LF that is not in quotes. The first line end of a file decides which of them
# ends its lines. The other one is text, and goes through csv as half a surrogate, which UTF-8 cannot have.
_HIDDEN_CR, _HIDDEN_LF = "\udc0d", "\udc0a"
_CRS = re.compile(r"\r+(\n?)")
_SHOWN_IN_LF, _SHOWN_IN_CR = {0xDC0D: "\r"}, {0xDC0A: "\n", 0x0A: "\r"}


class CsvRows:
    """Raises RefusedError."""

    suffix = "csv"

    def __init__(self, content: BinaryIO, settings: Settings, added: tuple[str, ...] = ADDED) -> None:
        self._content = content
        self._max_characters = settings.max_characters
        self._decoder = codecs.getincrementaldecoder(encodings.UTF_8)()
        self._offset = 0  # of the next byte
        self._batch = Batch([], [], [])
        self._bytes = 0  # read for the batch
        self._shown: dict[int, str] = {}  # what stands for hidden characters, once there are any
        head = self._read_head()
        self._marked = head.startswith(_MARK)
        head = head.removeprefix(_MARK)
        dialect = csv_dialect.find(head, settings.text_column)
        self._delimiter, self._of_cr = dialect.delimiter, dialect.of_cr
        self._skipped = 1 if dialect.start else 0  # lines
        csv.field_size_limit(2 * MAX_ROW_BYTES)  # csv would continue a longer field as new rows
        self._reader = csv.reader(self._lines(head[dialect.start :]), delimiter=self._delimiter, strict=True)
        try:
            self._columns = self._show(next(filter(None, self._reader), []))
        except csv.Error as exc:
            raise RefusedError(f"The header is not CSV: {exc}.") from exc
        self._name = _check(self._columns, settings.text_column) if self._columns else ""
        self._column = self._columns.index(self._name) if self._columns else 0
        self._added = name_added(self._columns, added)

    def batches(self) -> Iterator[Batch]:
        ended = False
        while not ended:
            self._batch = Batch([], [], [])
            self._bytes = 0
            ended = self._fill()
            yield self._batch

    def header(self) -> bytes:
        if not self._columns:
            return b""
        return (_MARK if self._marked else "").encode() + self._encode([[*self._columns, *self._added]])

    def encode(self, rows: Sequence[list[str]], predictions: Sequence[Prediction], version: str) -> bytes:
        pairs = zip(rows, predictions, strict=True)
        if len(self._added) == len(ADDED):
            return self._encode(
                [*row, label, repr(probability), version, " ".join(warnings) if warnings else ""]
                for row, (label, probability, warnings, *_) in pairs
            )
        return self._encode(
            [*row, label, repr(probability), version, " ".join(warnings), json.dumps(probabilities)]
            for row, (label, probability, warnings, probabilities, _) in pairs
        )

    def footer(self) -> bytes:
        return b""

    def describe(self) -> dict[str, Any]:
        return {
            "format": "csv",
            "delimiter": self._delimiter,
            "text_column": self._name,
            "added": list(self._added),
        }

    def advise(self) -> str:
        return (
            f"The {len(self._columns)} columns of the header, which {self._delimiter!r} parts, are "
            f"{text_column.show(self._columns)}: is each row like that, and every quote closed?"
        )

    def _fill(self) -> bool:
        """Fill the batch. Whether the rows have ended."""
        while True:
            try:
                return self._fill_until_fault()
            except csv.Error as exc:  # csv goes on with the next line
                self._batch.bad.append(self._explain(exc))
            if self._batch.is_full(self._bytes):
                return False

    def _fill_until_fault(self) -> bool:
        rows, texts, bad = self._batch
        reader, column, width, most = self._reader, self._column, len(self._columns), self._max_characters
        again = (self._name, _MARK + self._name)
        self._line = reader.line_num
        for row in reader:
            if self._shown:
                row = self._show(row)
            if len(row) == width and len(text := row[column]) <= most and text not in again:
                rows.append(row)
                texts.append(text)
            elif fault := self._fault(row):
                bad.append(BadRow(self._line + 1 + self._skipped, fault))
            elif row:  # a blank line is no row
                rows.append(row)
                texts.append(row[column])
            self._line = reader.line_num
            if len(rows) + len(bad) >= MAX_ROWS or self._bytes >= MAX_BATCH_BYTES:
                return False
        return True

    def _fault(self, row: list[str]) -> str:
        if not row:
            return ""
        if len(row) != len(self._columns):
            return f"has {len(row)} fields in place of {len(self._columns)}"
        if [row[0].removeprefix(_MARK), *row[1:]] == self._columns:
            return "is the header again"
        if fault := text_fault(row[self._column], self._max_characters):
            return f"has a {self._name} that {fault}"
        return ""

    def _explain(self, exc: csv.Error) -> BadRow:
        first, last = self._line + 1, self._reader.line_num
        lines = f" up to line {last + self._skipped}, for want of a quote" if last > first else ""
        return BadRow(first + self._skipped, f"is not CSV{lines}: {exc}")

    def _read_head(self) -> str:
        """The first characters, or all of them."""
        head = ""
        while len(head) < _BYTES_READ and (data := self._content.read(_BYTES_READ)):
            head += self._decode(data)
        return head

    def _lines(self, head: str) -> Iterator[str]:
        """Lines with their ends, which csv needs to keep those within quotes. Raises RefusedError."""
        text, rest, ended = head, "", False
        while not ended:
            kept = text if self._of_cr else text.rstrip("\r")  # whether LF follows is seen later
            crs, text = text[len(kept) :], rest + self._hide(kept)
            end = text.rfind("\n") + 1
            yield from io.StringIO(text[:end], newline="\n")
            rest = text[end:]
            data = self._content.read(_BYTES_READ)
            text, ended = crs + self._decode(data), not data
            if len(rest) + len(crs) > MAX_LINE_CHARACTERS or self._bytes > MAX_ROW_BYTES:
                raise RefusedError(
                    f"A line has more than {MAX_LINE_CHARACTERS:,} characters, or a row more than "
                    f"{MAX_ROW_BYTES:,} bytes: is it CSV, and is every quote closed?"
                )
        yield from io.StringIO(rest + text, newline="\n")

    def _decode(self, data: bytes) -> str:
        """Raises RefusedError."""
        self._offset += len(data)
        self._bytes += len(data)
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as exc:
            raise encodings.refuse(encodings.UTF_8, self._offset - len(exc.object) + exc.start) from exc

    def _hide(self, text: str) -> str:
        """The text whose lines end in LF, or in CR and LF, and that has no other CR."""
        if self._of_cr:
            self._shown = _SHOWN_IN_CR
            return text.replace("\n", _HIDDEN_LF).replace("\r", "\n")
        if "\r" in text and text.count("\r") > text.count("\r\n"):
            self._shown = _SHOWN_IN_LF
            return _CRS.sub(lambda found: found[0] if found[1] else _HIDDEN_CR * len(found[0]), text)
        return text

    def _show(self, row: list[str]) -> list[str]:
        return [field.translate(self._shown) for field in row] if self._shown else row

    def _encode(self, rows: Iterable[list[str]]) -> bytes:
        """As csv writes them. A row is joined here where csv would put no field in quotes."""
        written, delimiter = io.StringIO(), self._delimiter
        write, write_quoted = written.write, csv.writer(written, delimiter=delimiter).writerow
        most = len(self._columns) + len(self._added) - 1
        for row in rows:
            line = delimiter.join(row)
            if line.count(delimiter) > most or '"' in line or "\n" in line or "\r" in line:
                write_quoted(row)
            else:
                write(line + "\r\n")
        return written.getvalue().encode()


def _check(columns: list[str], wanted: str) -> str:
    """The name of the column of the text. Raises RefusedError with all that is wrong."""
    found = text_column.find(columns, wanted)
    if not found and csv_dialect.is_data(columns):
        raise RefusedError(
            "The first line looks like a row, not like a header: put a line with the names of the columns "
            f"before it, and call the one of the texts {wanted or text_column.TEXT}."
        )
    faults = []
    twice = sorted(column for column, count in Counter(columns).items() if column and count > 1)
    if len({*found}) != 1:
        faults.append(text_column.explain(columns, found, wanted, "column"))
    if twice:
        faults.append(f"{text_column.show(twice)} stands there twice: rename one of the columns.")
    if faults:
        raise RefusedError(" ".join(faults))
    return found[0]
