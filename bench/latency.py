"""Measure how long a warm door takes to answer one tweet, a hundred and a thousand."""

import math
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from statistics import median
from typing import Any

from bench import containers, obvious, tweets
from bench.cold_start import CONSTANT, HTTP, THEIRS, make_doors
from bench.figures import ROUNDS, Figure, Goal, compare, time_call
from predict import api

BATCHES = {1: 200, 100: 100, 1_000: 10}  # tweets in a call: calls in a round
MIN_CALLS_OF_P99 = 100
GOALS = {1: Goal("value", 0.3), 1_000: Goal("value", 15)}  # milliseconds at the median


def measure() -> list[Figure]:
    """Return milliseconds of whole calls in this process."""
    with obvious.train() as folder:
        sys.path.insert(0, str(folder))
        theirs = import_module("app").handler
        sys.path.remove(str(folder))
    context: Any = None  # neither handler reads it
    doors = {THEIRS: lambda event: theirs(event, context), HTTP: lambda event: api.handler(event, context)}
    return [
        figure
        for size, calls in BATCHES.items()
        for figure in _measure_batch(
            doors, size, calls, "in process", {HTTP: GOALS[size]} if size in GOALS else {}
        )
    ]


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
            for figure in _measure_batch(invokes, size, calls, "emulated", {})
        ]


def _measure_batch(
    doors: Mapping[str, Callable[[Any], Any]], size: int, calls: int, where: str, goals: Mapping[str, Goal]
) -> list[Figure]:
    """Return the figures of one batch size. The first of `doors` is the peer."""
    texts = tweets.load()[0]
    events = [
        containers.make_rest_event(texts[at : at + size])
        for at in range(0, min(size * calls, len(texts)), size)
    ]
    shares: dict[str, Callable[[list[float]], float]] = {"p50": median}
    if calls >= MIN_CALLS_OF_P99:
        shares["p99"] = find_p99
    found: dict[str, dict[str, list[float]]] = {share: {} for share in shares}
    for name in doors:
        for event in events:
            doors[name](event)  # the models read the words, and each door finishes its start
    for _ in range(ROUNDS):
        for name, call in doors.items():
            taken = [1000 * time_call(call, events[number % len(events)]) for number in range(calls)]
            for share, summarize in shares.items():
                found[share].setdefault(f"{share} of {size:,}: {name}, {where}", []).append(summarize(taken))
    return [
        figure
        for share, rounds in found.items()
        for figure in compare(
            next(iter(rounds)),
            "ms",
            rounds,
            {f"p50 of {size:,}: {name}, {where}": goal for name, goal in goals.items()},
        )
    ]


def find_p99(taken: list[float]) -> float:
    """Return the 99th percentile by nearest rank."""
    return sorted(taken)[math.ceil(len(taken) * 0.99) - 1]
