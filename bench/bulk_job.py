"""Simulate a bulk job, and hold the simulation against jobs that run on this machine.

The model is that of predict.bulk.orchestra: pages of batches, lanes that invoke one batch after another, and
pages side by side where there are more lanes than a page has batches.
"""

import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile
from time import perf_counter
from typing import Any, NamedTuple

import simpy

from bench import object_door
from bench.figures import Figure, Goal
from predict.bulk.listing import PAGE_BATCHES

OBJECTS = 12
BYTES = (100_000, 200_000, 400_000)  # of an object, in turn
WORKERS = (1, 2)
ROUNDS = 3


class Delays(NamedTuple):
    """Seconds that are no work. Those of AWS are assumed, and are small beside a batch's minute."""

    listing: float = 2  # of the 20,000 keys of a page
    between: float = 0.3  # two batches of a lane: checkpoints, and the start of an invocation
    start: float = 0.3  # of a container, once for each worker
    ramp: float = 100  # workers that Lambda starts in a second for a function: 1,000 in ten


LOCAL = Delays(0, 0, 0, float("inf"))


def simulate(seconds: Sequence[float], workers: int, delays: Delays, limit: float = float("inf")) -> float:
    """The seconds of a job whose batches take so long each; at most `limit` invocations run at once."""
    env = simpy.Environment()
    env.process(
        _run_job(env, seconds, workers, delays, simpy.Resource(env, int(min(limit, len(seconds) or 1))))
    )
    env.run()
    return float(env.now)


def _run_job(
    env: Any, seconds: Sequence[float], workers: int, delays: Delays, account: Any
) -> Generator[Any, Any, None]:
    width = ceil(workers / PAGE_BATCHES)
    lanes = ceil(workers / width)
    batches = iter(seconds)
    while pages := [page for _ in range(width) if (page := list(islice(batches, PAGE_BATCHES)))]:
        yield env.timeout(delays.listing * len(pages))
        begun = [
            env.process(_run_lane(env, page[lane::lanes], number * lanes + lane, delays, account))
            for number, page in enumerate(pages)
            for lane in range(min(lanes, len(page)))
        ]
        yield env.all_of(begun)


def _run_lane(
    env: Any, batches: Sequence[float], number: int, delays: Delays, account: Any
) -> Generator[Any, Any, None]:
    yield env.timeout(max(0, number / delays.ramp - env.now) + delays.start)
    for seconds in batches:
        yield env.timeout(delays.between)
        with account.request() as turn:
            yield turn
            yield env.timeout(seconds)


def measure() -> list[Figure]:
    """Return the duration of a job in processes of this machine, and by how much the simulation is wrong.

    Each run is simulated from the times of its own objects: what is held against it is the model of pages and
    lanes, and not how steady the machine is.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for first, size in enumerate(BYTES):
            object_door.write(path := Path(folder, f"{first:02}.csv"), size)
            for number in range(first + len(BYTES), OBJECTS, len(BYTES)):
                copyfile(path, Path(folder, f"{number:02}.csv"))
        for workers in WORKERS:
            runs = [_run(folder, f"{workers}-{number}", workers) for number in range(ROUNDS)]
            simulated = [simulate(run.seconds, workers, LOCAL) for run in runs]
            measured = [run.duration for run in runs]
            errors = [100 * abs(mine / run - 1) for mine, run in zip(simulated, measured, strict=True)]
            name = f"bulk job, {OBJECTS} objects, workers: {workers}"
            found += [
                Figure(name, "s", measured),
                Figure(f"{name}: simulated", "s", simulated, name, measured),
                Figure(f"{name}: error of the simulation", "%", errors, goal=Goal("value", 15)),
            ]
    return found


class _Run(NamedTuple):
    duration: float
    seconds: list[float]  # of each object, in the order of their keys


def _run(folder: str, name: str, workers: int) -> _Run:
    paths = sorted(str(path) for path in Path(folder).glob("*.csv"))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        list(pool.map(_score, [paths[:1]] * 4 * workers, [f"{folder}/warm"] * 4 * workers))  # models are read
        started = perf_counter()
        lanes = list(
            pool.map(
                _score, [paths[lane::workers] for lane in range(workers)], [f"{folder}/{name}"] * workers
            )
        )
        duration = perf_counter() - started
    seconds = [0.0] * len(paths)
    for lane, times in enumerate(lanes):
        seconds[lane::workers] = times
    return _Run(duration, seconds)


def _score(paths: Sequence[str], results: str) -> list[float]:
    """The seconds of each object, through the objects door."""
    from obstore.store import LocalStore

    from predict import objects, warm
    from predict.deadline import MAX_MILLISECONDS
    from predict.settings import Settings
    from predict.warm import Tools

    model, _ = warm.load_model()
    folder = Path(paths[0]).parent if paths else Path()
    tools = Tools(model, Settings(buckets=f"file://{folder.parent}"), LocalStore(results, mkdir=True))
    found = []
    for path in paths:
        started = perf_counter()
        objects.score({"bucket": folder.name, "key": Path(path).name}, tools, lambda: MAX_MILLISECONDS)
        found.append(perf_counter() - started)
    return found
