"""`sentiment score`: your own files, on all cores."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from obstore.store import MemoryStore

from predict import store, warm
from predict.files import local
from predict.files.journal import Journal
from predict.files.local import Input, Scored
from predict.files.rows import Batch
from predict.files.scoring import Predict
from predict.files.workers import Workers
from predict.terminal import clean
from predict.warm import Tools

_SMALL = 1_048_576  # bytes of a file that one process scores before others have begun
_SECONDS = 0.2  # between two looks at the progress


def run(source: str, output: str | None, processes: int | None, as_json: bool) -> bool:
    """Whether all files were scored.

    `processes` predict, by default one for each core that this process may use. Raises ValueError where
    nothing is found, and RuntimeError if a process ends.
    """
    model, settings = warm.load_model()
    tools = Tools(model, settings, MemoryStore())
    count = processes or _count_cores()
    workers = Workers(model, settings, count) if count > 1 and not _is_small(source) else None
    try:
        with local.find(source) as (inputs, is_folder):
            return _score(
                source, inputs, is_folder, output, tools, workers.predict if workers else None, as_json
            )
    except KeyboardInterrupt:
        print("\nsentiment: Interrupted. Files that are complete stay.", file=sys.stderr)
        raise


def _count_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS has no such call
        return os.cpu_count() or 1


def _is_small(source: str) -> bool:
    path = Path(source)
    return path.is_file() and path.stat().st_size < _SMALL


def _score(
    source: str,
    inputs: list[Input],
    is_folder: bool,
    output: str | None,
    tools: Tools,
    predict: Predict | None,
    as_json: bool,
) -> bool:
    progress = _Progress(sum(found.size for found in inputs))
    score = _choose_place(output, is_folder, tools, predict, progress)
    counts = {"scored": 0, "errors": 0, "before": 0, "refused": 0}
    rows_here = source == local.STDIN and not output
    for found in inputs:
        name, rows, summary, before = score(found)
        progress.end_file(found.size)
        refused = "error" in summary
        if rows_here and not refused:
            with Path(rows).open("rb") as scored:
                shutil.copyfileobj(scored, sys.stdout.buffer)
        counts["refused"] += refused
        counts["scored"] += summary.get("scored", 0)
        counts["errors"] += summary.get("errors", 0)
        counts["before"] += before
        if as_json:
            said = {"file": name, "rows_in": None if rows_here or refused else str(rows)}
            said |= {key: value for key, value in summary.items() if key not in ("object", "results")}
            print(json.dumps(said), file=sys.stderr if rows_here else sys.stdout, flush=True)
        elif refused:
            print(clean(f"sentiment: {name} was refused: {summary['error']}"), file=sys.stderr)
        else:
            numbers = f"{summary['scored']:,} scored, {summary['errors']:,} not"
            print(clean(f"{name}: {numbers}{' (before)' if before else ''}: {rows}"), file=sys.stderr)
    if is_folder and not as_json:
        print(
            f"{len(inputs):,} files: {counts['scored']:,} scored, {counts['errors']:,} not, "
            f"{counts['before']:,} files scored before, {counts['refused']:,} files refused",
            file=sys.stderr,
        )
    return not counts["refused"]


def _choose_place(
    output: str | None, is_folder: bool, tools: Tools, predict: Predict | None, progress: "_Progress"
) -> Callable[[Input], Scored]:
    """What scores a file into the place that is asked for."""
    if output and "://" in output:
        store.make_folder(output)
        tools = tools._replace(results=store.open_store(output, store.UPLOAD_TIMEOUT))
        return lambda found: local.score_into_store(found, output, tools, predict, progress.add)
    if not is_folder and not (output and Path(output).is_dir()):
        place = Path(output) if output else None
        return lambda found: local.score(found, place, None, tools, predict, progress.add)
    journals = dict[Path, Journal]()

    def score(found: Input) -> Scored:
        folder = Path(output) if output else found.folder
        folder.mkdir(parents=True, exist_ok=True)
        journal = None
        if is_folder:
            journal = journals.get(folder) or journals.setdefault(folder, Journal(folder))
        return local.score(found._replace(folder=folder), None, journal, tools, predict, progress.add)

    return score


class _Progress:
    """One line on a terminal: rows, rate, errors, and the time that is left by the bytes that were read."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._started = self._shown = monotonic()
        self._before = 0  # bytes of the files that have ended
        self._rows = self._errors = 0

    def add(self, batch: Batch, read: int) -> None:
        self._rows += len(batch.rows)
        self._errors += len(batch.bad)
        now = monotonic()
        if now - self._shown < _SECONDS or not sys.stderr.isatty():
            return
        self._shown, taken = now, now - self._started
        done = self._before + read
        left = round(taken / done * (self._size - done)) if done else 0
        print(
            f"\r{self._rows:,} rows, {self._rows / taken:,.0f} a second, {self._errors:,} errors, "
            f"{left // 60}:{left % 60:02} left\x1b[K",
            end="\r",
            file=sys.stderr,
        )

    def end_file(self, size: int) -> None:
        self._before += size
        if sys.stderr.isatty():
            print("\x1b[K", end="", file=sys.stderr)
