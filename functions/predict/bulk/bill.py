"""What a job costs: measured time, and prices. Nothing here is what AWS has billed."""

from math import ceil

from predict.bulk.tally import Tally
from predict.cost import measured, prices, table
from predict.cost.measured import Invocation

# An invocation of the objects door is two operations of the durable function: its keys, and itself. A page is
# five more, with its start, its list, its batches and its lanes. Each operation writes a few KB at most, of
# which an answer has a KB for each object.
OPERATIONS = 2
OPERATIONS_OF_A_PAGE = 5
BYTES_OF_AN_OBJECT = 1_500


def estimate(done: Tally, pages: int, cold: float = 0.01) -> dict[str, float | str]:
    """The cost by the package's prices, in their currency, with x86_64 and as much memory as one core has.

    `cold` is the share of the invocations that start a container.
    """
    found = prices.read()
    used = of_door(done, measured.read().doors["objects"], cold)
    return {
        "amount": round(table.dollars(used, found) + table.dollars(of_orchestra(done, pages), found), 4),
        "currency": found.currency,
        "prices": found.date,
    }


def of_orchestra(done: Tally, pages: int) -> dict[str, float]:
    """What the durable function uses, without its own short time."""
    return {
        "durable_million_operations": OPERATIONS * done.invocations + OPERATIONS_OF_A_PAGE * pages,
        "durable_gb_written": BYTES_OF_AN_OBJECT * done.objects,
    }


def of_door(done: Tally, door: Invocation, cold: float) -> dict[str, float]:
    """What the invocations of the objects door use, by the names of the prices' units."""
    if not done.invocations:
        return {}
    rows = ceil(done.rows / done.invocations)
    milliseconds = door.milliseconds * rows / door.tweets
    invocation = door._replace(tweets=rows, milliseconds=milliseconds)
    requests = table.around("objects", ceil(done.rows / max(done.objects, 1)))
    return {
        "lambda_million_requests": done.invocations,
        "lambda_x86_64_gb_second": done.invocations * table.gigabyte_seconds(invocation, table.WHOLE, cold),
        "cloudwatch_gb_of_logs": done.invocations * table.LOGGED,
        **{name: done.objects * requests[name] for name in ("s3_thousand_gets", "s3_thousand_puts")},
    }
