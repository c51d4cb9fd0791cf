"""How time and memory grow with a batch, with a text, with an artifact: linearly, or not at all.

A figure is the exponent of the growth, the slope of the line through the logarithms: 1 is linear, 0 is flat.
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
from bench.figures import ROUNDS, Figure, Goal, seconds
from model import artifact
from model.classifier import LONGEST
from model.scorecard import packed

LINEAR, FLAT = Goal("value", 1.2), Goal("value", 0.2)  # quadratic would be 2
BATCHES = (1, 10, 100, 1_000, 10_000, 100_000)  # tweets
LENGTHS = (1, 10, 100, 300, 1_000, 3_000, LONGEST)  # characters: more are not read
FEATURES = (1_000, 10_000, 100_000, 1_000_000)  # of an artifact
LARGEST = 3  # sizes: in smaller ones the call itself is a part


def figures() -> list[Figure]:
    texts, _ = tweets.some()
    served = model.load("lexicon_ngrams")
    served.predict(texts)
    batches = {size: list(islice(cycle(texts), size)) for size in BATCHES}
    prose = {size: [" ".join(texts)[:size]] for size in LENGTHS}
    unbroken = {size: ["ab" * (size // 2) or "a"] for size in LENGTHS}
    with _artifacts() as folders:
        loaded = {
            size: partial(model.load(folder).predict, texts[:1_000]) for size, folder in folders.items()
        }
        loads = {size: partial(model.load, folder) for size, folder in folders.items()}
        return [
            _growth("time, tweets of a batch", _calls(served.predict, batches), seconds, LINEAR),
            _growth("memory, tweets of a batch", _calls(served.predict, batches), _peak, LINEAR),
            _growth("time, characters of prose", _calls(served.predict, prose), seconds, LINEAR),
            _growth("time, characters of one word", _calls(served.predict, unbroken), seconds, LINEAR),
            _growth("memory, characters of one word", _calls(served.predict, unbroken), _peak, LINEAR),
            _growth("time, features of an artifact that is loaded", loads, seconds, LINEAR),
            _growth("memory, features of an artifact that is loaded", loads, _peak, LINEAR),
            _growth("time of 1,000 tweets, features of the artifact", loaded, seconds, FLAT),
        ]


Call = Callable[[], object]


def _calls(call: Callable[[list[str]], object], arguments: Mapping[int, list[str]]) -> dict[int, Call]:
    return {size: partial(call, argument) for size, argument in arguments.items()}


def _growth(name: str, calls: Mapping[int, Call], measure: Callable[[Call], float], goal: Goal) -> Figure:
    times = 1 if measure is _peak else ROUNDS  # memory is the same each time
    rounds = [{size: measure(call) for size, call in calls.items()} for _ in range(times)]
    slopes = [_slope(dict([*its.items()][-LARGEST:])) for its in rounds]
    curve = [(size, median(its[size] for its in rounds)) for size in calls]
    return Figure(f"growth of {name}", "(exponent)", slopes, goal=goal, curve=curve)


def _slope(values: Mapping[int, float]) -> float:
    return linear_regression([*map(log, values)], [*map(log, values.values())]).slope


def _peak(call: Call) -> float:
    """Bytes."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@contextmanager
def _artifacts() -> Iterator[dict[int, str]]:
    """Folders of scorecards, by how many features they have."""
    manifest, _ = artifact.read(os.path.join(model.ARTIFACTS, "frequency"))
    with tempfile.TemporaryDirectory() as parent:
        folders = {size: os.path.join(parent, str(size)) for size in FEATURES}
        for size, folder in folders.items():
            weights = {"stem": {f"stem{place}": place / size for place in range(size)}}
            artifact.write(folder, manifest, packed(weights))
        yield folders
