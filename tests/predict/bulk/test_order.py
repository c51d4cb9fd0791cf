from typing import Any

import pytest

from predict.bulk import order
from predict.bulk.order import Order, OrderError


def test_a_job_needs_nothing_but_a_bucket() -> None:
    assert order.read({"bucket": "inbox"}) == Order("inbox", "", 10, 5, 100, "")


def test_everything_else_can_be_chosen() -> None:
    chosen = Order("inbox", "2026/", 1_000, 0.5, 1, "june")
    assert order.read(chosen._asdict()) == chosen


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ({}, r"The job names no bucket: send \{"),
        ({"bucket": "inbox", "prefx": "a", "Z": 1}, r"The job has unknown members \(Z, prefx\): send \{"),
        ({"bucket": "../etc"}, "bucket must be the name of one"),
        ({"bucket": 1}, "bucket must be the name of one"),
        ({"bucket": "inbox", "prefix": None}, "prefix must be the beginning of the keys"),
        ({"bucket": "inbox", "concurrency": 0}, "concurrency must be a whole number from 1 to 10,000"),
        ({"bucket": "inbox", "concurrency": True}, "concurrency must be a whole number from 1 to 10,000"),
        ({"bucket": "inbox", "concurrency": 2.5}, "concurrency must be a whole number from 1 to 10,000"),
        ({"bucket": "inbox", "batch_objects": 101}, "batch_objects must be a whole number from 1 to 100"),
        ({"bucket": "inbox", "tolerated_percentage": 101}, "tolerated_percentage must be a number from 0"),
        ({"bucket": "inbox", "tolerated_percentage": float("nan")}, "tolerated_percentage must be a number"),
        ({"bucket": "inbox", "name": "a/../b"}, "name must be of letters"),
    ],
)
def test_a_wrong_member_is_named_with_what_it_must_be(event: dict[str, Any], problem: str) -> None:
    with pytest.raises(OrderError, match=problem):
        order.read(event)
