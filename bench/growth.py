"""Measure how time and memory grow with the size of a batch, of a text and of an artifact.

A figure is the exponent of the growth: the slope of the line through the logarithms of sizes and values.
1 is linear growth, 0 is none.
"""

import os
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice
from math import log
from statistics import linear_regression, median

import model
from bench import tweets
from bench.figures import ROUNDS, Figure, Goal, time_call
from model import artifact
from model.classifier import MAX_CHARACTERS_READ
from model.scorecard import pack

LINEAR, FLAT = Goal("value", 1.2), Goal("value", 0.2)  # 2 is quadratic
BATCHES = (1, 10, 100, 1_000, 10_000, 100_000)  # tweets
LENGTHS = (1, 10, 100, 300, 1_000, 3_000, MAX_CHARACTERS_READ)  # characters: the model reads no more
FEATURES = (1_000, 10_000, 100_000, 1_000_000)  # in an artifact
SLOPE_SIZES = 3  # the largest: at smaller sizes the call itself takes a share


def measure() -> list[Figure]:
    """Return the exponents of growth."""
    texts, _ = tweets.load()
    served = model.load("lexicon_ngrams")
    served.predict(texts)
    batches = {size: list(islice(cycle(texts), size)) for size in BATCHES}
    prose = {size: [" ".join(texts)[:size]] for size in LENGTHS}
    unbroken = {size: ["ab" * (size // 2) or "a"] for size in LENGTHS}
    with _write_artifacts() as folders:
        loaded = {
            size: partial(model.load(folder).predict, texts[:1_000]) for size, folder in folders.items()
        }
        loads = {size: partial(model.load, folder) for size, folder in folders.items()}
        return [
            _fit("time, tweets of a batch", _bind(served.predict, batches), time_call, LINEAR),
            _fit("memory, tweets of a batch", _bind(served.predict, batches), _measure_peak, LINEAR),
            _fit("time, characters of prose", _bind(served.predict, prose), time_call, LINEAR),
            _fit("time, characters of one word", _bind(served.predict, unbroken), time_call, LINEAR),
            _fit("memory, characters of one word", _bind(served.predict, unbroken), _measure_peak, LINEAR),
            _fit("time, features of an artifact that is loaded", loads, time_call, LINEAR),
            _fit("memory, features of an artifact that is loaded", loads, _measure_peak, LINEAR),
            _fit("time of 1,000 tweets, features of the artifact", loaded, time_call, FLAT),
        ]


Call = Callable[[], object]


def _bind(call: Callable[[list[str]], object], arguments: Mapping[int, list[str]]) -> dict[int, Call]:
    return {size: partial(call, argument) for size, argument in arguments.items()}


def _fit(name: str, calls: Mapping[int, Call], measure_call: Callable[[Call], float], goal: Goal) -> Figure:
    times = 1 if measure_call is _measure_peak else ROUNDS  # memory does not change from round to round
    rounds = [{size: measure_call(call) for size, call in calls.items()} for _ in range(times)]
    slopes = [_fit_slope(dict([*values.items()][-SLOPE_SIZES:])) for values in rounds]
    curve = [(size, median(values[size] for values in rounds)) for size in calls]
    return Figure(f"growth of {name}", "(exponent)", slopes, goal=goal, curve=curve)


def _fit_slope(values: Mapping[int, float]) -> float:
    return linear_regression([*map(log, values)], [*map(log, values.values())]).slope


def _measure_peak(call: Call) -> float:
    """Return the most bytes that Python holds during the call."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@contextmanager
def _write_artifacts() -> Iterator[dict[int, str]]:
    """Write artifacts of scorecards. Yield their folders by the number of features."""
    manifest, _ = artifact.read(os.path.join(model.ARTIFACTS, "frequency"))
    with tempfile.TemporaryDirectory() as parent:
        folders = {size: os.path.join(parent, str(size)) for size in FEATURES}
        for size, folder in folders.items():
            weights = {"stem": {f"stem{place}": place / size for place in range(size)}}
            artifact.write(folder, manifest, pack(weights))
        yield folders
