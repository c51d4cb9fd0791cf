"""JSON that is not an object a line: arrays, pages with the rows in a member, objects in a row."""

from collections.abc import Iterator
from typing import BinaryIO

from predict.files import text_column, text_member
from predict.files.json_cursor import MAX_CHARACTERS, Cursor
from predict.files.json_lines import Line
from predict.files.rows import RefusedError


class JsonValues:
    """`member` is the one of a page that holds the rows; "" where there are no pages."""

    def __init__(self, content: BinaryIO, wanted: str) -> None:
        self.member = ""
        self._cursor = Cursor(content)
        self._wanted = wanted
        self._has_rows = False  # an object was a row, so that none is a page

    def lines(self) -> Iterator[Line]:
        """Each row, as one line. Raises RefusedError."""
        while start := self._cursor.peek():
            if start == "[":
                for _ in self._cursor.elements():
                    yield from self._read_object()
            else:
                yield from self._read_object()

    def _read_object(self) -> Iterator[Line]:
        """A row, or the rows of a page."""
        if self._cursor.peek() == "{" and (self.member or (not self._has_rows and self._is_page())):
            yield from self._read_page()
        else:
            yield self._take_row()

    def _take_row(self) -> Line:
        _, line, source = self._cursor.take_value()
        return line, len(source), source

    def _is_page(self) -> bool:
        """Whether the object here has no text, but an array of objects with one. A very long one may be."""
        members = self._cursor.look()
        if members is None:
            return True
        if text_member.find(members, self._wanted):
            self._has_rows = True
            return False
        names = text_member.find_arrays(members, self._wanted)
        if len(names) > 1:
            raise RefusedError(
                f"{text_column.show(names)} are arrays of objects with a text: upload one of them by itself."
            )
        self.member = "".join(names)
        return bool(names)

    def _read_page(self) -> Iterator[Line]:
        line, found = 0, False
        for name in self._cursor.names():
            if self._cursor.peek() != "[":
                line = self._cursor.take_value().line
                continue
            for _ in self._cursor.elements():
                if not self.member and text_member.find_in_first([self._cursor.look()], self._wanted):
                    self.member = name
                row = self._take_row()
                line = row[0]
                if self.member == name:
                    found = True
                    yield row
        if not self.member:
            raise RefusedError(
                f"An object has more than {MAX_CHARACTERS:,} characters, up to line {line:,}, and no member "
                f"that is an array of objects with a {self._wanted or text_column.TEXT}: split it."
            )
        if not found:
            yield line, 0, b"{}"  # it counts as a bad row
