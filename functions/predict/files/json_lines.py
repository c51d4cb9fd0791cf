"""JSON Lines in UTF-8 (https://jsonlines.org): an object with a `text` on each line."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from model import Prediction
from predict import strict_json
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, TEXT, BadRow, Batch, RefusedError
from predict.limits import text_fault, type_fault
from predict.settings import Settings
from predict.strict_json import NotJsonError

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MAX_LINE_BYTES = MAX_LINE_CHARACTERS
_TOO_LONG = f"has {_MAX_LINE_BYTES:,} bytes or more"


class JsonLines:
    def __init__(self, content: BinaryIO, settings: Settings) -> None:
        self._content = content
        self._max_characters = settings.max_characters
        self._bytes = 0  # read for the batch

    def batches(self) -> Iterator[Batch]:
        batch = Batch([], [], [])
        for number, line in self._lines():
            row = line.strip(b" \t\r\n")
            text, reason = self._text(row) if len(line) < _MAX_LINE_BYTES else ("", _TOO_LONG)
            if reason:
                batch.bad.append(BadRow(number, reason))
            elif row:
                batch.rows.append(row)
                batch.texts.append(text)
            if batch.is_full(self._bytes):
                yield batch
                batch, self._bytes = Batch([], [], []), 0
        yield batch

    def header(self) -> bytes:
        return b""

    def encode(self, rows: Sequence[bytes], predictions: Sequence[Prediction], version: str) -> bytes:
        """The bytes of a row are copied: parsing and writing it again would round its numbers."""
        return b"".join(
            b'%b, "label": "%b", "probability": %b, "model_version": "%b"}\n'
            % (row[:-1].rstrip(), label.encode(), repr(probability).encode(), version.encode())
            for row, (label, probability, _) in zip(rows, predictions, strict=True)
        )

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Raises RefusedError."""
        number, whole = 0, True
        while line := self._content.readline(_MAX_LINE_BYTES):
            self._bytes += len(line)
            begins, whole = whole, len(line) < _MAX_LINE_BYTES or line.endswith(b"\n")
            number += begins
            if number == 1 and begins and line.startswith(_UTF_16):
                raise RefusedError("The object is not UTF-8 at byte 0: convert it.")
            if number == 1 and whole:
                line = line.removeprefix(_BOM)
            yield number, line if begins else b""  # the start of a line that is too long counts for all of it

    def _text(self, row: bytes) -> tuple[str, str]:
        """The text of a row, or why it has none; of a blank one neither."""
        if not row:
            return "", ""
        try:
            members = strict_json.loads(row.decode())
        except UnicodeDecodeError as exc:
            return "", f"is not UTF-8 at its byte {exc.start}"
        except NotJsonError as exc:
            return "", str(exc)
        if fault := type_fault(members, dict):
            return "", fault
        if taken := members.keys() & ADDED:
            return "", f"has a {min(taken)} already: rename it"
        if TEXT not in members:
            return "", f"has no {TEXT}"
        if fault := text_fault(members[TEXT], self._max_characters):
            return "", f"has a {TEXT} that {fault}"
        return members[TEXT], ""
