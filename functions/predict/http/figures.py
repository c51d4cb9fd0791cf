"""What a plain server has answered since it was started, at `/metrics` in Prometheus' format.

The workers of a server are forked from one process, and any of them may be asked. So each adds to numbers of
its own in memory that all of them share, and the one that is asked adds these up. No file is written.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from mmap import mmap
from typing import TYPE_CHECKING, Any

from model import Classifier
from model.tally import BINS, CHARACTERS, SCORES, UNKNOWN_WORDS, Tally
from predict.telemetry.line import WARNINGS, Line

if TYPE_CHECKING:
    from prometheus_client import Metric

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")  # of statuses

# The upper ends of the bins of the histograms; a length is a whole number, so 19 is the end of the first.
ENDS = {
    "scores": [(bin + 1) / SCORES for bin in range(SCORES)],
    "characters": [start - 1.0 for start in CHARACTERS[1:]],
    "unknown_words": [bin / (UNKNOWN_WORDS - 1) for bin in range(UNKNOWN_WORDS)],
}
_SHOWN = {
    "scores": ("sentiment_score", "Probabilities of the answers"),
    "characters": ("sentiment_text_characters", "Characters of the texts"),
    "unknown_words": ("sentiment_unknown_words", "Share of the words of a text that the model does not know"),
}


class Figures:
    """Counts and sums. A process adds to those of a worker: `own` says of which, else of the first."""

    def __init__(self, model: Classifier, dialects: Iterable[str], workers: int) -> None:
        self._model = model
        self._dialects = ("", *dialects)
        names: list[tuple[str, ...]] = [
            *(("requests", dialect, status) for dialect in self._dialects for status in CLASSES),
            *(("seconds", str(bin)) for bin in range(len(SECONDS) + 1)),
            ("seconds", "sum"),
            *(("labels", label) for label in (*model.labels, "uncertain")),
            *(("warnings", warning) for warning in WARNINGS),
            *((name, str(bin)) for name, bins in BINS.items() for bin in range(bins)),
            *((name, "sum") for name in BINS),
        ]
        self._places = {name: place for place, name in enumerate(names)}
        self._width = len(names)
        self._numbers = memoryview(mmap(-1, 8 * self._width * workers)).cast("d")
        self._start = 0

    def own(self, worker: int) -> None:
        """Say which worker this is, from 0: one that takes the place of another goes on from there."""
        self._start = worker * self._width

    def count(self, line: Line, _said: Mapping[str, Any]) -> None:
        """Add what an answer was."""
        dialect = line.dialect if line.dialect in self._dialects else ""
        self._add(("requests", dialect, CLASSES[line.status // 100 - 1]))
        seconds = line.seconds()
        self._add(("seconds", str(bisect_left(SECONDS, seconds))))
        self._add(("seconds", "sum"), seconds)
        if line.tally.texts:
            self._count_texts(line.tally)

    def collect(self) -> Iterator["Metric"]:
        """The figures of all workers, as Prometheus' client asks for them."""
        from prometheus_client.core import (  # an extra, which only /metrics needs
            CounterMetricFamily,
            HistogramMetricFamily,
            InfoMetricFamily,
        )

        yield InfoMetricFamily("sentiment_model", "The model", value=self._model.identity)
        requests = CounterMetricFamily(
            "sentiment_requests", "Answers by dialect and class of status", labels=["dialect", "status"]
        )
        for dialect in self._dialects:
            for status in CLASSES:
                if total := self._total(("requests", dialect, status)):
                    requests.add_metric([dialect, status], total)
        yield requests
        yield HistogramMetricFamily(
            "sentiment_request_seconds", "Time until an answer was sent", *self._buckets("seconds", SECONDS)
        )
        for name, what in (("labels", "label"), ("warnings", "reason")):
            family = CounterMetricFamily(f"sentiment_{name}", f"Answers by {what}", labels=[what])
            for member in (found[1] for found in self._places if found[0] == name):
                family.add_metric([member], self._total((name, member)))
            yield family
        for name, (shown, what) in _SHOWN.items():
            yield HistogramMetricFamily(shown, what, *self._buckets(name, ENDS[name]))

    def _count_texts(self, tally: Tally) -> None:
        for label, count in tally.labels.items():
            self._add(("labels", label), count)
        for warning, count in tally.warnings.items():
            self._add(("warnings", warning), count)
        for name, histogram in tally.histograms.items():
            for bin, count in histogram.items():
                self._add((name, str(bin)), count)
        self._add(("scores", "sum"), tally.score)
        self._add(("characters", "sum"), tally.length)
        self._add(("unknown_words", "sum"), tally.texts - tally.known_words)

    def _add(self, name: tuple[str, ...], amount: float = 1) -> None:
        self._numbers[self._start + self._places[name]] += amount

    def _total(self, name: tuple[str, ...]) -> float:
        return sum(self._numbers[self._places[name] :: self._width])

    def _buckets(self, name: str, ends: Iterable[float]) -> tuple[list[tuple[str, float]], float]:
        """How many are up to each end, and the sum of all."""
        shown = list(map(str, ends))
        bins = [place for place in self._places if place[0] == name and place[1] != "sum"]
        counts = accumulate(map(self._total, bins))
        shown = [*shown[: len(bins) - 1], "+Inf"]
        return list(zip(shown, counts, strict=True)), self._total((name, "sum"))
