"""What becomes of an object: its rows with their labels, its bad rows, and a summary, which is written last.

objects/<bucket>/<key>/<etag>/rows.csv        or .jsonl or .ndjson: each row as it was, and its label
objects/<bucket>/<key>/<etag>/errors.jsonl    the line of each row that was not scored, and why
objects/<bucket>/<key>/<etag>/summary.json    who sees it knows that the others are whole
"""

import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO

import obstore

from predict import native
from predict.batch import LEAST_MS, Remaining
from predict.csv_rows import CsvRows
from predict.json_lines import JsonLines
from predict.rows import Format, Refused
from predict.settings import Settings
from predict.stored_object import GoneError, Location, StoredObject
from predict.tools import Tools

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PART = 5_242_880  # bytes of an upload at a time, the least that S3 takes; it takes 10,000 parts
LEAST_UNPACKED = 16_777_216  # bytes that any compressed object may become,
MOST_UNPACKED = 100  # and how many times its size

_FORMATS: dict[str, Callable[[BinaryIO, Settings], Format]] = {
    "csv": CsvRows,
    "jsonl": JsonLines,
    "ndjson": JsonLines,
}


class OutOfTimeError(TimeoutError):
    """Raise when an object cannot be finished before its function is ended; nothing of it is to be seen."""


def suffix(key: str) -> str:
    """Of the format that `key` names, whether compressed or not; "" where it names none that is read."""
    _, dot, name = key.lower().removesuffix(".gz").rpartition(".")
    return name if dot and name in _FORMATS else ""


def score(location: Location, store: "ObjectStore", tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """The summary: the one that is there, if this version was scored by this model and settings before.

    What cannot be read at all has an `error` in it and no rows. Raises SupersededError, OutOfTimeError,
    ValueError where the store has no way to ask for the key, and BaseError where a store fails.
    """
    _, settings, results = tools
    of_key = f"objects/{location.bucket}/{location.key}"
    summary: dict[str, Any] = {
        "object": location._asdict(),
        "model": native.identity(tools.model),
        "settings": {
            "threshold": settings.threshold,
            "uncertain": settings.uncertain and list(settings.uncertain),
            "max_characters": settings.max_characters,
        },
    }
    _hurry(remaining)
    try:
        stored = StoredObject(store, location)
        place, summary["object"]["etag"] = f"{of_key}/{stored.etag}", stored.etag
        earlier = _read(results, f"{place}/summary.json")
        if earlier.items() >= summary.items() and "error" not in earlier:
            return earlier
        summary |= _rows(stored, f"{place}/rows.{suffix(location.key)}", tools, remaining)
    except GoneError:
        # of a bucket that is not there, which is our mistake, this raises
        obstore.list(store, location.key).collect()
        place, summary["error"] = f"{of_key}/gone", "There is no such object, or not any more."
    except Refused as exc:
        summary["error"] = str(exc)
    obstore.put(results, f"{place}/summary.json", json.dumps(summary, indent=2).encode() + b"\n")
    return summary


def _hurry(remaining: Remaining) -> None:
    if remaining() < LEAST_MS:
        raise OutOfTimeError("The object needs more time: split it, or give the function more memory.")


def _read(results: "ObjectStore", key: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(obstore.get(results, key).bytes().to_bytes())
    except FileNotFoundError:
        return {}
    return found


def _rows(stored: StoredObject, key: str, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """What the summary says of them. Raises OutOfTimeError, Refused, and as StoredObject does."""
    model, settings, results = tools
    output, errors = (
        obstore.open_writer(results, name, buffer_size=PART, max_concurrency=2)
        for name in (key, f"{key.rpartition('/')[0]}/errors.jsonl")
    )
    labels: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    bad = 0
    content = _unpacked(stored)
    most = max(LEAST_UNPACKED, MOST_UNPACKED * stored.size)
    try:
        rows = _FORMATS[suffix(key)](content, settings)
        output.write(rows.header())
        for batch in rows.batches():
            _hurry(remaining)
            if content.tell() > most:
                raise Refused(
                    f"The object unpacks to more than {MOST_UNPACKED} times its size: send it plainly."
                )
            predictions = model.predict(batch.texts, settings.threshold, settings.uncertain)
            output.write(rows.encode(batch.rows, predictions, model.version))
            labels.update(map(attrgetter("label"), predictions))
            warnings.update(chain.from_iterable(map(attrgetter("warnings"), predictions)))
            errors.write("".join(f"{json.dumps(row._asdict())}\n" for row in batch.bad).encode())
            bad += len(batch.bad)
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise Refused("The object is broken gzip: upload it again.") from exc
    output.close()
    errors.close()
    scored = labels.total()
    return {
        "rows": scored + bad,
        "scored": scored,
        "errors": bad,
        "labels": dict(sorted(labels.items())),
        "warnings": dict(sorted(warnings.items())),
    }


def _unpacked(stored: StoredObject) -> BinaryIO:
    """Told by the content, not by the name."""
    content = io.BufferedReader(stored, 65_536)
    if content.peek(2).startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=content)  # type: ignore[return-value]  # io has no common class of both
    return content
