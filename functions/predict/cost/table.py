"""What a million tweets cost in AWS, by door, memory and architecture: from what was measured, and prices."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from predict.cost.measured import Invocation, Measurement
from predict.cost.prices import UNITS, Prices
from predict.files.scoring import PART_BYTES
from predict.files.source import RANGE_BYTES

MILLION = 1_000_000
WHOLE = 1_769  # MB of memory that bring one whole processor
MEMORIES = (128, 256, 512, 1_024, WHOLE)  # MB
ARCHITECTURES = ("x86_64", "arm64")

LOGGED = 1_000  # bytes an invocation: two lines of Lambda's, and the door's own of counts
TRACED = 0.05  # of the invocations: X-Ray's default, beyond the first in each second
MESSAGES = 10  # that SQS hands over in one request; as many tweets are far below the 64 KB of one
ROW, SCORED_ROW = 100, 140  # bytes: a tweet of 74 characters with two columns more; then with its label


def billed(milliseconds: float, memory: int) -> int:
    """The milliseconds that Lambda bills at `memory` MB for what takes so many on one whole processor.

    Processor time is in proportion to memory, one processor at 1,769 MB
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html); a door uses no second one. An
    estimate, and a high one: to wait for the network takes no longer with less memory.
    """
    return ceil(milliseconds * max(WHOLE, memory) / memory)


def gigabyte_seconds(door: Invocation, memory: int, cold: float) -> float:
    """Of an average invocation, of which the share `cold` starts a container.

    The first answer was measured with next to no tweets, so such an invocation takes that and its own tweets'
    time. The start is billed: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase
    """
    warm = billed(door.milliseconds, memory)
    first = billed(door.first_milliseconds + door.milliseconds, memory)
    return (cold * first + (1 - cold) * warm) / 1_000 * memory / 1_024


def around(door: str, tweets: int) -> dict[str, float]:
    """What one invocation uses of the services around Lambda, by the names of UNITS.

    Events of S3 on EventBridge are free. Not counted: storage, transfer to the internet, the polling of an
    empty queue, and what costs the same each month, as alarms and metrics do.
    """
    used: dict[str, float] = {"cloudwatch_gb_of_logs": LOGGED, "xray_million_traces": TRACED}
    if door == "http":
        return used | {"api_gateway_million_requests": 1}
    if door == "queue":
        return used | {
            "sqs_million_requests": tweets + 2 * ceil(tweets / MESSAGES),  # sent singly; received, deleted
            "s3_thousand_puts": 1,  # the batch's rows
        }
    return used | {
        "sqs_million_requests": 3,  # the object's message: sent by EventBridge, received, deleted
        "s3_thousand_gets": 1 + ceil(tweets * ROW / RANGE_BYTES),  # an earlier summary; then in ranges
        "s3_thousand_puts": 3 + _puts(tweets * SCORED_ROW),  # who brings it; errors, summary; rows
    }


def _puts(size: int) -> int:
    """Requests that write so many bytes: more than one part is between a start and an end."""
    parts = ceil(size / PART_BYTES)
    return parts + 2 if parts > 1 else 1


def dollars(used: Mapping[str, float], prices: Prices) -> float:
    """What it costs, in the currency of the prices."""
    return sum(amount * prices.amounts[name] / UNITS[name] for name, amount in used.items())


def per_million(
    name: str, door: Invocation, memory: int, architecture: str, prices: Prices, cold: float
) -> tuple[float, float]:
    """What a million tweets cost: for Lambda alone, and with all around it."""
    in_lambda = {
        "lambda_million_requests": 1,
        f"lambda_{architecture}_gb_second": gigabyte_seconds(door, memory, cold),
    }
    alone = dollars(in_lambda, prices)
    everything = alone + dollars(around(name, door.tweets), prices)
    return alone * MILLION / door.tweets, everything * MILLION / door.tweets


def write(prices: Prices, measurement: Measurement, cold: float) -> str:
    """A row for each door and memory, as Markdown, and a line of what they rest on."""
    head = ["door", "tweets", "MB", "ms"]
    head += [f"{architecture} {part}" for architecture in ARCHITECTURES for part in ("Lambda", "all")]
    rows = [
        [name, f"{door.tweets:,}", f"{memory:,}", *_cells(name, door, memory, prices, cold)]
        for name, door in measurement.doors.items()
        for memory in MEMORIES
    ]
    return "\n".join([*_aligned([head, *rows]), "", _basis(prices, measurement, cold)])


def _cells(name: str, door: Invocation, memory: int, prices: Prices, cold: float) -> Iterator[str]:
    fits = memory >= door.megabytes
    yield f"{billed(door.milliseconds, memory):,}" if fits else "too small"
    for architecture in ARCHITECTURES:
        for cost in per_million(name, door, memory, architecture, prices, cold):
            yield f"{cost:,.4f}" if fits else "too small"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Markdown of the rows, the first of which is the head; all columns but the first are of numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    for row in (rows[0], rule, *rows[1:]):
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield f"| {' | '.join([row[0].ljust(widths[0]), *cells])} |"


def _basis(prices: Prices, measurement: Measurement, cold: float) -> str:
    return (
        f"{prices.currency} for a million tweets, so many in a call; `ms` of a warm one. "
        f"Prices of {prices.region}, {prices.date}, without free tiers. "
        f"Measured {measurement.date} on {measurement.processor}, with a whole core. "
        f"Assumed: {100 * cold:g} % of the calls start a container; below {WHOLE:,} MB time grows as memory "
        "shrinks; arm64 is as fast as x86_64; tweets are sent to the queue one by one; "
        f"each call logs {LOGGED:,} bytes; {100 * TRACED:g} % of the calls are traced, or all that come "
        "more than a second apart."
    )
