"""A place in a stream of JSON values, each of which is read as a whole; what they lie in is not."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from predict.files import encodings
from predict.files.json_layout import DECODER
from predict.files.rows import MAX_LINE_CHARACTERS, RefusedError

MAX_CHARACTERS = MAX_LINE_CHARACTERS  # of a value
_BYTES_READ = 65_536  # at least, at a time
_SPACE = re.compile("[ \t\r\n\ufeff]*")  # files that begin with a mark may stand one after the other
_LINE_ENDS = re.compile(r"[\r\n][ \t\r\n]*")  # none is in a string, so they part nothing


class Value(NamedTuple):
    """`line` is where it begins, from 1; `source` is what was written, on one line."""

    value: Any
    line: int
    source: bytes


class Cursor:
    """Raises RefusedError."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder(encodings.UTF_8)()
        self._offset = 0  # of the next byte
        self._ended = False
        self._text, self._at = "", 0
        self._line, self._counted = 1, 0  # the line at `_counted`

    def peek(self) -> str:
        """The next character that is no space, or "" at the end. The cursor goes there."""
        while True:
            self._at = self._skip_space()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def take(self, expected: str) -> str:
        """The next character, which must be one of those that are expected."""
        found = self.peek()
        if not found or found not in expected:
            raise self._refuse(f"Expecting {' or '.join(map(repr, expected))}")
        self._at += 1
        return found

    def take_value(self) -> Value:
        found = self._decode()
        if found is None:
            raise RefusedError(
                f"A value has more than {MAX_CHARACTERS:,} characters at line {self._number():,}: split it."
            )
        value, end = found
        source = _LINE_ENDS.sub("", self._text[self._at : end]).encode()
        taken = Value(value, self._number(), source)
        self._at = end
        return taken

    def look(self) -> Any:
        """The value here, which stays; None if it is too long to be read as a whole."""
        found = self._decode()
        return found and found[0]

    def elements(self) -> Iterator[None]:
        """Go through the array here; whoever asks takes each element."""
        self.take("[")
        yield from self._members("]")

    def names(self) -> Iterator[str]:
        """Go through the object here; whoever asks takes the value behind each name."""
        self.take("{")
        for _ in self._members("}"):
            if self.peek() != '"':
                raise self._refuse("Expecting a name in quotes")
            name: str = self.take_value().value
            self.take(":")
            yield name

    def _members(self, end: str) -> Iterator[None]:
        if self.peek() == end:
            self.take(end)
            return
        yield
        while self.take(f",{end}") != end:
            yield

    def _decode(self) -> tuple[Any, int] | None:
        """The value here and its end; None if it is too long."""
        self.peek()
        while True:
            problem = ""
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as exc:
                problem, place = exc.msg, exc.pos
            except RecursionError as exc:
                raise self._refuse("nested too deeply") from exc
            else:
                if end < len(self._text) or self._ended or self._text[end - 1] in '}]"':
                    return value, end
                place = end
            if len(self._text) - self._at > MAX_CHARACTERS:
                return None
            if not self._read() and problem:
                self._at = min(place, len(self._text))
                raise self._refuse(problem)

    def _read(self) -> bool:
        """Read as much again as is at hand. Whether there was any."""
        if self._ended:
            return False
        self._number()
        rest = self._text[self._at :]
        data = self._content.read(max(_BYTES_READ, len(rest)))
        self._ended = not data
        self._offset += len(data)
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as exc:
            raise encodings.refuse(encodings.UTF_8, self._offset - len(exc.object) + exc.start) from exc
        self._text, self._at, self._counted = rest + text, 0, 0
        return not self._ended

    def _number(self) -> int:
        """The line here."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip_space(self) -> int:
        found = _SPACE.match(self._text, self._at)
        return found.end() if found else self._at

    def _refuse(self, problem: str) -> RefusedError:
        return RefusedError(
            f"The object is not JSON at line {self._number():,}: {problem}. "
            "What follows cannot be read: correct it."
        )
