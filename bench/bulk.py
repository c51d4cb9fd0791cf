"""Measure `sentiment score` on two cores beside one, and on a folder of ten million rows.

The folder has a thousand files. The command is interrupted once, and run again: each row is scored once.
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice, zip_longest
from pathlib import Path
from time import perf_counter, sleep

from bench import process, tweets
from bench.figures import Figure, Goal, LeftOutError, compare, interleave
from bench.object_door import MAX_DISTINCT, MEGABYTES, TEN_MEGABYTES, write

ROUNDS = 3
FILES, ROWS = 1_000, 10_000  # of the folder, and of each of its files
ONE, TWO = "one process", "two processes"
PEER = "Python's csv copies the folder"

_SCORE = """
import os, sys
from time import perf_counter
from predict import score
if sys.argv[3] == "1":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
started = perf_counter()
score.run(sys.argv[1], sys.argv[2], int(sys.argv[3]), str)
answer = perf_counter() - started
"""
_COPY = """
import csv, os, sys
from pathlib import Path
from time import perf_counter
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
started = perf_counter()
for path in Path(sys.argv[1]).iterdir():
    with path.open(newline="") as source, Path(sys.argv[2], path.name).open("w", newline="") as target:
        csv.writer(target).writerows(csv.reader(source))
answer = perf_counter() - started
"""


def measure() -> list[Figure]:
    """Return rows a second of one file. Raises LeftOutError if there is one core."""
    if len(os.sched_getaffinity(0)) < 2:
        raise LeftOutError("this machine has one core")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "tweets.csv"), Path(folder, "scored.csv")
        rows = write(source, TEN_MEGABYTES)
        calls = {
            name: partial(_rate, source, target, processes, rows) for name, processes in ((ONE, 1), (TWO, 2))
        }
        goals = {TWO: Goal("ratio", 1.6, at_least=True)}
        return compare(ONE, "rows/s", interleave(calls, ROUNDS), goals)


def measure_ten_million() -> list[Figure]:
    """Return seconds and megabytes of a folder, in one round. Raises RuntimeError if a row is lost."""
    with tempfile.TemporaryDirectory() as folder:
        source, copied, scored = (Path(folder, name) for name in ("in", "copied", "scored"))
        for made in (source, copied):
            made.mkdir()
        _write_folder(source)
        seconds, _ = process.run(_COPY, str(source), str(copied))
        started = perf_counter()
        _interrupt(source, scored)
        _, megabytes = process.run(_SCORE, str(source), str(scored), str(len(os.sched_getaffinity(0))))
        taken = perf_counter() - started
        if any(id != place for place, id in zip_longest(range(FILES * ROWS), _read_ids(scored))):
            raise RuntimeError("rows are lost, or are there twice")
    name = f"{FILES * ROWS:,} rows, interrupted once"
    return [
        *compare(PEER, "s", {PEER: [seconds], name: [taken]}, {name: Goal("ratio", 10)}),
        Figure(
            f"{name}: peak memory of the process that reads and writes", "MB", [megabytes], goal=MEGABYTES
        ),
    ]


def _rate(source: Path, target: Path, processes: int, rows: int) -> float:
    seconds, _ = process.run(_SCORE, str(source), str(target), str(processes))
    return rows / float(seconds)


def _write_folder(folder: Path) -> None:
    texts = cycle(tweets.generate(MAX_DISTINCT))
    for number in range(FILES):
        with Path(folder, f"{number:04}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text"])
            writer.writerows([number * ROWS + row, text] for row, text in enumerate(islice(texts, ROWS)))


def _interrupt(source: Path, target: Path) -> None:
    """Score until half of the files are complete."""
    command = [sys.executable, "-m", "predict.cli", "score", str(source), "-o", str(target)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len([*target.glob("*.scored.csv")]) < FILES // 2:
            sleep(0.1)
        process.send_signal(signal.SIGINT)


def _read_ids(folder: Path) -> Iterator[int]:
    for path in sorted(folder.glob("*.scored.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            yield from (int(row["id"]) for row in csv.DictReader(file))
