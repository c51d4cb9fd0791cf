"""The tables of an artifact: vectorizers that find the same features share one.

Rows that are equal are stored once, and features for which no number is needed not at all.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from model.packaging.refusals import NotPackagedError
from model.packaging.spaces import Source, Vector

# What may stand between two forms in a file: the first that is in none of them.
_SEPARATORS = [chr(code) for code in (10, *range(10), *range(11, 32), *range(0xE000, 0xF900))]


class Sheet:
    """The forms of several sources in one table. A source has zeros where another has a form."""

    def __init__(self, sources: list[Source]) -> None:
        self.spec = sources[0].spec
        self._rows: dict[bytes, int] = {}
        self._counts_all = False
        self._forms = sorted({form for source in sources for form in source.forms or ()})
        column = {form: i for i, form in enumerate(self._forms)}
        self._width = len(column) or sources[0].width
        self._places = {s: [column[form] for form in s.forms] if s.forms else slice(None) for s in sources}

    def add(self, source: Source, numbers: Vector, neutral: float | None = None) -> int | None:
        """Return the row of these numbers. It is None if all are `neutral`, and need not be stored."""
        row = np.zeros(self._width)
        row[self._places[source]] = numbers
        if (row == neutral).all():
            self._counts_all = True  # a norm may count features that weigh nothing
            return None
        return self._rows.setdefault(row.astype("<f8").tobytes(), len(self._rows))

    def write(self) -> tuple[dict[str, Any], bytes, bytes]:
        """Return the table's part of the manifest, its forms and its rows."""
        rows = np.array([np.frombuffer(row, "<f8") for row in self._rows])
        if self.spec["slots"]:
            usual = np.median(rows, axis=1)[:, None]
            kept = np.flatnonzero((rows != usual).any(axis=0))
            cells = np.hstack([rows[:, kept], usual])
            return {**self.spec, "columns": len(kept) + 1}, kept.astype("<u4").tobytes(), cells.tobytes()
        kept = np.flatnonzero(rows.any(axis=0) | self._counts_all)
        if not len(kept):
            raise NotPackagedError(
                "none of its features weighs anything: fit it with more texts, or weaker penalties"
            )
        forms = [self._forms[i] for i in kept]
        used = set("".join(forms))
        separator = next(mark for mark in _SEPARATORS if mark not in used)
        spec = {**self.spec, "columns": len(forms), "separator": separator}
        return spec, separator.join(forms).encode("utf-8", "surrogatepass"), rows[:, kept].tobytes()


def gather(sources: Iterable[Source]) -> tuple[list[Sheet], dict[Source, int]]:
    """Return a sheet for each way to find features, and the number of the sheet of each source."""
    groups: dict[str, list[Source]] = {}
    for source in dict.fromkeys(sources):
        groups.setdefault(json.dumps(source.spec), []).append(source)
    numbers = {source: i for i, group in enumerate(groups.values()) for source in group}
    return [Sheet(group) for group in groups.values()], numbers
