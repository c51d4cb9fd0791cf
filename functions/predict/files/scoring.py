"""The scoring of a whole object: its rows with their labels, its bad rows, and a summary.

objects/<bucket>/<key>/<etag>/<model version>-<digest of the settings>/
    rows.csv        or rows.jsonl: each row as it was, and its label
    errors.jsonl    the line of each row that was not scored, and why; of many, the first
    summary.json    written last: if it exists, the other files are complete

Everything that decides what is in a file is in its place. So whoever writes there writes the same, and a
summary never stands beside the rows of another model.
"""

import io
import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import obstore

from model import Prediction
from predict import deadline
from predict.deadline import Remaining
from predict.files.formats import open_rows
from predict.files.pieces import PART_BYTES
from predict.files.rows import BadRow, Batch, Format, RefusedError, list_added
from predict.files.source import GoneError, ObjectSource
from predict.limits import MAX_KEY_BYTES, key_fault
from predict.location import Location
from predict.settings import Settings
from predict.store import Timed, digest
from predict.telemetry.line import current
from predict.warm import Tools

if TYPE_CHECKING:
    from obstore.store import ObjectStore

LAYOUT = 2  # of the results: raise it where rows, errors or summaries are written in another way
# those that change a result
SETTINGS = ("threshold", "uncertain", "max_characters", "max_errors", "text_column", "encoding")

LISTED_ERRORS = 10_000  # in errors.jsonl: a small object can have millions
SHOWN_ERRORS = 3  # where an object is refused for them
_LONGEST_NAME = "summary.json"


# Batches with their predictions, in their order.
Predict = Callable[[Iterable[Batch]], Generator[tuple[Batch, Sequence[Prediction]], None, None]]
# As `formats.open_rows`.
Open = Callable[[io.BufferedReader, str, Settings, int, tuple[str, ...]], Format]
# Told of each batch that was scored, and how many bytes of the object were read.
Watch = Callable[[Batch, int], None]


class ObjectRefusedError(ValueError):
    """Raise when an object cannot be scored, now or later; its `summary` is written, and says why.

    The message shows nothing of the object's content, so that a log may have it.
    """

    def __init__(self, message: str, summary: dict[str, Any]) -> None:
        super().__init__(message)
        self.summary = summary


class _PlainlyRefusedError(RefusedError):
    """Raise when an object is refused in words that show nothing of its content."""


def score(
    location: Location,
    store: "ObjectStore",
    tools: Tools,
    remaining: Remaining,
    predict: Predict | None = None,
    watch: Watch | None = None,
    open: Open = open_rows,
) -> dict[str, Any]:
    """The summary: an earlier one, if this version was scored by the same model and settings before.

    `predict` is what predicts the batches, if it is not this process with the model and settings of `tools`.

    Raises ObjectRefusedError where a retry mends nothing: the summary then has an `error`, and there are no
    rows. Raises SupersededError, OutOfTimeError, WrongRangeError, and BaseError where a store fails.
    """
    deadline.check(remaining)
    if location.text_column:
        chosen = tools.settings._replace(text_column=location.text_column)
        tools = tools._replace(settings=chosen)
    stores = Timed(store, remaining), Timed(tools.results, remaining)
    job = _Job(location, *stores, tools, remaining, predict or _predict_with(tools), watch, open)
    summary = _begin_summary(location, tools)
    try:
        return _score_version(job, summary)
    except GoneError as exc:
        # raises where the bucket is missing, which is our mistake
        obstore.list(job.objects.now(), location.key).collect()
        summary["results"] = _place(job, "gone")
        refused: RefusedError = _PlainlyRefusedError("There is no such object, or not any more.")
        refused.__cause__ = exc
    except RefusedError as exc:
        refused = exc
    summary["error"] = str(refused)
    write_summary(job.results.now(), summary)
    plain = isinstance(refused, _PlainlyRefusedError)
    raise ObjectRefusedError(
        f"was refused: {refused if plain else 'its summary.json says why'}", summary
    ) from refused


class _Job(NamedTuple):
    """The scoring of one object."""

    location: Location
    objects: Timed
    results: Timed
    tools: Tools
    remaining: Remaining
    predict: Predict
    watch: Watch | None
    open: Open


def _predict_with(tools: Tools) -> Predict:
    model, settings, _ = tools

    def predict(
        batches: Iterable[Batch],
    ) -> Generator[tuple[Batch, Sequence[Prediction]], None, None]:
        for batch in batches:
            yield batch, model.predict(batch.texts, settings.threshold, settings.uncertain)

    return predict


def _begin_summary(location: Location, tools: Tools) -> dict[str, Any]:
    """What is known before the object is read."""
    given = tools.settings._asdict()
    chosen = {name: None if given[name] == "" else given[name] for name in SETTINGS}
    if chosen["threshold"] is None:
        chosen["threshold"] = tools.model.threshold
    named = location._asdict()
    del named["text_column"]  # is among the settings
    return {
        "object": named,
        "model": tools.model.identity,
        "settings": json.loads(json.dumps(chosen)),  # as it is read again
    }


