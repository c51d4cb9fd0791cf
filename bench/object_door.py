"""Measure a CSV through the object door on one core. S3 is moto's server on loopback."""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from bench import process, tweets
from bench.figures import ROUNDS, Figure, Goal, compare
from tests.aws import endpoint, ports

TEN_MEGABYTES, GIGABYTE = 10**7, 10**9  # bytes
MAX_DISTINCT = 500_000  # tweets, which repeat: they have far more words than the model remembers
DOOR = """
import os
from time import perf_counter, process_time
from predict import objects
from predict import warm
from predict.deadline import LocalContext
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
warm.open_tools()
started, used = perf_counter(), process_time()
[summary] = objects.handler({"bucket": "inbox", "key": "tweets.csv"}, LocalContext())["objects"]
answer = summary["scored"], perf_counter() - started, process_time() - used
"""
COPY = """
import csv, os, sys
from time import perf_counter
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
started = perf_counter()
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    csv.writer(target).writerows(csv.reader(source))
answer = perf_counter() - started
"""
PEER = "Python's csv copies the file"


def measure() -> list[Figure]:
    """Return rows a second and megabytes of memory, for a file that the door scores in each round."""
    return _measure_file(TEN_MEGABYTES, ROUNDS)


def measure_gigabyte() -> list[Figure]:
    """Return the same figures for a gigabyte, in one round of a quarter of an hour."""
    return _measure_file(GIGABYTE, 1)


class _Scored(NamedTuple):
    rows: int
    seconds: float
    processor: float  # seconds without the time that the door waits for the store
    megabytes: float


def _measure_file(size: int, rounds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tweets.csv")
        rows = write(path, size)
        copied, scored = [], []
        with _serve_inbox(path) as variables:
            for number in range(rounds):
                copied.append(rows / process.run(COPY, str(path), f"{path}.copy")[0])
                results = f"s3://results/{number}"  # the door skips an object that has a result
                scored.append(_score({**variables, "RESULTS_URL": results}))
    if {each.rows for each in scored} != {rows}:
        raise RuntimeError(f"the file has {rows:,} rows, but the door scored {scored}")
    name = f"object door, a CSV of {rows:,} rows"
    rates = {PEER: copied, name: [each.rows / each.seconds for each in scored]}
    of_processor = [each.rows / each.processor for each in scored]
    memory = Goal("value", 200)
    return [
        *compare(PEER, "rows/s", rates, {name: Goal("value", 40_000, at_least=True)}),
        Figure(f"{name}: without the store's time", "rows/s", of_processor),
        Figure(f"{name}: peak memory", "MB", [each.megabytes for each in scored], goal=memory),
    ]


def write(path: Path, size: int) -> int:
    """Write a CSV of about `size` bytes. Return its number of rows."""
    texts = list(tweets.generate(min(MAX_DISTINCT, size // 50)))
    average = sum(map(len, texts)) / len(texts) + len("1234567,,someone\r\n")
    rows = round(size / average)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "user"])
        writer.writerows([row, text, "someone"] for row, text in enumerate(islice(cycle(texts), rows)))
    return rows


@contextmanager
def _serve_inbox(path: Path) -> Iterator[dict[str, str]]:
    """Run S3 with the file in a process of its own. Yield the variables that the door needs."""
    port = ports.free()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            ports.wait_for(port)
            s3 = endpoint.client("s3", url)
            for bucket in ("inbox", "results"):
                s3.create_bucket(Bucket=bucket)
            s3.upload_file(str(path), "inbox", "tweets.csv")
            yield endpoint.variables(url)
        finally:
            server.terminate()


def _score(variables: dict[str, str]) -> _Scored:
    (rows, seconds, processor), peak = process.run(DOOR, variables=variables)
    return _Scored(rows, seconds, processor, peak)
