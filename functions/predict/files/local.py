"""Your own files, scored without an event."""

import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from predict import store
from predict.deadline import LocalContext
from predict.files import formats, scoring
from predict.files.journal import Journal
from predict.files.rows import Format, RefusedError
from predict.files.scoring import Predict, Watch
from predict.location import Location
from predict.settings import CLOUDS, Settings
from predict.warm import Tools

if TYPE_CHECKING:
    from obstore.store import ObjectStore

STDIN = "-"
SCORED, ERRORS = ".scored", ".errors.jsonl"  # in the names of the files that are written


class Input(NamedTuple):
    """A file of `size` bytes at `key` of a store, and its name without an ending.

    `folder` is where its rows go unless another place is given, `bucket` what the results of a store name.
    """

    store: "ObjectStore"
    key: str
    stem: str
    size: int
    folder: Path
    bucket: str = "local"


class Scored(NamedTuple):
    """`rows` is where the rows of the file `name` are; where `summary` has an `error`, there are none.

    `before` if an earlier run scored the same file by the same model and settings.
    """

    name: str
    rows: Path | str
    summary: dict[str, Any]
    before: bool = False


@contextmanager
def open_rows(path: Path, settings: Settings) -> Iterator[Format]:
    """The rows of a file that is not to be scored. Raises OSError, and ValueError if it is refused."""
    with path.open("rb") as content:
        try:
            yield formats.open_rows(content, path.name, settings, path.stat().st_size)
        except RefusedError as exc:
            raise ValueError(f"{path}: {exc}") from exc


@contextmanager
def find(source: str) -> Iterator[tuple[list[Input], bool]]:
    """The files that a path, a folder, a URL or `-` names, and whether it names a folder.

    A URL that ends in a slash is a folder. Standard input is a file until the context ends. Raises ValueError
    where nothing is found, and what a store raises.
    """
    path = Path(source)
    with TemporaryDirectory(prefix="sentiment-") as spool:
        if source == STDIN:
            spooled = Path(spool, "standard input")
            with spooled.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
            yield [_read(spooled)], False
        elif "://" in source:
            yield _find_at(source), source.endswith("/")
        elif path.is_dir():
            yield _name(_read(file) for file in sorted(path.iterdir()) if _is_input(file)), True
        elif path.exists():
            yield [_read(path)], False
        else:
            raise ValueError(
                f"{source} does not exist: name a file, a folder, a URL, or - for standard input"
            )


def _find_at(url: str) -> list[Input]:
    """In a cloud, keys begin behind the bucket, as those of the object door do. Raises ValueError."""
    kind, _, place = url.partition("://")
    bucket, key = "local", place.rpartition("/")[2]
    root = url.removesuffix(key)
    if kind in CLOUDS:
        bucket, _, key = place.partition("/")
        root = f"{kind}://{bucket}"
    found = store.open_store(root)
    try:
        with store.guarded():
            if url.endswith("/"):
                listed = obstore.list_with_delimiter(found, key.rstrip("/") or None)["objects"]
            else:
                listed = [obstore.head(found, key)]
    except (BaseError, OSError, ValueError) as exc:
        raise ValueError(f"{url} cannot be read: {store.reason(exc)}") from exc
    return _name(
        Input(found, each["path"], _stem(each["path"]), each["size"], Path(), bucket)
        for each in sorted(listed, key=lambda each: each["path"])
        if not url.endswith("/") or not _is_ours(each["path"])
    )


def _name(inputs: Iterator[Input]) -> list[Input]:
    """The same inputs; those that share a stem, as a.csv and a.txt do, get their names for stems."""
    found = list(inputs)
    counts = Counter(each.stem for each in found)
    return [
        each._replace(stem=each.key.rpartition("/")[2]) if counts[each.stem] > 1 else each for each in found
    ]


def _read(file: Path) -> Input:
    folder = LocalStore(file.parent.absolute())
    return Input(folder, file.name, _stem(file.name), file.stat().st_size, file.parent)


def _stem(key: str) -> str:
    name = key.rpartition("/")[2]
    return name.removesuffix(".gz").rpartition(".")[0] or name


def _is_input(file: Path) -> bool:
    return file.is_file() and not _is_ours(file.name)


def _is_ours(key: str) -> bool:
    name = key.rpartition("/")[2]
    return name.startswith(".") or Path(Path(name).stem).suffix == SCORED or name.endswith(ERRORS)


def score_into_store(found: Input, url: str, tools: Tools, predict: Predict | None, watch: Watch) -> Scored:
    """Score one file into the store at `url`, as the object door does: a summary is written last.

    What has a summary of the same model and settings is not scored again.
    """
    try:
        summary = _score(found, tools, predict, watch)
    except (BaseError, OSError, ValueError) as exc:
        return Scored(found.key, url, {"error": store.reason(exc)})
    return Scored(found.key, f"{url.rstrip('/')}/{summary['results']}", summary)


def score(
    found: Input,
    output: Path | None,
    journal: Journal | None,
    tools: Tools,
    predict: Predict | None,
    watch: Watch,
) -> Scored:
    """Score one file, into `output` or else beside it. The rows are complete or absent.

    They are renamed when all are written. Then the journal gets the summary: the next run finds it there.
    """
    target = output or found.folder / f"{found.stem}{SCORED}"
    with TemporaryDirectory(prefix=".sentiment-", dir=target.parent) as folder:
        results = LocalStore(folder)
        earlier = journal and journal.find(found.key)
        if earlier and target.with_name(earlier.rows).is_file():
            scoring.write_summary(results, earlier.summary)
        try:
            summary = _score(found, tools._replace(results=results), predict, watch)
        except (BaseError, OSError, ValueError) as exc:
            return Scored(found.key, target, {"error": store.reason(exc)})
        if "error" in summary:
            return Scored(found.key, target, summary)
        written = list(filter(Path.is_file, Path(folder).rglob("rows.*")))
        if earlier and not written:
            return Scored(found.key, target.with_name(earlier.rows), summary, before=True)
        [rows] = written
        [errors] = filter(Path.is_file, Path(folder).rglob("errors.jsonl"))
        listed = target.with_name(f"{found.stem}{ERRORS}")
        if errors.stat().st_size:
            os.replace(errors, listed)
        else:
            listed.unlink(missing_ok=True)  # that of an earlier run
        target = output or target.with_name(f"{target.name}{rows.suffix}")
        os.replace(rows, target)
        if journal:
            journal.add(found.key, target.name, summary)
    return Scored(found.key, target, summary)


def _score(found: Input, tools: Tools, predict: Predict | None, watch: Watch) -> dict[str, Any]:
    location = Location(found.bucket, found.key)
    remaining = LocalContext().get_remaining_time_in_millis
    try:
        with store.guarded():
            return scoring.score(location, found.store, tools, remaining, predict, watch, _open)
    except scoring.ObjectRefusedError as exc:
        return exc.summary


def _open(
    content: io.BufferedReader, name: str, settings: Settings, size: int, added: tuple[str, ...]
) -> Format:
    """What the doors read, and Parquet, whose library they do not have."""
    if not content.peek(4).startswith(b"PAR1"):
        return formats.open_rows(content, name, settings, size, added)
    try:
        from predict.files.parquet_rows import ParquetRows  # an optional library, and a heavy one
    except ImportError as exc:
        raise RefusedError("The file is Parquet: install pyarrow, with which it is read.") from exc
    return formats.Opened(ParquetRows(content, settings, added), {"packing": None, "encoding": None})
