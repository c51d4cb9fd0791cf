"""A prefix, cut into pages of batches: each is a range of keys, and no list holds more than its own keys.

The batches follow from the keys and their sizes alone.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from predict.bulk.order import Order

BATCH_BYTES = 134_217_728  # over a minute of work at the measured rate, or some minutes if it is packed
LISTED = 1_000  # keys in an answer of S3 at most
PAGE_BATCHES = 200  # an execution may have 3,000 operations, and a batch takes two, or eight with retries


class Range(NamedTuple):
    """The keys above `after`, up to `last`: both as S3 sorts them, which is by their bytes in UTF-8."""

    after: str
    last: str
    objects: int
    size: int  # bytes


def cut(s3: Any, order: Order, within: Range) -> list[Range]:
    """The batches of a page."""
    return list(_batches(order, _objects(s3, order, within.after, within.last), within.after))


def find_pages(s3: Any, order: Order, after: str, count: int) -> list[Range]:
    """The next `count` pages above the key `after`, or fewer at the end."""
    batches = _batches(order, _objects(s3, order, after), after)
    pages = (list(islice(batches, PAGE_BATCHES)) for _ in range(count))
    return [_join(page) for page in pages if page]


def keys(s3: Any, order: Order, within: Range) -> list[str]:
    """Those of a batch."""
    return [key for key, _ in _objects(s3, order, within.after, within.last, within.objects)]


def _batches(order: Order, objects: Iterable[tuple[str, int]], after: str) -> Iterator[Range]:
    """An object that would make a batch too large begins the next."""
    batch = Range(after, "", 0, 0)
    for key, size in objects:
        if batch.objects and (batch.objects == order.batch_objects or batch.size + size > BATCH_BYTES):
            yield batch
            batch = Range(batch.last, "", 0, 0)
        batch = Range(batch.after, key, batch.objects + 1, batch.size + size)
    if batch.objects:
        yield batch


def _join(batches: list[Range]) -> Range:
    objects, size = sum(batch.objects for batch in batches), sum(batch.size for batch in batches)
    return Range(batches[0].after, batches[-1].last, objects, size)


def _objects(
    s3: Any, order: Order, after: str, last: str = "", expected: int = LISTED
) -> Iterator[tuple[str, int]]:
    """The key and size of each object, without the marks of folders. One page of S3's list is held."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=order.bucket,
        Prefix=order.prefix,
        PaginationConfig={"PageSize": min(expected + 1, LISTED)},
        **({"StartAfter": after} if after else {}),
    )
    end = last.encode()
    for page in pages:
        for found in page.get("Contents", ()):
            if last and found["Key"].encode() > end:
                return
            if not found["Key"].endswith("/"):
                yield found["Key"], found["Size"]
