"""The scoring of a whole object: its rows with their labels, its bad rows, and a summary.

objects/<bucket>/<key>/<etag>/<run>/rows.csv        or rows.jsonl: each row as it was, and its label
objects/<bucket>/<key>/<etag>/<run>/errors.jsonl    the line of each row that was not scored, and why
objects/<bucket>/<key>/<etag>/<run>/summary.json    written last: if it exists, the other files are complete
"""

import io
import json
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import obstore

from model import Prediction
from predict import deadline
from predict.deadline import Remaining
from predict.files.formats import open_rows
from predict.files.rows import Batch, RefusedError
from predict.files.source import GoneError, ObjectSource
from predict.location import Location
from predict.store import digest
from predict.warm import Tools

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PART_BYTES = 5_242_880  # of an upload: S3 takes no fewer in a part, and 10,000 parts


def score(location: Location, store: "ObjectStore", tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """The summary: an earlier one, if this version was scored by the same model and settings before.

    The summary of an object that cannot be read at all has an `error` and no rows. Raises SupersededError,
    OutOfTimeError, ValueError where the store cannot ask for the key, and BaseError where a store fails.
    """
    deadline.check(remaining)
    results, prefix = tools.results, f"objects/{location.bucket}/{location.key}"
    summary = _begin_summary(location, tools)
    try:
        source = ObjectSource(store, location)
        prefix, summary["object"]["etag"] = f"{prefix}/{source.etag}/{_name_run(summary)}", source.etag
        earlier = _read_summary(results, prefix)
        if earlier.items() >= summary.items() and "error" not in earlier:
            return earlier
        summary |= _score_rows(source, location.key, prefix, tools, remaining)
    except GoneError:
        obstore.list(store, location.key).collect()  # raises where the bucket is missing: that is our mistake
        prefix, summary["error"] = f"{prefix}/gone", "There is no such object, or not any more."
    except RefusedError as exc:
        summary["error"] = str(exc)
    obstore.put(results, f"{prefix}/summary.json", json.dumps(summary, indent=2).encode() + b"\n")
    return summary


def _begin_summary(location: Location, tools: Tools) -> dict[str, Any]:
    """What is known before the object is read."""
    model, settings, _ = tools
    return {
        "object": location._asdict(),
        "model": model.identity,
        "settings": {
            "threshold": model.threshold if settings.threshold is None else settings.threshold,
            "uncertain": settings.uncertain and list(settings.uncertain),
            "max_characters": settings.max_characters,
            "text_column": settings.text_column or None,
            "encoding": settings.encoding or None,
        },
    }


def _name_run(summary: dict[str, Any]) -> str:
    """A name for the model and the settings: two releases never write to the same place."""
    settings = json.dumps(summary["settings"], sort_keys=True)
    return f"{summary['model']['version']}-{digest([settings])[:8]}"


def _read_summary(results: "ObjectStore", prefix: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(obstore.get(results, f"{prefix}/summary.json").bytes().to_bytes())
    except FileNotFoundError:
        return {}
    return found


class _Tally:
    """Counts of what was scored, for the summary."""

    def __init__(self) -> None:
        self._labels: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._bad = 0

    def add(self, batch: Batch, predictions: Sequence[Prediction]) -> None:
        self._labels.update(map(attrgetter("label"), predictions))
        self._warnings.update(chain.from_iterable(map(attrgetter("warnings"), predictions)))
        self._bad += len(batch.bad)

    def summarize(self) -> dict[str, Any]:
        scored = self._labels.total()
        return {
            "rows": scored + self._bad,
            "scored": scored,
            "errors": self._bad,
            "labels": dict(sorted(self._labels.items())),
            "warnings": dict(sorted(self._warnings.items())),
        }


def _score_rows(
    source: ObjectSource, name: str, prefix: str, tools: Tools, remaining: Remaining
) -> dict[str, Any]:
    """Write rows and errors, and count them. Raises OutOfTimeError, RefusedError and the store's errors."""
    model, settings, results = tools
    rows = open_rows(io.BufferedReader(source, 65_536), name, settings, source.size)
    output, errors = (
        obstore.open_writer(results, f"{prefix}/{file}", buffer_size=PART_BYTES, max_concurrency=2)
        for file in (f"rows.{rows.suffix}", "errors.jsonl")
    )
    tally = _Tally()
    output.write(rows.header())
    for batch in rows.batches():
        deadline.check(remaining)
        predictions = model.predict(batch.texts, settings.threshold, settings.uncertain)
        output.write(rows.encode(batch.rows, predictions, model.version))
        errors.write("".join(f"{json.dumps(row._asdict())}\n" for row in batch.bad).encode())
        tally.add(batch, predictions)
    output.close()
    errors.close()
    return tally.summarize() | rows.describe()
