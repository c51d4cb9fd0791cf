"""What an object is, told by its content: how it is packed, its encoding, and the format of its rows."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from model import Prediction
from predict.files import encodings, foreign, unpacking
from predict.files.pieces import peek
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, Batch, Format, RefusedError
from predict.settings import Settings

_PACKED = (".gz", ".bz2", ".zst", ".zip")
_LINES = (".jsonl", ".ndjson", ".jl", ".jsonlines")
_MAX_REASONS = 3

# Meant as JSON, right or wrong: an object or an array of something. A header in square brackets is CSV.
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*(?:\{|\[[ \t\r\n]*(?:[{\["\]\d]|$))')


def open_rows(
    content: BinaryIO, name: str, settings: Settings, size: int, added: tuple[str, ...] = ADDED
) -> Format:
    """The rows of an object that has `size` bytes. Its name counts only where its content tells nothing.

    `added` is what is added to each row. Raises RefusedError, as do the batches of the format.
    """
    unpacked, packing = unpacking.unpack(content, size)
    head, unpacked = peek(unpacked)
    foreign.refuse(head, packing)
    encoding = encodings.find(head, settings.encoding)
    head, text = peek(encodings.convert(unpacked, encoding))
    foreign.refuse_binary(head)
    return Opened(
        _choose(head, text, name, settings, added), {"packing": packing or None, "encoding": encoding}
    )


class Opened:
    """A format, and what was found around its rows. It refuses an object none of whose rows can be scored."""

    def __init__(self, rows: Format, found: dict[str, Any]) -> None:
        self.suffix = rows.suffix
        self._rows = rows
        self._found = found

    def batches(self) -> Iterator[Batch]:
        good, bad = 0, 0
        reasons: dict[str, int] = {}
        for batch in self._rows.batches():
            good += len(batch.rows)
            bad += len(batch.bad)
            for line, reason in batch.bad if not good and len(reasons) < _MAX_REASONS else ():
                reasons.setdefault(reason, line)
            yield batch
        if bad and not good:
            shown = "; ".join(f"line {line:,} {reason}" for reason, line in [*reasons.items()][:_MAX_REASONS])
            raise RefusedError(
                f"None of the rows can be scored, {bad:,} in all: {shown}. {self._rows.advise()}"
            )

    def header(self) -> bytes:
        return self._rows.header()

    def encode(self, rows: Sequence[Any], predictions: Sequence[Prediction], version: str) -> bytes:
        return self._rows.encode(rows, predictions, version)

    def footer(self) -> bytes:
        return self._rows.footer()

    def describe(self) -> dict[str, Any]:
        return self._rows.describe() | self._found

    def advise(self) -> str:
        return self._rows.advise()


def _choose(head: bytes, content: BinaryIO, name: str, settings: Settings, added: tuple[str, ...]) -> Format:
    """Each format is imported by the objects that have it."""
    named_lines = _is_named_lines(name)
    if _JSON.match(head):
        return _choose_json(head, content, named_lines, settings, added)
    if named_lines and not _has_header(head, settings.text_column):
        from predict.files.json_lines import JsonLines

        return JsonLines(content, settings, added=added)
    from predict.files.csv_rows import CsvRows

    return CsvRows(content, settings, added)


def _choose_json(
    head: bytes, content: BinaryIO, named_lines: bool, settings: Settings, added: tuple[str, ...]
) -> Format:
    from predict.files import json_layout
    from predict.files.json_lines import JsonLines

    if b"\n" not in head:
        head, content = peek(content, MAX_LINE_CHARACTERS)
    if json_layout.is_lines(head, settings.text_column, named_lines):
        return JsonLines(content, settings, added=added)
    from predict.files.json_values import JsonValues

    return JsonLines(content, settings, JsonValues(content, settings.text_column), added)


def _is_named_lines(name: str) -> bool:
    name = name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name.endswith(_LINES)


def _has_header(head: bytes, wanted: str) -> bool:
    from predict.files import csv_dialect, text_column

    text = head.decode(errors="replace").removeprefix("\ufeff")
    delimiter, start, _ = csv_dialect.find(text, wanted)
    return bool(text_column.find(csv_dialect.read_header(text[start:], delimiter), wanted))
