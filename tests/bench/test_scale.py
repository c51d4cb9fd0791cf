"""What docs/scale.md says of large jobs."""

from pathlib import Path

import pytest

from bench import report, scale
from predict.cost import prices

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_has_the_table_that_follows_from_the_figures_and_the_prices() -> None:
    table = scale.write_table(scale.read_rate(), prices.read())
    assert (report.FOLDER / "scale.md").read_text() == table, "run python -m bench.scale"
    assert table in (DOCS / "scale.md").read_text()


@pytest.mark.parametrize("workers", [1, 10])
def test_ten_times_the_workers_take_a_tenth_of_the_time_for_the_same_money(workers: int) -> None:
    shipped = prices.read()
    few, many = (list(scale.plan(10**9, count, 18_000, shipped)) for count in (workers, 10 * workers))
    for one, ten in zip(few[:2], many[:2], strict=True):
        assert one.seconds / ten.seconds == pytest.approx(10, rel=0.1)
        assert one.cost == pytest.approx(ten.cost)


def test_the_quota_that_binds_first_is_the_one_of_which_a_job_needs_the_largest_share() -> None:
    durable, machine, spark = scale.plan(10**11, 2_000, 18_000, prices.read())
    assert (durable.first, machine.first, spark.first) == (scale.CONCURRENCY, scale.CONCURRENCY, scale.VCPUS)
    assert durable.use[scale.CONCURRENCY] == 2