def _place(job: _Job, version: str) -> str:
    """Where the results of a version of the object are."""
    bucket, key = job.location.bucket, job.location.key
    place = f"objects/{bucket}/{key}/{version}"
    above = getattr(job.tools.results, "prefix", None) or ""
    if key_fault(key) or len(f"{above}/{place}/{_LONGEST_NAME}".encode(errors="replace")) > MAX_KEY_BYTES:
        return f"objects/{bucket}/key-{digest([ascii(key)])}/{version}"
    return place


def _score_version(job: _Job, summary: dict[str, Any]) -> dict[str, Any]:
    """The summary, earlier or new; `summary` gets what is known of the version in any case."""
    location, model = job.location, job.tools.model
    summary["results"] = _place(job, "refused")
    if fault := key_fault(location.key):
        raise _PlainlyRefusedError(f"The key {fault}: give the object another one.")
    source = ObjectSource(job.objects, location)
    summary["object"]["etag"] = source.etag
    choices = json.dumps(
        [LAYOUT, list_added(model.labels), summary["model"], summary["settings"]], sort_keys=True
    )
    version = f"{source.etag}/{model.version}-{digest([choices])[:12]}"
    summary["results"] = _place(job, version)
    earlier = _read_summary(job, summary["results"])
    if earlier.items() >= summary.items() and "error" not in earlier:
        return earlier
    summary |= _score_rows(job, source, summary["results"])
    write_summary(job.results.now(), summary)
    return summary


def _read_summary(job: _Job, place: str) -> dict[str, Any]:
    try:
        content = obstore.get(job.results.now(), f"{place}/summary.json").bytes().to_bytes()
    except FileNotFoundError:
        return {}
    found: dict[str, Any] = json.loads(content)
    return found


def write_summary(results: "ObjectStore", summary: dict[str, Any]) -> None:
    """Write a summary at the place that it names. `score` finds it there."""
    content = json.dumps(summary, indent=2).encode() + b"\n"
    obstore.put(results, f"{summary['results']}/summary.json", content)


class _Tally:
    """Counts of what was scored, for the summary."""

    def __init__(self) -> None:
        self._labels: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._reasons: dict[str, int] = {}  # the first of them, and the line of each
        self.errors = 0

    def add(self, batch: Batch, predictions: Sequence[Prediction]) -> None:
        self._labels.update(map(attrgetter("label"), predictions))
        self._warnings.update(chain.from_iterable(map(attrgetter("warnings"), predictions)))
        self.errors += len(batch.bad)
        for line, reason in batch.bad if len(self._reasons) < SHOWN_ERRORS else ():
            self._reasons.setdefault(reason, line)

    def check(self, max_errors: int) -> None:
        """Raises RefusedError where too many rows fail."""
        if self.errors > max_errors:
            raise _PlainlyRefusedError(
                f"More than {max_errors:,} rows fail: {self._show()}. Correct them, or set MAX_ERRORS higher."
            )

    def summarize(self) -> dict[str, Any]:
        scored = self._labels.total()
        return {
            "rows": scored + self.errors,
            "scored": scored,
            "errors": self.errors,
            "errors_listed": min(self.errors, LISTED_ERRORS),
            "labels": dict(sorted(self._labels.items())),
            "warnings": dict(sorted(self._warnings.items())),
        }

    def _show(self) -> str:
        first = list(self._reasons.items())[:SHOWN_ERRORS]
        return "; ".join(f"line {line:,} {reason}" for reason, line in first)


def _score_rows(job: _Job, source: ObjectSource, place: str) -> dict[str, Any]:
    """Write rows and errors, and count them. Raises OutOfTimeError, RefusedError and the store's errors."""
    model, settings, _ = job.tools
    rows = job.open(
        io.BufferedReader(source, 65_536), job.location.key, settings, source.size, list_added(model.labels)
    )
    output, errors = (
        obstore.open_writer(job.results.now(), f"{place}/{file}", buffer_size=PART_BYTES, max_concurrency=2)
        for file in (f"rows.{rows.suffix}", "errors.jsonl")
    )
    tally = _Tally()
    output.write(rows.header())
    with closing(job.predict(_in_time(rows.batches(), job.remaining))) as scored:
        for batch, predictions in scored:
            current().tally.add(batch.texts, predictions)
            output.write(rows.encode(batch.rows, predictions, model.version))
            errors.write(_encode_errors(batch.bad[: max(LISTED_ERRORS - tally.errors, 0)]))
            tally.add(batch, predictions)
            tally.check(settings.max_errors)
            if job.watch:
                job.watch(batch, source.tell())
    output.write(rows.footer())
    output.close()
    errors.close()
    return tally.summarize() | rows.describe()


def _in_time(batches: Iterable[Batch], remaining: Remaining) -> Iterator[Batch]:
    """Raises OutOfTimeError before a batch for which there is too little time."""
    for batch in batches:
        deadline.check(remaining)
        yield batch


def _encode_errors(bad: Sequence[BadRow]) -> bytes:
    return "".join(f"{json.dumps(row._asdict())}\n" for row in bad).encode()
