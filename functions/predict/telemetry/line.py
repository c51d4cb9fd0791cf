"""The line of JSON that an invocation, or a request to a plain server, leaves in the log. It has no text."""

import json
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from model import Classifier
from model.tally import Tally

MAX_REASONS = 20  # in one line

WARNINGS = {
    "empty": "WarnedEmpty",
    "no_known_words": "WarnedNoKnownWords",
    "unfamiliar": "WarnedUnfamiliar",
    "truncated": "WarnedTruncated",
}

encode = json.JSONEncoder(separators=(",", ":")).encode


class Line:
    """Is filled while the work goes on: a door says what became of its records by `counts` and `reasons`.

    `reasons` has the id of each refused record or object. Nothing here may show a text. `error` is the class
    of the exception that the door raised.
    """

    def __init__(self, door: str) -> None:
        self.door = door
        self.dialect = ""
        self.status = 0  # of HTTP
        self.counts: dict[str, float] = {}
        self.reasons: dict[str, str] = {}
        self.error = ""
        self.tally = Tally()
        self._started = time.perf_counter()

    def seconds(self) -> float:
        """How long the work has taken until now."""
        return time.perf_counter() - self._started

    def describe(self, model: Classifier | None, said: Mapping[str, Any]) -> dict[str, Any]:
        """The members of the line. `said` are those that only the host of the door knows."""
        line: dict[str, Any] = {"Door": self.door}
        if model:
            line["Model"], line["ModelVersion"] = model.name, model.version
        line |= said
        if self.dialect:
            line["Dialect"] = self.dialect
        if self.status:
            line["Status"] = self.status
        if self.status >= 400:
            line["ServerErrors" if self.status >= 500 else "ClientErrors"] = 1
        if self.error:
            line["Error"] = self.error
        line["Milliseconds"] = round(self.seconds() * 1_000, 2)
        line["Tweets"] = self.tally.texts
        line |= self.counts
        if model and self.tally.texts:
            line |= _describe_answers(self.tally, model.labels)
        if self.reasons:
            line["Reasons"] = dict(list(self.reasons.items())[:MAX_REASONS])
        return line


OPEN: ContextVar[Line] = ContextVar("line")  # of the work that goes on here, if it is to have one


def current() -> Line:
    """The line of the work that goes on here, or one that nobody writes."""
    return OPEN.get(None) or Line("")


def _describe_answers(tally: Tally, labels: Sequence[str]) -> dict[str, Any]:
    """Means over the texts, the warnings that were given, and the histograms, which drift needs."""
    found: dict[str, Any] = {
        "MeanScore": round(tally.score / tally.texts, 4),
        "UnknownWordRate": round(1 - tally.known_words / tally.texts, 4),
        "MeanCharacters": round(tally.length / tally.texts, 1),
    }
    if len(labels) == 2:
        found["SharePositive"] = round(tally.labels.get(labels[-1], 0) / tally.texts, 4)
    else:
        found["Labels"] = tally.labels
    for warning, count in tally.warnings.items():
        found[WARNINGS[warning]] = count
    found["Histograms"] = tally.histograms
    return found
