"""What a job is asked for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from predict.limits import BUCKET

MAX_CONCURRENCY = 10_000
MAX_BATCH = 100  # objects: their summaries fit into an answer of 1 MiB, the limit of a chained invocation
SHAPE = (
    '{"bucket": "inbox", "prefix": "2026/", "concurrency": 10, "tolerated_percentage": 5, "name": "june"}, '
    "of which only bucket is required"
)


class OrderError(ValueError):
    """Raise when a job cannot be understood; the message names the member and the cure."""


class Order(NamedTuple):
    """The objects of a bucket whose keys start with `prefix`."""

    bucket: str
    prefix: str = ""
    concurrency: int = 10  # invocations of the objects door at once; the template reserves as many
    tolerated_percentage: float = 5  # of the objects: with more failures the job stops
    batch_objects: int = (
        MAX_BATCH  # in one invocation at most: with fewer, more operations and finer progress
    )
    name: str = ""  # of the job's place among the results


def read(event: Mapping[str, Any]) -> Order:
    """Raises OrderError."""
    if unknown := sorted(event.keys() - set(Order._fields)):
        raise OrderError(f"The job has unknown members ({', '.join(unknown[:5])}): send {SHAPE}.")
    try:
        order = Order(**event)
    except TypeError as exc:
        raise OrderError(f"The job names no bucket: send {SHAPE}.") from exc
    if not isinstance(order.bucket, str) or not BUCKET.fullmatch(order.bucket):
        raise OrderError("bucket must be the name of one, of letters, digits, dots, hyphens and underscores.")
    if not isinstance(order.prefix, str):
        raise OrderError("prefix must be the beginning of the keys, such as 2026/.")
    if not _is_number(order.concurrency, int) or not 1 <= order.concurrency <= MAX_CONCURRENCY:
        raise OrderError(f"concurrency must be a whole number from 1 to {MAX_CONCURRENCY:,}.")
    if not _is_number(order.batch_objects, int) or not 1 <= order.batch_objects <= MAX_BATCH:
        raise OrderError(f"batch_objects must be a whole number from 1 to {MAX_BATCH}.")
    if not _is_number(order.tolerated_percentage, int | float) or not 0 <= order.tolerated_percentage <= 100:
        raise OrderError("tolerated_percentage must be a number from 0 to 100.")
    if not isinstance(order.name, str) or (order.name and not BUCKET.fullmatch(order.name)):
        raise OrderError("name must be of letters, digits, dots, hyphens and underscores.")
    return order


def _is_number(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
