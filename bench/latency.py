"""Measure how long a warm door takes to answer one tweet, a hundred and a thousand."""

import json
import math
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench import containers, obvious, process, tweets
from bench.cold_start import CONSTANT, HTTP, THEIRS, make_doors
from bench.figures import ROUNDS, Figure, Goal, compare, interleave, time_call

BATCHES = {1: 200, 100: 100, 1_000: 10}  # tweets in a call: calls in a round
MIN_CALLS_OF_P99 = 100
PEER = "VADER"
A_TWEET = "a tweet of a call of 1,000"
GOALS = {
    f"p50 of 1: {HTTP}, in process": Goal("value", 0.02),
    f"{A_TWEET}: {HTTP}": Goal("ratio", 0.2),
}

_DOOR = """
import gc, json, os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
sys.path.insert(0, sys.argv[2])
from MODULE import handler
with open(sys.argv[1], encoding="utf-8") as file:
    batches = json.load(file)
for _, events in batches:
    for event in events:
        handler(event, None)
gc.collect()
gc.freeze()
answer = []
for calls, events in batches:
    taken = []
    for number in range(calls):
        started = time.perf_counter()
        handler(events[number % len(events)], None)
        taken.append(1000 * (time.perf_counter() - started))
    answer.append(taken)
"""
_VADER = """
import gc, json, os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
vader = SentimentIntensityAnalyzer()
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.loads(json.load(file)[-1][1][0]["body"])["texts"]
gc.collect()
gc.freeze()
started = time.perf_counter()
for text in texts:
    vader.polarity_scores(text)
answer = 1e6 * (time.perf_counter() - started) / len(texts)
"""


def measure() -> list[Figure]:
    """Return milliseconds of whole calls of a warm handler, each in a process of its own on one core."""
    with obvious.train() as folder, tempfile.TemporaryDirectory() as own:
        path = Path(own, "batches.json")
        path.write_text(json.dumps([[calls, _make_events(size, calls)] for size, calls in BATCHES.items()]))
        scripts = {THEIRS: ("app", folder), HTTP: ("predict.api", own)}
        calls: dict[str, Callable[[], Any]] = {
            name: partial(_run, _DOOR.replace("MODULE", module), path, place)
            for name, (module, place) in scripts.items()
        }
        calls[PEER] = partial(_run, _VADER, path)
        rounds: dict[str, list[Any]] = interleave(calls)
    found: list[Figure] = []
    for place, (size, calls_in_a_round) in enumerate(BATCHES.items()):
        for share, summarize in _find_shares(calls_in_a_round).items():
            named = {
                f"{share} of {size:,}: {name}, in process": [
                    summarize(taken[place]) for taken in rounds[name]
                ]
                for name in scripts
            }
            found += compare(next(iter(named)), "ms", named, GOALS)
    of_a_tweet = {
        f"{A_TWEET}: {PEER}": rounds[PEER],
        f"{A_TWEET}: {HTTP}": [median(taken[-1]) for taken in rounds[HTTP]],
    }
    return [*found, *compare(f"{A_TWEET}: {PEER}", "µs", of_a_tweet, GOALS)]


def measure_emulated() -> list[Figure]:
    """Return milliseconds of calls in containers, the emulator's included. Raises LeftOutError."""
    containers.build()
    doors = make_doors()
    with (
        containers.serve_store() as variables,
        containers.start(doors[CONSTANT], variables) as constant,
        containers.start(doors[HTTP], variables) as http,
        containers.start(doors[THEIRS], variables) as theirs,
    ):
        invokes = {CONSTANT: constant.invoke, HTTP: http.invoke, THEIRS: theirs.invoke}
        return [
            figure
            for size, calls in BATCHES.items()
            for figure in _measure_batch(invokes, size, calls, "emulated")
        ]


def _run(script: str, *paths: object) -> Any:
    return process.run(script, *map(str, paths))[0]


def _measure_batch(
    doors: Mapping[str, Callable[[Any], Any]], size: int, calls: int, where: str
) -> list[Figure]:
    """Return the figures of one batch size. The first of `doors` is the peer."""
    events = _make_events(size, calls)
    shares = _find_shares(calls)
    found: dict[str, dict[str, list[float]]] = {share: {} for share in shares}
    for name in doors:
        for event in events:
            doors[name](event)  # the models read the words, and each door finishes its start
    for _ in range(ROUNDS):
        for name, call in doors.items():
            taken = [1000 * time_call(call, events[number % len(events)]) for number in range(calls)]
            for share, summarize in shares.items():
                found[share].setdefault(f"{share} of {size:,}: {name}, {where}", []).append(summarize(taken))
    return [figure for rounds in found.values() for figure in compare(next(iter(rounds)), "ms", rounds)]


def _make_events(size: int, calls: int) -> list[dict[str, Any]]:
    texts = tweets.load()[0]
    starts = range(0, min(size * calls, len(texts)), size)
    return [containers.make_rest_event(texts[start : start + size]) for start in starts]


def _find_shares(calls: int) -> dict[str, Callable[[list[float]], float]]:
    """Return what sums up the times of so many calls."""
    return {"p50": median, "p99": find_p99} if calls >= MIN_CALLS_OF_P99 else {"p50": median}


def find_p99(taken: list[float]) -> float:
    """Return the 99th percentile by nearest rank."""
    return sorted(taken)[math.ceil(len(taken) * 0.99) - 1]
