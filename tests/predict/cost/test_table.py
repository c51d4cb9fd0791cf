import re
from collections import Counter
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from predict import queue
from predict.cost import measured, prices, table
from predict.cost.measured import Invocation, Measurement
from predict.cost.prices import Prices
from predict.files import scoring
from predict.location import Location
from predict.warm import Tools
from tests.aws.clock import endless
from tests.aws.proxy import Proxy

AMOUNTS = {
    "lambda_x86_64_gb_second": 0.00002,
    "lambda_arm64_gb_second": 0.00001,
    "lambda_million_requests": 0.20,
    "api_gateway_million_requests": 3.50,
    "sqs_million_requests": 0.40,
    "s3_thousand_puts": 0.005,
    "s3_thousand_gets": 0.0004,
    "cloudwatch_gb_of_logs": 0.50,
    "xray_million_traces": 5.00,
    "snapstart_gb_second_kept": 0.000001,
    "snapstart_gb_restored": 0.0001,
}
PRICES = Prices("2026-01-02", "us-east-1", "USD", AMOUNTS)
DOORS = {
    "http": Invocation(1, 2.0, 400, 60),
    "queue": Invocation(100, 6.0, 140, 130),
    "objects": Invocation(100_000, 3_000, 200, 80),
}
MEASUREMENT = Measurement("2026-03-04", "a slow core", DOORS)


def test_a_door_costs_what_is_reckoned_by_hand() -> None:
    # 512 MB are 512 / 1769 of a processor, and half a GB:
    # warm 2 ms × 1769 / 512 = 6.91, billed 7; first 402 ms × 1769 / 512 = 1388.94, billed 1389;
    # 1 call in 10 is a first: 0.1 × 1389 + 0.9 × 7 = 145.2 ms, × 0.5 GB = 0.0726 GB-seconds
    # a million calls: 72,600 GB-seconds × 0.00002 = 1.452, and 0.20 for the requests
    alone = 1.452 + 0.20
    # 1.5 GB of logs, 50,000 traces, a million requests of the API
    everything = alone + 0.75 + 0.25 + 3.50
    assert table.per_million("http", DOORS["http"], 512, "x86_64", PRICES, 0.1) == pytest.approx(
        (alone, everything), rel=1e-12
    )


def test_a_batch_of_the_queue_costs_its_messages_and_an_object() -> None:
    # a million tweets are 10,000 batches; 1769 MB: 6 ms warm, none first: 0.006 s × 1769 / 1024 GB
    alone = 10_000 * (0.006 * 1769 / 1024 * 0.00001 + 0.20 / 1e6)
    # each of 100 messages is sent alone, then 10 are received at a time, and 10 deleted: 120 requests; 1 PUT
    everything = alone + 10_000 * (120 * 0.40 / 1e6 + 0.005 / 1000 + 1500 * 0.50 / 1e9 + 0.05 * 5 / 1e6)
    assert table.per_million("queue", DOORS["queue"], 1769, "arm64", PRICES, 0) == pytest.approx(
        (alone, everything), rel=1e-12
    )


def test_an_object_costs_its_message_its_ranges_and_its_parts() -> None:
    # 10 MB are 3 ranges, beside a look for a summary;
    # 14 MB are 3 parts between a start and an end, beside what brought the object, its errors and its summary
    assert table.around("objects", 100_000) == {
        "cloudwatch_gb_of_logs": 1_500,
        "xray_million_traces": 0.05,
        "sqs_million_requests": 3,
        "s3_thousand_gets": 4,
        "s3_thousand_puts": 8,
    }


@pytest.mark.parametrize(("memory", "milliseconds"), [(128, 139), (1_769, 11), (3_538, 11)])
def test_time_is_billed_in_whole_milliseconds_and_shrinks_up_to_one_processor(
    memory: int, milliseconds: int
) -> None:
    assert table.billed(10.01, memory) == milliseconds


def test_a_whole_millisecond_is_not_rounded_up() -> None:
    assert [table.billed(10, memory) for memory in (1_769, 10_240)] == [10, 10]


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("architecture", table.ARCHITECTURES)
def test_twice_the_prices_are_twice_the_cost(name: str, architecture: str) -> None:
    double = PRICES._replace(amounts={price: 2 * amount for price, amount in AMOUNTS.items()})
    once, twice = (
        table.per_million(name, DOORS[name], 1_024, architecture, prices, 0.01) for prices in (PRICES, double)
    )
    assert twice == pytest.approx([2 * part for part in once])


