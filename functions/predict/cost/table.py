"""What a million tweets cost in AWS, by door, memory and architecture: measured times, and prices."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from predict.cost.measured import Invocation, Measurement
from predict.cost.prices import UNITS, Prices
from predict.files.pieces import PART_BYTES, RANGE_BYTES

MILLION = 1_000_000
WHOLE = 1_769  # MB of memory: a function with as much has one whole processor
MEMORIES = (128, 256, 512, 1_024, WHOLE)  # MB
ARCHITECTURES = ("x86_64", "arm64")
USUAL = 512  # MB of memory, those of the template
MONTH = 30 * 24 * 3_600  # seconds
HEAD = ["door", "tweets", "MB", "ms"]
HEAD += [f"{architecture} {part}" for architecture in ARCHITECTURES for part in ("Lambda", "all")]

LOGGED = 1_500  # bytes an invocation: two lines of Lambda and the door's own
TRACED = 0.05  # of the invocations: X-Ray's default after the first in each second
MESSAGES = 10  # in one request to SQS; ten tweets are far below its 64 KB
ROW, SCORED_ROW = 100, 140  # bytes: a tweet of 74 characters and two more columns; the same with its label


def billed(milliseconds: float, memory: int) -> int:
    """The milliseconds that Lambda bills at `memory` MB for work of so many on one whole processor.

    Processor time is proportional to memory, with one processor at 1,769 MB
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). A door uses no second processor.
    The estimate is high: waiting for the network takes no longer with less memory.
    """
    return ceil(milliseconds * max(WHOLE, memory) / memory)


def gigabyte_seconds(door: Invocation, memory: int, cold: float) -> float:
    """Those of an average invocation, where the share `cold` of all starts a container.

    The first answer was measured with few tweets: a cold invocation takes that time and its own tweets' time.
    The start is billed: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase
    """
    warm = billed(door.milliseconds, memory)
    first = billed(door.first_milliseconds + door.milliseconds, memory)
    return (cold * first + (1 - cold) * warm) / 1_000 * memory / 1_024


def around(door: str, tweets: int) -> dict[str, float]:
    """What one invocation uses of the services around Lambda, by the names of UNITS.

    S3's events on EventBridge are free. This leaves out storage, transfer to the internet, the polling of an
    empty queue, and the fixed monthly cost of alarms and metrics.
    """
    used: dict[str, float] = {"cloudwatch_gb_of_logs": LOGGED, "xray_million_traces": TRACED}
    if door == "http":
        return used | {"api_gateway_million_requests": 1}
    if door == "queue":
        return used | {
            "sqs_million_requests": tweets
            + 2 * ceil(tweets / MESSAGES),  # sent one by one; received and deleted in tens
            "s3_thousand_puts": 1,  # the batch's rows
        }
    return used | {
        "sqs_million_requests": 3,  # the object's message: sent by EventBridge, received, deleted
        "s3_thousand_gets": 1 + ceil(tweets * ROW / RANGE_BYTES),  # the earlier summary; the object in ranges
        "s3_thousand_puts": 3 + _puts(tweets * SCORED_ROW),  # the upload, errors, summary; rows
    }


def _puts(size: int) -> int:
    """Requests that write so many bytes. An upload of several parts also has a start and an end."""
    parts = ceil(size / PART_BYTES)
    return parts + 2 if parts > 1 else 1


def dollars(used: Mapping[str, float], prices: Prices) -> float:
    """The cost, in the currency of the prices."""
    return sum(amount * prices.amounts[name] / UNITS[name] for name, amount in used.items())


def per_million(
    name: str, door: Invocation, memory: int, architecture: str, prices: Prices, cold: float
) -> tuple[float, float]:
    """The cost of a million tweets: of Lambda alone, and of all services."""
    in_lambda = {
        "lambda_million_requests": 1,
        f"lambda_{architecture}_gb_second": gigabyte_seconds(door, memory, cold),
    }
    alone = dollars(in_lambda, prices)
    everything = alone + dollars(around(name, door.tweets), prices)
    return alone * MILLION / door.tweets, everything * MILLION / door.tweets


def write(prices: Prices, measurement: Measurement, cold: float) -> str:
    """The rows as Markdown, and a line that says what they are based on."""
    rows = list_rows(prices, measurement, cold)
    return "\n".join([*_aligned([HEAD, *rows]), "", describe_basis(prices, measurement, cold)])


def list_rows(prices: Prices, measurement: Measurement, cold: float) -> list[list[str]]:
    """The cells below HEAD, a row for each door and memory."""
    return [
        [name, f"{door.tweets:,}", f"{memory:,}", *_cells(name, door, memory, prices, cold)]
        for name, door in measurement.doors.items()
        for memory in MEMORIES
    ]


def as_json(prices: Prices, measurement: Measurement, cold: float) -> dict[str, Any]:
    """The same as numbers. Rows of a memory that is too small are left out."""
    costs = [
        {
            "door": name,
            "tweets": door.tweets,
            "megabytes": memory,
            "milliseconds": billed(door.milliseconds, memory),
            **{
                architecture: dict(
                    zip(
                        ("lambda", "all"),
                        per_million(name, door, memory, architecture, prices, cold),
                        strict=True,
                    )
                )
                for architecture in ARCHITECTURES
            },
        }
        for name, door in measurement.doors.items()
        for memory in MEMORIES
        if memory >= door.megabytes
    ]
    return {
        "currency": prices.currency,
        "region": prices.region,
        "prices_of": prices.date,
        "measured_on": measurement.date,
        "cold": cold,
        "costs_of_a_million_tweets": costs,
    }


def _cells(name: str, door: Invocation, memory: int, prices: Prices, cold: float) -> Iterator[str]:
    fits = memory >= door.megabytes
    yield f"{billed(door.milliseconds, memory):,}" if fits else "too small"
    for architecture in ARCHITECTURES:
        for cost in per_million(name, door, memory, architecture, prices, cold):
            yield f"{cost:,.4f}" if fits else "too small"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as Markdown. The first is the head; all columns but the first hold numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    for row in (rows[0], rule, *rows[1:]):
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield f"| {' | '.join([row[0].ljust(widths[0]), *cells])} |"


def describe_basis(prices: Prices, measurement: Measurement, cold: float) -> str:
    """What the costs are based on, and below it what snapshots cost."""
    basis = (
        f"{prices.currency} for a million tweets, so many in a call; `ms` of a warm one. "
        f"Prices of {prices.region}, {prices.date}, without free tiers. "
        f"Measured {measurement.date} on {measurement.processor}, with a whole core. "
        f"Assumed: {100 * cold:g} % of the calls start a container; below {WHOLE:,} MB time grows as memory "
        "shrinks; arm64 is as fast as x86_64; tweets are sent to the queue one by one; "
        f"each call logs {LOGGED:,} bytes; {100 * TRACED:g} % of the calls are traced, or all that come "
        "more than a second apart."
    )
    return f"{basis}\n\n{_snapstart(prices, *next(iter(measurement.doors.items())))}"


def _snapstart(prices: Prices, name: str, door: Invocation) -> str:
    """What a restored snapshot costs beside the start that it replaces."""
    gigabytes = USUAL / 1_024
    kept = dollars({"snapstart_gb_second_kept": gigabytes * MONTH}, prices)
    restored = dollars({"snapstart_gb_restored": gigabytes}, prices) * MILLION
    seconds = billed(door.first_milliseconds, USUAL) / 1_000
    started = dollars({"lambda_x86_64_gb_second": seconds * gigabytes}, prices) * MILLION
    return (
        f"SnapStart at {USUAL} MB: each version that is kept costs {kept:.2f} {prices.currency} in 30 days. "
        f"A million restored snapshots cost {restored:.2f} more, and a million starts of the door {name} "
        f"without them {started:.2f}, of {door.first_milliseconds:.0f} ms on a whole core."
    )
