"""Measure a CSV through the object door on one core, beside Python's csv, which copies the file.

S3 is moto's server on loopback. Each runs in a process of its own. The garbage collector passes by what was
made before the time starts.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from bench import process, tweets
from bench.figures import ROUNDS, Figure, Goal, compare
from tests.aws import endpoint, ports

TEN_MEGABYTES, GIGABYTE = 10**7, 10**9  # bytes
MAX_DISTINCT = 500_000  # tweets, which repeat: they have far more words than the model remembers
MEGABYTES = Goal("value", 100)  # of memory
_START = """
import gc, os, sys
from time import perf_counter, process_time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

def measure(call):
    gc.collect()
    gc.freeze()
    started, used = perf_counter(), process_time()
    rows = call()
    return rows, perf_counter() - started, process_time() - used
"""
DOOR = f"""{_START}
from predict import objects, warm
from predict.deadline import LocalContext
warm.open_tools(large_results=True)
event = {{"bucket": "inbox", "key": "tweets.csv"}}
answer = measure(lambda: objects.handler(event, LocalContext())["objects"][0]["scored"])
"""
COPY_FILE = f"""{_START}
import csv
def copy():
    with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
        csv.writer(target).writerows(csv.reader(source))
answer = measure(copy)
"""
COPY_OBJECT = f"""{_START}
import csv, io, itertools
import obstore
from predict import store
from predict.files import pieces
inbox, results = store.open_store("s3://inbox"), store.open_store("s3://results", store.UPLOAD_TIMEOUT)
def copy():
    source = pieces.join(map(bytes, obstore.get(inbox, "tweets.csv")))
    target = obstore.open_writer(results, "copy.csv", buffer_size=5_242_880)
    rows = csv.reader(io.TextIOWrapper(source, newline=""))
    while batch := list(itertools.islice(rows, 1_000)):
        text = io.StringIO()
        csv.writer(text).writerows(batch)
        target.write(text.getvalue().encode())
    target.close()
answer = measure(copy)
"""
PEER = "Python's csv copies the file"
PEER_ON_S3 = "Python's csv copies the file on the same S3"


def measure() -> list[Figure]:
    """Return rows a second of processor time and megabytes of memory, of a file scored in each round."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tweets.csv")
        rows = write(path, TEN_MEGABYTES)
        copied, scored = list[_Run](), list[_Run]()
        with _serve_inbox(path) as variables:
            for number in range(ROUNDS):
                copied.append(_run(COPY_FILE, {}, path, f"{path}.copy"))
                results = f"s3://results/{number}"  # the door skips an object that has a result
                scored.append(_run(DOOR, {**variables, "RESULTS_URL": results}))
    _check(scored, rows)
    name = f"object door, a CSV of {rows:,} rows"
    rates = {PEER: [rows / run.processor for run in copied], name: [rows / run.processor for run in scored]}
    return [
        *compare(PEER, "rows/s", rates, {name: Goal("ratio", 0.14, at_least=True)}),
        Figure(f"{name}: with the time that it waits for S3", "rows/s", [rows / run.wall for run in scored]),
        Figure(f"{name}: peak memory", "MB", [run.megabytes for run in scored], goal=MEGABYTES),
    ]


def measure_gigabyte() -> list[Figure]:
    """Return seconds and megabytes for a gigabyte, in one round of a quarter of an hour."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tweets.csv")
        rows = write(path, GIGABYTE)
        with _serve_inbox(path) as variables:
            copied = _run(COPY_OBJECT, variables)
            scored = _run(DOOR, {**variables, "RESULTS_URL": "s3://results/0"})
    _check([scored], rows)
    name = f"object door, a CSV of {rows:,} rows"
    seconds = {PEER_ON_S3: [copied.wall], name: [scored.wall]}
    return [
        *compare(PEER_ON_S3, "s", seconds, {name: Goal("ratio", 10)}),
        Figure(f"{name}: peak memory", "MB", [scored.megabytes], goal=MEGABYTES),
    ]


class _Run(NamedTuple):
    """`wall` and `processor` are seconds; `rows` are those that the door scored."""

    rows: int | None
    wall: float
    processor: float
    megabytes: float


def _run(script: str, variables: Mapping[str, str], *arguments: object) -> _Run:
    (rows, wall, processor), peak = process.run(script, *map(str, arguments), variables=variables)
    return _Run(rows, wall, processor, peak)


def _check(scored: list[_Run], rows: int) -> None:
    if {run.rows for run in scored} != {rows}:
        raise RuntimeError(f"the file has {rows:,} rows, but the door scored {scored}")


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
