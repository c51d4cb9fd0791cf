"""JSON Lines in UTF-8 (https://jsonlines.org): an object with a text on each line."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, BinaryIO, Protocol

from model import Prediction
from predict import strict_json
from predict.files import encodings, text_column, text_member
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, BadRow, Batch, RefusedError, name_added
from predict.limits import text_fault, type_fault
from predict.settings import Settings
from predict.strict_json import NotJsonError

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MAX_LINE_BYTES = MAX_LINE_CHARACTERS
_TOO_LONG = f"has {_MAX_LINE_BYTES:,} bytes or more"


# Where a row begins, from 1; how many bytes were read for it; and the row, b"" where there is none.
Line = tuple[int, int, bytes]


class Source(Protocol):
    """What finds the rows; `member` is the one of a page that holds them, or ""."""

    @property
    def member(self) -> str: ...
    def lines(self) -> Iterator[Line]:
        """Raises RefusedError."""


class JsonLines:
    """The lines of the content, or the rows of another source."""

    suffix = "jsonl"

    def __init__(
        self,
        content: BinaryIO,
        settings: Settings,
        source: Source | None = None,
        added: tuple[str, ...] = ADDED,
    ) -> None:
        self._source = source
        self._lines = source.lines() if source else read_lines(content)
        self._wanted = settings.text_column
        self._max_characters = settings.max_characters
        self._text_member = ""  # until an object has one
        self._seen: list[str] = []  # members of the first object
        self._added = added  # until an object has one of these
        self._ours: frozenset[str] = frozenset()  # the same, to compare

    def batches(self) -> Iterator[Batch]:
        batch, size = Batch([], [], []), 0
        for number, read, line in self._lines:
            size += read
            row = line.strip(b" \t\r\n")
            text, reason = self._read(row) if len(line) < _MAX_LINE_BYTES else ("", _TOO_LONG)
            if reason:
                batch.bad.append(BadRow(number, reason))
            elif row:
                batch.rows.append(row)
                batch.texts.append(text)
            if batch.is_full(size):
                yield batch
                batch, size = Batch([], [], []), 0
        yield batch

    def header(self) -> bytes:
        return b""

    def encode(self, rows: Sequence[bytes], predictions: Sequence[Prediction], version: str) -> bytes:
        """The bytes of a row are copied: parsing and writing it again would round its numbers."""
        names = [name.encode() for name in self._added]
        line = b'%%b, "%b": %%b, "%b": %%b, "%b": "%%b", "%b": %%b' % tuple(names[: len(ADDED)])
        model = version.encode()
        written = [
            line
            % (row[:-1].rstrip(), _write_label(label), repr(probability).encode(), model, _write(warnings))
            for row, (label, probability, warnings, *_) in zip(rows, predictions, strict=True)
        ]
        if len(names) > len(ADDED):
            more = b'%%b, "%b": %%b' % names[-1]
            pairs = zip(written, predictions, strict=True)
            written = [more % (line, json.dumps(said.probabilities).encode()) for line, said in pairs]
        return b"".join([line + b"}\n" for line in written])

    def footer(self) -> bytes:
        return b""

    def describe(self) -> dict[str, Any]:
        return {
            "format": "json" if self._source else "jsonl",
            "rows_in": (self._source and self._source.member) or None,
            "text_column": self._text_member,
            "added": list(self._added),
        }

    def advise(self) -> str:
        if not self._seen:
            return 'Each row is to be an object with a text, as {"text": "I love this"}.'
        if self._text_member:
            return f"The members of the first object are {text_column.show(self._seen)}."
        return text_column.explain(self._seen, [], self._wanted, "member")

    def _read(self, row: bytes) -> tuple[str, str]:
        """The text of a row, or why it has none; of a blank one neither. Raises RefusedError."""
        if not row:
            return "", ""
        try:
            members = strict_json.loads(row.decode())
        except UnicodeDecodeError as exc:
            return "", f"is not UTF-8 at its byte {exc.start}"
        except NotJsonError as exc:
            return "", str(exc)
        fault = type_fault(members, dict)
        return ("", fault) if fault else self._read_text(members)

    def _read_text(self, members: dict[str, Any]) -> tuple[str, str]:
        if not self._text_member:
            self._decide(members)
        if not self._ours.isdisjoint(members):
            return "", f"has a {min(self._ours & members.keys())} already: rename it"
        name = self._text_member or self._wanted or text_column.TEXT
        text = members[name] if name in members else text_member.get(members, name)
        if text is text_member.MISSING:
            return "", f"has no {name}"
        if fault := text_fault(text, self._max_characters):
            return "", f"has a {name} that {fault}"
        return text, ""

    def _decide(self, members: dict[str, Any]) -> None:
        """Which member holds the text, for all rows. Raises RefusedError."""
        if not self._seen:
            self._seen = text_member.names(members)
            self._added = name_added(members.keys(), self._added)
            self._ours = frozenset(self._added)
        found = text_member.find(members, self._wanted)
        if len(found) > 1:
            raise RefusedError(text_column.explain(self._seen, found, self._wanted, "member"))
        self._text_member = "".join(found)


@lru_cache(maxsize=128)  # a model has a few
def _write_label(label: str) -> bytes:
    """A string, which may have quotes: labels are the user's own."""
    return json.dumps(label, ensure_ascii=False).encode()


def _write(warnings: Sequence[str]) -> bytes:
    """An array."""
    return json.dumps(warnings).encode() if warnings else b"[]"


def read_lines(content: BinaryIO) -> Iterator[Line]:
    """Raises RefusedError."""
    number, whole = 0, True
    while line := content.readline(_MAX_LINE_BYTES):
        size = len(line)
        begins, whole = whole, size < _MAX_LINE_BYTES or line.endswith(b"\n")
        number += begins
        if number == 1 and begins and line.startswith(_UTF_16):
            raise encodings.refuse(encodings.UTF_8, 0)
        if number == 1 and whole:
            line = line.removeprefix(_BOM)
        yield number, size, line if begins else b""  # the start of too long a line counts for all of it
