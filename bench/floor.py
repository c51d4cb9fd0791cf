"""Measure the parts of the two slowest figures: the object door's first answer, and each of its rows."""

import io
import json
import subprocess
from collections.abc import Mapping
from time import perf_counter

import model
from bench import containers, tweets
from bench.containers import BUCKET, IMAGE, KEY
from bench.figures import ROUNDS, Figure
from predict.files.csv_rows import CsvRows
from predict.settings import Settings
from tests.aws import emulator

PARTS = f"""
import time
started = time.perf_counter()
parts = {{}}
def part(name):
    global started
    now = time.perf_counter()
    parts[name], started = (now - started) * 1000, now
import awslambdaric.bootstrap
part("the runtime client is imported")
from predict import objects
from predict.deadline import LocalContext
from predict import settings
from predict import store
from predict import warm
part("the door is imported")
warm.load_model()
part("the model is read")
warm.open_tools(large_results=True)
store.open_store("s3://{BUCKET}")
part("the clients of two stores are made")
import obstore
waited = 0
def timed(call):
    def timed_call(*arguments, **options):
        global waited
        asked = time.perf_counter()
        try:
            return call(*arguments, **options)
        finally:
            waited += (time.perf_counter() - asked) * 1000
    return timed_call
class Writer:
    def __init__(self, writer):
        self.write, self.close = timed(writer.write), timed(writer.close)
opened = obstore.open_writer
obstore.get, obstore.put = timed(obstore.get), timed(obstore.put)
obstore.open_writer = lambda *arguments, **options: Writer(opened(*arguments, **options))
objects.handler({{"bucket": "{BUCKET}", "key": "{KEY}"}}, LocalContext())
part("the answer")
parts["the store answers five times"] = waited
parts["the rest of the answer"] = parts.pop("the answer") - waited
import json
print(json.dumps(parts))
"""
ROWS = 20_000


def measure_first_answer() -> list[Figure]:
    """Return milliseconds of each part without the interpreter's start. Raises LeftOutError."""
    containers.build()
    found: dict[str, list[float]] = {}
    with containers.serve_store() as variables:
        for number in range(ROUNDS):
            parts = _measure_first_parts({**variables, "RESULTS_URL": f"s3://{BUCKET}/{number}"})
            for name, taken in parts.items():
                found.setdefault(f"first answer of the object door: {name}", []).append(taken)
    return [Figure(name, "ms", rounds) for name, rounds in found.items()]


def _measure_first_parts(variables: Mapping[str, str]) -> dict[str, float]:
    command = ["docker", "run", "--rm", "--network", "host", *emulator.LIKE_LAMBDA]
    command += [*emulator.environment(variables), "--entrypoint", "python3", IMAGE, "-c", PARTS]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def measure_row() -> list[Figure]:
    """Return microseconds of each part of a row.

    The tweets are generated. The model has read as many other tweets before.
    """
    texts = list(tweets.generate(2 * ROWS))
    content = tweets.encode_csv(texts[ROWS:])
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, taken in _measure_row_parts(texts[:ROWS], content).items():
            found.setdefault(f"a row of the object door: {name}", []).append(taken / ROWS * 1e6)
    return [Figure(name, "µs", rounds) for name, rounds in found.items()]


def _measure_row_parts(before: list[str], content: bytes) -> dict[str, float]:
    """Return seconds of each part, for all rows together."""
    served = model.load("lexicon_ngrams")
    served.predict(before)
    rows = CsvRows(io.BytesIO(content), Settings())
    started = perf_counter()
    batches = list(rows.batches())
    read = perf_counter()
    predictions = [served.predict(batch.texts) for batch in batches]
    predicted = perf_counter()
    for batch in batches:
        served.predict(batch.texts)
    again = perf_counter()
    for batch, predicted_batch in zip(batches, predictions, strict=True):
        rows.encode(batch.rows, predicted_batch, served.version)
    return {
        "read and split": read - started,
        "its words, known by now": again - predicted,
        "its new words": predicted - read - (again - predicted),
        "written": perf_counter() - again,
    }