@pytest.mark.parametrize("name", DOORS)
def test_the_cost_is_the_sum_of_what_each_price_brings(name: str) -> None:
    nothing = dict.fromkeys(AMOUNTS, 0.0)
    shares = {
        price: table.per_million(
            name, DOORS[name], 256, "arm64", PRICES._replace(amounts={**nothing, price: amount}), 0.01
        )[1]
        for price, amount in AMOUNTS.items()
    }
    whole = table.per_million(name, DOORS[name], 256, "arm64", PRICES, 0.01)[1]
    assert sum(shares.values()) == pytest.approx(whole)
    assert shares["lambda_x86_64_gb_second"] == 0


def test_time_in_lambda_grows_evenly_with_the_share_of_first_calls() -> None:
    door = DOORS["queue"]
    none, half, all_first = (table.gigabyte_seconds(door, 1_769, cold) for cold in (0, 0.5, 1))
    assert (none, all_first) == pytest.approx((0.006 * 1769 / 1024, 0.146 * 1769 / 1024))
    assert half == pytest.approx((none + all_first) / 2)


def cells(table: str) -> dict[tuple[str, str], list[str]]:
    """By door and memory."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:-4]]
    return {(door, memory): others for door, _, memory, *others in rows}


def test_the_table_has_every_door_and_memory_and_says_which_is_too_small() -> None:
    found = cells(table.write(PRICES, MEASUREMENT, 0.1))
    memories = ("128", "256", "512", "1,024", "1,769")
    assert [*found] == [(door, memory) for door in DOORS for memory in memories]
    assert [place for place, figures in found.items() if "too small" in figures] == [("queue", "128")]
    assert found["queue", "128"] == ["too small"] * 5
    # by hand above; arm64 is half of the 1.452
    assert found["http", "512"] == ["7", "1.6520", "6.1520", "0.9260", "5.4260"]


def test_as_much_memory_as_was_measured_is_not_too_small() -> None:
    door = DOORS["queue"]._replace(megabytes=128)
    found = cells(table.write(PRICES, MEASUREMENT._replace(doors={"queue": door}), 0))
    assert "too small" not in found["queue", "128"]


def test_the_table_is_markdown_of_aligned_columns() -> None:
    head, rule, *rows = table.write(PRICES, MEASUREMENT, 0.01).splitlines()[:-4]
    assert re.fullmatch(r"\| -+ \|( -+: \|){7}", rule)
    assert {len(line) for line in (head, *rows)} == {len(rule)}
    assert {line.count("|") for line in (head, *rows)} == {9}


def test_a_line_below_says_what_the_figures_rest_on() -> None:
    *_, empty, basis, _, _ = table.write(PRICES, MEASUREMENT, 0.07).splitlines()
    assert empty == ""
    for said in ("USD", "us-east-1, 2026-01-02", "2026-03-04 on a slow core", "7 %", "arm64 is as fast"):
        assert said in basis


def test_the_last_line_says_what_snapshots_cost_beside_the_starts_that_they_replace() -> None:
    said = table.write(PRICES, MEASUREMENT, 0.01).splitlines()[-1]
    # 2,592,000 seconds of half a GB; 400 ms × 1769 / 512 = 1382.03, billed 1383, of half a GB
    for figure in ("costs 1.30 USD in 30 days", "cost 50.00 more", "without them 13.83, of 400 ms"):
        assert figure in said


def test_the_objects_door_asks_the_store_as_often_as_is_counted(
    tools: Tools, behind: S3Store, bucket: str, faulty: Proxy
) -> None:
    for tweets in (1, 60_000):  # one request each way; then two ranges, and two parts
        row = b"love".ljust(table.ROW - 2) + b"\r\n"
        obstore.put(behind, f"{tweets}.csv", b"text\r\n" + tweets * row)
        faulty.seen.clear()
        scoring.score(Location(bucket, f"{tweets}.csv"), behind, tools._replace(results=behind), endless)
        asked = Counter("gets" if method == "GET" else "puts" for method, _ in faulty.seen)
        counted = table.around("objects", tweets)
        assert asked["gets"] == counted["s3_thousand_gets"]
        assert asked["puts"] + 1 == counted["s3_thousand_puts"]  # and one that brought the object


def test_the_queue_door_asks_the_store_as_often_as_is_counted(
    tools: Tools, behind: S3Store, faulty: Proxy, event: Any
) -> None:
    queue.score(event("sqs"), tools._replace(results=behind), endless)
    assert [method for method, _ in faulty.seen] == ["PUT"]
    assert table.around("queue", 3)["s3_thousand_puts"] == 1


def test_what_is_shipped_is_a_table_without_gaps() -> None:
    found = cells(table.write(prices.read(), measured.read(), 0.01))
    assert len(found) == 15
    for door in ("http", "queue", "objects"):
        assert all(float(figure.replace(",", "")) > 0 for figure in found[door, "1,769"])
