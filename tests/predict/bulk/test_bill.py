import pytest

from predict.bulk import bill
from predict.bulk.tally import Tally
from predict.cost import measured, prices, table

DOOR = measured.read().doors["objects"]
DONE = Tally(objects=100, rows=100 * DOOR.tweets, invocations=10)


def test_an_estimate_names_the_date_of_its_prices_and_nothing_costs_nothing() -> None:
    shipped = prices.read()
    assert bill.estimate(Tally(), 0) == {"amount": 0, "currency": "USD", "prices": shipped.date}


def test_the_time_of_the_door_is_the_measured_one_in_as_many_invocations_as_there_were() -> None:
    used = bill.of_door(DONE, DOOR, cold=0)
    seconds = 100 * DOOR.milliseconds / 1_000
    assert used["lambda_x86_64_gb_second"] == pytest.approx(seconds * table.WHOLE / 1_024, rel=1e-3)
    assert used["lambda_million_requests"] == 10
    around = table.around("objects", DOOR.tweets)
    assert used["s3_thousand_puts"] == 100 * around["s3_thousand_puts"]
    assert "sqs_million_requests" not in used  # nobody sends a message for an object of a job


def test_the_orchestra_is_paid_too() -> None:
    shipped = prices.read()
    alone = table.dollars(bill.of_door(DONE, DOOR, 0.01), shipped)
    operations = 2 * 10 + 5 * 3
    orchestra = operations * 8 / 1e6 + 100 * 1_500 * 0.25 / 1e9
    assert bill.estimate(DONE, 3)["amount"] == pytest.approx(alone + orchestra, abs=1e-4)
