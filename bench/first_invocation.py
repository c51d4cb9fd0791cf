"""Measure the phases of a first answer, INIT and the first invocation, with Lambda's runtime API on loopback.

Lambda gives the INIT phase a whole processor. The share of the invocation follows the memory: 512 MB have
0.29 of one. A snapshot (SnapStart) contains what INIT has done, so a restored function has the second alone.
"""

import subprocess
import time
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bench import containers
from bench.cold_start import CONSTANT, HTTP, THEIRS, make_doors
from bench.containers import Door
from bench.figures import ROUNDS, Figure, Goal, compare
from tests.aws import runtime_api

DOORS = (CONSTANT, "direct", "queue", "objects", HTTP, THEIRS)
SHARES = {1.0: "a whole processor", 0.29: "0.29 of a processor"}
INIT, INVOCATION = "INIT", "first invocation"


class _Phases(NamedTuple):
    init: float  # milliseconds
    invocation: float


def measure() -> list[Figure]:
    """Return milliseconds of both phases. Raises LeftOutError."""
    containers.build()
    doors = make_doors()
    inits: dict[str, list[float]] = {name: [] for name in DOORS}
    invocations: dict[float, dict[str, list[float]]] = {
        share: {name: [] for name in DOORS} for share in SHARES
    }
    with containers.serve_store() as variables:
        for _ in range(ROUNDS):
            for share in SHARES:
                for name in DOORS:
                    phases = _measure_phases(doors[name], variables, share)
                    inits[name].append(phases.init)
                    invocations[share][name].append(phases.invocation)
    figures = compare(
        f"{INIT}: {CONSTANT}", "ms", {f"{INIT}: {name}": taken for name, taken in inits.items()}
    )
    for share, taken in invocations.items():
        named = {f"{INVOCATION} on {SHARES[share]}: {name}": times for name, times in taken.items()}
        theirs, ours = (f"{INVOCATION} on {SHARES[share]}: {name}" for name in (THEIRS, HTTP))
        goal = {ours: Goal("ratio", 0.2)}
        figures += compare(theirs, "ms", {theirs: named.pop(theirs), **named}, goal)
    return figures


def _measure_phases(door: Door, variables: Mapping[str, str], share: float) -> _Phases:
    with runtime_api.serving() as api, containers.start_client(door, {**variables, **api.variables}) as name:
        asked = api.wait()
        if asked.path != runtime_api.NEXT:
            raise RuntimeError(f"{door.handler} failed: {asked}")
        begun = datetime.fromisoformat(_docker("inspect", "--format", "{{.State.StartedAt}}", name).strip())
        _docker("update", "--cpus", str(share), name)
        given = time.time()
        answer = api.invoke(door.event)
        containers.check_answer(door, answer.body)
    return _Phases(1000 * (asked.at - begun.timestamp()), 1000 * (answer.at - given))


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout
