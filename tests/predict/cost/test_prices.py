import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from predict.cost import prices

SHIPPED = prices.FILE.read_text()


def test_the_shipped_table_has_a_date_sources_and_every_price_and_no_other() -> None:
    table = json.loads(SHIPPED)
    assert date.fromisoformat(table["date"]) > date(2026, 1, 1)
    assert table["sources"]
    assert table["prices"].keys() == prices.UNITS.keys()
    assert prices.read() == (table["date"], "us-east-1", "USD", table["prices"])


def test_a_table_of_the_users_is_read_in_place_of_it(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(SHIPPED.replace("us-east-1", "eu-west-1").replace("3.50", "0"))
    own = prices.read(path)
    assert own.region == "eu-west-1"
    assert own.amounts == {**prices.read().amounts, "api_gateway_million_requests": 0}


def without(name: str) -> dict[str, Any]:
    table = json.loads(SHIPPED)
    return {key: value for key, value in table.items() if key != name}


def priced(value: str) -> str:
    return SHIPPED.replace('"sqs_million_requests": 0.40', f'"sqs_million_requests": {value}')


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is no table of prices, is not JSON at line 1, column 2"),
        ("\udcff", "is no table of prices, 'utf-8' codec can't decode byte 0xff"),
        ("[]", "date must be a text"),
        *((json.dumps(without(name)), f"{name} must be a text") for name in ("date", "region", "currency")),
        (json.dumps(without("prices")), "prices.lambda_x86_64_gb_second must be a number, 0 or more"),
        (
            SHIPPED.replace("s3_thousand_puts", "s3_puts"),
            "prices.s3_thousand_puts must be a number, 0 or more",
        ),
        *(
            (priced(value), "prices.sqs_million_requests must be a number, 0 or more")
            for value in ("-1", "1e999", "true", '"0.40"', "null")
        ),
        (priced("NaN"), "is no table of prices, is not JSON: NaN is no JSON number"),
    ],
)
def test_a_bad_table_is_refused_with_its_field_and_a_cure(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        prices.read(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(f": copy {prices.FILE} and change its prices")


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own.json is no table of prices, .*No such file"):
        prices.read(tmp_path / "own.json")
