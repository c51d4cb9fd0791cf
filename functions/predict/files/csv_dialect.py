"""What parts the fields and the lines of a CSV, told from its first lines."""

import csv
import io
import re
from typing import NamedTuple

from predict.files import text_column

_DELIMITERS = ",;\t|"  # the first ones win where a header does not decide
_DECLARED = re.compile(r'"?sep=([^\w\s"]|\t)"?\r*\n?', re.IGNORECASE)  # Excel's own line
_QUOTED_OR_END = re.compile(r'"[^"]*"?|\r*\n|\r')

# What is hardly the name of a column.
_DATUM = re.compile(
    r"\s*(?:[-+]?\d[\d.,:/\- ]*%?|\d{4}-\d\d-\d\d.*|https?://.*|@.*|(?:\S+\s+){5,}.*)", re.DOTALL
)


class Dialect(NamedTuple):
    """`start` is where the header begins; a file whose lines end in CR alone is `of_cr`."""

    delimiter: str
    start: int
    of_cr: bool


def find(head: str, wanted: str) -> Dialect:
    """The dialect of what begins with `head`, whose header should have a column for the text."""
    of_cr = _find_end(head) == "\r"
    if declared := _DECLARED.match(head):
        return Dialect(declared[1], declared.end(), of_cr)
    headers = {delimiter: read_header(head, delimiter) for delimiter in _DELIMITERS}
    best = max(headers, key=lambda name: (bool(text_column.find(headers[name], wanted)), len(headers[name])))
    return Dialect(best, 0, of_cr)


def read_header(head: str, delimiter: str) -> list[str]:
    """The first row that is not blank, or none where it is not CSV."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
    try:
        return next(filter(None, reader), [])
    except csv.Error:
        return []


def is_data(columns: list[str]) -> bool:
    """Whether the first row looks like a tweet or a number rather than names."""
    sentence = len(columns) == 1 and " " in columns[0].strip()
    return sentence or any(_DATUM.fullmatch(column) for column in columns)


def _find_end(head: str) -> str:
    """The first line end that is not in quotes."""
    found = (match[0] for match in _QUOTED_OR_END.finditer(head))
    return next((end for end in found if not end.startswith('"')), "")
