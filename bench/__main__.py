"""Run the named measurements and print a table of each. The command fails if a figure misses its goal.

Without a name it runs all usual measurements and writes docs/performance/ too.
"""

import sys
from collections.abc import Callable
from time import perf_counter

from bench import (
    adapter,
    alternatives,
    beside,
    bulk,
    bulk_job,
    cold_start,
    first_invocation,
    floor,
    growth,
    imports,
    invocations,
    latency,
    load,
    object_door,
    pipelines,
    report,
    throughput,
    training,
    tweets,
)
from bench.figures import Figure, LeftOutError, format_table

USUAL: dict[str, Callable[[], list[Figure]]] = {
    "imports": imports.measure,
    "cold_start": cold_start.measure,
    "first_invocation": first_invocation.measure,
    "latency": latency.measure,
    "emulated": latency.measure_emulated,
    "invocations": invocations.measure,
    "throughput": throughput.measure,
    "alternatives": alternatives.measure,
    "growth": growth.measure,
    "object_door": object_door.measure,
    "bulk": bulk.measure,
    "bulk_job": bulk_job.measure,
    "training": training.measure,
    "pipelines": pipelines.measure,
    "load": load.measure,
    "beside": beside.measure,
    "floor_of_a_first_answer": floor.measure_first_answer,
    "floor_of_a_row": floor.measure_row,
}
BY_NAME = {
    "adapter": adapter.measure,
    "gigabyte": object_door.measure_gigabyte,
    "ten_million": bulk.measure_ten_million,
    "sentiment140": training.measure_sentiment140,
}


def main(names: list[str]) -> None:
    found: dict[str, list[Figure]] = {}
    left_out: dict[str, str] = {}
    failed = False
    sections = names or list(USUAL)
    for place, name in enumerate(sections, 1):
        print(f"section {place} of {len(sections)}: {name}", flush=True)
        started = perf_counter()
        try:
            found[name] = (USUAL | BY_NAME)[name]()
        except (LeftOutError, RuntimeError, OSError) as exc:  # the other measurements still run
            left_out[name] = str(exc)
            print(f"{name} is left out: {exc}.", end="\n\n", flush=True)
            failed |= not isinstance(exc, LeftOutError)
        else:
            took = f"{name}: {perf_counter() - started:.0f} s"
            print(format_table(found[name]), f"\n{took}", end="\n\n", flush=True)
    if not names:
        report.write(found, left_out, report.describe_machine(tweets.load()[1]))
    missed = [figure.name for figures in found.values() for figure in figures if not figure.met]
    sys.exit(f"goals are missed: {'; '.join(missed)}" if missed else int(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
