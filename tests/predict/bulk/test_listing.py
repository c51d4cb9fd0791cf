"""Pages and batches of a prefix, on moto's S3."""

from collections.abc import Callable
from typing import Any

import pytest

from predict.bulk import listing
from predict.bulk.listing import Range
from predict.bulk.order import Order
from tests.aws import endpoint

KEYS = ["in/", "in//x.csv", "in/a%20b.csv", "in/a.csv", "in/é.csv", "in/😀.csv", "inn/x.csv"]


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


def put(bucket: str, *keys: str) -> None:
    endpoint.fill(bucket, dict.fromkeys(keys, b"12345"))


def test_a_prefix_is_the_beginning_of_keys_and_the_marks_of_folders_are_no_objects(
    s3: Any, bucket: str
) -> None:
    put(bucket, *KEYS)
    for prefix, found in {"": KEYS[1:], "in/": KEYS[1:-1], "in": KEYS[1:], "in/a": KEYS[2:4]}.items():
        order = Order(bucket, prefix)
        [page] = listing.find_pages(s3, order, "", 2)
        assert page == Range("", found[-1], len(found), 5 * len(found))
        assert [listing.keys(s3, order, batch) for batch in listing.cut(s3, order, page)] == [found]


def test_nothing_is_no_page(s3: Any, bucket: str) -> None:
    put(bucket, "in/")
    assert listing.find_pages(s3, Order(bucket, "in/"), "", 3) == []


def test_every_key_is_in_one_batch_of_one_page_whatever_their_sizes_are(s3: Any, bucket: str) -> None:
    keys = [f"{number:04}.csv" for number in range(1_203)]  # S3's own list has pages of 1,000
    put(bucket, *keys)
    order = Order(bucket, batch_objects=3)
    pages, after = [], ""
    while found := listing.find_pages(s3, order, after, 1):
        pages += found
        after = found[-1].last
    assert [page.objects for page in pages] == [600, 600, 3]
    batches = [batch for page in pages for batch in listing.cut(s3, order, page)]
    assert [batch.objects for batch in batches] == [3] * 401
    assert [batch.after for batch in batches] == ["", *(batch.last for batch in batches[:-1])]
    for batch in (batches[0], batches[200], batches[400]):
        place = keys.index(batch.last)
        assert listing.keys(s3, order, batch) == keys[place - 2 : place + 1]
    assert listing.find_pages(s3, order, "", 3) == pages


def test_what_comes_into_a_page_later_is_in_it_and_no_other_page_moves(s3: Any, bucket: str) -> None:
    order = Order(bucket, batch_objects=1)
    put(bucket, *(f"{number:03}" for number in range(listing.PAGE_BATCHES + 1)))
    first, second = listing.find_pages(s3, order, "", 2)
    put(bucket, "100-late", "zz")
    assert sum(batch.objects for batch in listing.cut(s3, order, first)) == first.objects + 1
    assert listing.cut(s3, order, second) == [second]
