"""Your own files, scored without an event and without a bucket."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from obstore.exceptions import BaseError
from obstore.store import LocalStore

from model import Classifier
from predict import store
from predict.deadline import Remaining
from predict.files import formats, scoring
from predict.files.rows import Format, RefusedError
from predict.location import Location
from predict.settings import Settings
from predict.warm import Tools

if TYPE_CHECKING:
    from obstore.store import ObjectStore

STDIN = "-"
SCORED, ERRORS = ".scored", ".errors.jsonl"  # in the names of the files that are written


class Scored(NamedTuple):
    """`rows` has the rows of the file `name`; where `summary` has an `error`, there are none."""

    name: str
    rows: Path
    summary: dict[str, Any]


@contextmanager
def open_rows(path: Path, settings: Settings) -> Iterator[Format]:
    """The rows of a file that is not to be scored. Raises OSError, and ValueError if it is refused."""
    with path.open("rb") as content:
        try:
            yield formats.open_rows(content, path.name, settings, path.stat().st_size)
        except RefusedError as exc:
            raise ValueError(f"{path}: {exc}") from exc


class _Input(NamedTuple):
    """A file at `key` of a store; its rows go to `folder` unless another place is given."""

    store: "ObjectStore"
    key: str
    folder: Path


def score(
    source: str, output: Path | None, model: Classifier, settings: Settings, remaining: Remaining
) -> Iterator[Scored]:
    """Score the files that a path, a folder, a URL or `-` names, one after the other.

    Rows go beside each file, or to `output`: a folder if it is one or if `source` is one, else a file. The
    rows of standard input are removed after they were yielded, unless there is an `output`. `remaining` is
    asked before each batch. Raises ValueError where nothing is found.
    """
    into_folder = output is not None and (output.is_dir() or Path(source).is_dir())
    if output and into_folder:
        output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="sentiment-") as spool:
        for found in _find(source, Path(spool)):
            placed = found._replace(folder=output) if output and into_folder else found
            yield _score(placed, None if into_folder else output, model, settings, remaining)


def _find(source: str, spool: Path) -> Iterator[_Input]:
    path = Path(source)
    if source == STDIN:
        spooled = spool / "standard input"
        with spooled.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield _read(spooled)
    elif "://" in source:
        parent, _, key = source.rpartition("/")
        yield _Input(store.open_store(parent), key, Path())
    elif path.is_dir():
        yield from (_read(file) for file in sorted(path.iterdir()) if _is_input(file))
    elif path.exists():
        yield _read(path)
    else:
        raise ValueError(f"{source} does not exist: name a file, a folder, a URL, or - for standard input")


def _read(file: Path) -> _Input:
    return _Input(LocalStore(file.parent.absolute()), file.name, file.parent)


def _is_input(file: Path) -> bool:
    ours = Path(file.stem).suffix == SCORED or file.name.endswith(ERRORS)
    return file.is_file() and not file.name.startswith(".") and not ours


def _score(
    found: _Input, output: Path | None, model: Classifier, settings: Settings, remaining: Remaining
) -> Scored:
    """The rows are complete or absent: they are renamed when all are written."""
    stem = found.key.removesuffix(".gz").rpartition(".")[0] or found.key
    target = output or found.folder / f"{stem}{SCORED}"
    with TemporaryDirectory(prefix=".sentiment-", dir=target.parent) as folder:
        tools = Tools(model, settings, LocalStore(folder))
        try:
            summary = scoring.score(Location("local", found.key), found.store, tools, remaining)
        except scoring.ObjectRefusedError as exc:
            summary = exc.summary
        except (BaseError, OSError, ValueError) as exc:
            return Scored(found.key, target, {"error": store.reason(exc)})
        if "error" not in summary:
            [rows] = filter(Path.is_file, Path(folder).rglob("rows.*"))
            target = output or target.with_name(f"{target.name}{rows.suffix}")
            os.replace(rows, target)
            [errors] = filter(Path.is_file, Path(folder).rglob("errors.jsonl"))
            if errors.stat().st_size:
                os.replace(errors, target.with_name(f"{stem}{ERRORS}"))
    return Scored(found.key, target, summary)
