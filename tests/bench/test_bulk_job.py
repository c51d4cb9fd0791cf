import pytest

from bench.bulk_job import LOCAL, Delays, simulate


def test_one_worker_takes_as_long_as_all_batches_together() -> None:
    assert simulate([1, 2, 3, 4], 1, LOCAL) == 10


def test_lanes_work_side_by_side_each_on_every_nth_batch() -> None:
    assert simulate([1, 2, 3, 4], 2, LOCAL) == 6
    assert simulate([4, 1, 1, 1, 1], 5, LOCAL) == 4


def test_an_account_lets_no_more_run_at_once_than_it_may() -> None:
    assert simulate([1.0] * 12, 6, LOCAL, limit=3) == 4


def test_no_page_begins_before_the_last_ends_unless_there_are_more_lanes_than_batches_in_a_page() -> None:
    two_pages = [1.0] * 400
    assert simulate(two_pages, 200, LOCAL) == 2
    assert simulate(two_pages, 400, LOCAL) == 1


def test_delays_are_added_where_they_occur() -> None:
    assert simulate([1, 1], 1, Delays(10, 0.5, 2, 100)) == pytest.approx(10 + 2 + 2 * 1.5)


def test_nothing_takes_no_time() -> None:
    assert simulate([], 3, LOCAL) == 0
