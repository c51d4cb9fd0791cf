"""What large jobs take and cost: the measured rate of one core, the price file, and simulated jobs.

`python -m bench.scale` writes docs/performance/scale.md, which docs/scale.md shows, and its plot.
"""

import json
from collections.abc import Iterator, Mapping
from math import ceil
from typing import NamedTuple

from bench import report
from bench.bulk_job import Delays, simulate
from predict.bulk import bill
from predict.bulk.listing import PAGE_BATCHES
from predict.bulk.tally import Tally
from predict.cost import measured, prices, table
from predict.cost.prices import Prices

ROWS = 1_000_000  # of an object: 100 MB, so that each is a batch
TWEETS = {10_000_000: 10, 1_000_000_000: 100, 100_000_000_000: 1_000}  # and the workers of each job
COLD = 0.01
SPARK = 0.74  # of the rate of plain processes: 60 and 81 thousand rows a second on two cores, measured once
SPARK_START = 90  # seconds until EMR Serverless has its workers; assumed
GB_OF_A_VCPU = 4  # of memory, in EMR Serverless
TRANSITIONS = 4  # of a batch in Step Functions: begin, score, check, done
OVERHEAD = 0.2  # seconds of an invocation beside its rows; assumed
PLOTTED = 1_000_000_000
FIGURE = "object door, a CSV of 112,778 rows"


class Quota(NamedTuple):
    """A limit of AWS as an account has it at first, and what to do about it."""

    name: str
    limit: float
    cure: str


CONCURRENCY = Quota(
    "1,000 concurrent invocations of an account",
    1_000,
    "ask for more in Service Quotas, and reserve ObjectFunction's share",
)
PUTS = Quota("3,500 writes a second to a prefix of S3", 3_500, "larger objects, or jobs of several buckets")
OPERATIONS = Quota("3,000 operations of a durable execution", 3_000, "a job for each prefix")
CHILDREN = Quota("10,000 child executions of a map run at once", 10_000, "a lower concurrency")
VCPUS = Quota("16 vCPUs of EMR Serverless in an account", 16, "ask for more in Service Quotas")


class Plan(NamedTuple):
    """A job on one engine. `use` has the share of each quota that it needs."""

    engine: str
    workers: int
    seconds: float
    cost: float
    use: Mapping[Quota, float]

    @property
    def first(self) -> Quota:
        """The quota of which it needs the largest share."""
        return max(self.use, key=lambda quota: self.use[quota])


def read_rate() -> float:
    """Rows a second of the object door on one core, with its store."""
    figures = json.loads((report.FOLDER / "figures.json").read_text())["sections"]["object_door"]
    return float(next(figure["median"] for figure in figures if figure["name"] == FIGURE))


def plan(tweets: int, workers: int, rate: float, found: Prices) -> Iterator[Plan]:
    """The same job on each engine, with as many workers."""
    objects = ceil(tweets / ROWS)
    done = Tally(objects=objects, rows=tweets, invocations=objects)
    door = measured.read().doors["objects"]._replace(tweets=ROWS, milliseconds=1_000 * ROWS / rate)
    used = bill.of_door(done, door, COLD)
    alone = table.dollars(used, found)
    seconds = simulate([ROWS / rate + OVERHEAD] * objects, workers, Delays(), CONCURRENCY.limit)
    pages, lanes = ceil(objects / PAGE_BATCHES), min(workers, PAGE_BATCHES, objects)
    at_once = {
        CONCURRENCY: workers / CONCURRENCY.limit,
        PUTS: used["s3_thousand_puts"] / seconds / PUTS.limit,
    }
    yield Plan(
        "durable function",
        workers,
        seconds,
        alone + table.dollars(bill.of_orchestra(done, pages), found),
        {**at_once, OPERATIONS: max(4 * pages, 2 * PAGE_BATCHES + lanes) / OPERATIONS.limit},
    )
    transitions = {"step_functions_thousand_transitions": TRANSITIONS * objects}
    children = {**at_once, CHILDREN: workers / CHILDREN.limit}
    yield Plan("Step Functions", workers, seconds, alone + table.dollars(transitions, found), children)
    spark = tweets / (rate * SPARK * workers) + SPARK_START
    hours = workers * spark / 3_600
    emr = {
        "emr_serverless_x86_64_vcpu_hour": hours,
        "emr_serverless_x86_64_gb_hour": GB_OF_A_VCPU * hours,
    }
    yield Plan(
        "Spark, EMR Serverless", workers, spark, table.dollars(emr, found), {VCPUS: workers / VCPUS.limit}
    )


def write_table(rate: float, found: Prices) -> str:
    """A row for each job and engine, as Markdown, and what the figures are based on."""
    lines = [
        "| tweets | engine | workers | duration | cost | binds first | share of it | then |",
        "|---:|---|---:|---:|---:|---|---:|---|",
    ]
    for tweets, workers in TWEETS.items():
        for each in plan(tweets, workers, rate, found):
            share, first = each.use[each.first], each.first
            lines.append(
                f"| {tweets:,} | {each.engine} | {each.workers:,} | {_show(each.seconds)} "
                f"| ${each.cost:,.2f} | {first.name} | {100 * share:,.0f} % | {first.cure} |"
            )
    basis = (
        f"Objects of {ROWS:,} rows, at the rate of one core that performance.md shows; prices of "
        f"{found.region}, {found.date}, without free tiers, storage and transfer. A quota above 100 % must "
        "be raised before the job."
    )
    return "\n".join([*lines, "", basis]) + "\n"


def _show(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7_200 else f"{seconds / 3_600:,.1f} h"


def draw(rate: float, found: Prices) -> None:
    """Draw duration and cost of a job against its workers."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from model.training.style import STYLE

    workers = (1, 3, 10, 30, 100, 300, 1_000, 3_000)
    engines: dict[str, list[Plan]] = {}
    for count in workers:
        for each in plan(PLOTTED, count, rate, found):
            engines.setdefault(each.engine, []).append(each)
    with rc_context(STYLE):
        drawing = Figure(figsize=(7, 3.6), layout="constrained", facecolor="white")
        times, costs = drawing.subplots(1, 2)
        for name, plans in engines.items():
            times.plot(workers, [each.seconds / 60 for each in plans], marker="o", markersize=3, label=name)
            costs.plot(workers, [each.cost for each in plans], marker="o", markersize=3)
        times.set(xscale="log", yscale="log", xlabel="workers", ylabel=f"minutes for {PLOTTED:,} tweets")
        costs.set(xscale="log", xlabel="workers", ylabel=f"{found.currency}", ylim=0)
        times.legend(fontsize="small")
        drawing.savefig(report.FOLDER / "scale.svg", metadata={"Date": None})


if __name__ == "__main__":
    measured_rate, shipped = read_rate(), prices.read()
    (report.FOLDER / "scale.md").write_text(write_table(measured_rate, shipped))
    draw(measured_rate, shipped)
