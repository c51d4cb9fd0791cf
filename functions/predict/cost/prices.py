"""What AWS charges: `prices.json`, or a copy of it with a user's own prices."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from predict import strict_json

FILE = Path(__file__).parent / "prices.json"

# How many requests, GB-seconds, bytes or traces each price buys, as on AWS's pages.
UNITS = {
    "lambda_x86_64_gb_second": 1,
    "lambda_arm64_gb_second": 1,
    "lambda_million_requests": 1_000_000,
    "snapstart_gb_second_kept": 1,  # of each published version
    "snapstart_gb_restored": 1,
    "api_gateway_million_requests": 1_000_000,  # of a REST API
    "sqs_million_requests": 1_000_000,  # of a standard queue
    "s3_thousand_puts": 1_000,  # also the parts of an upload, its start and its end
    "s3_thousand_gets": 1_000,
    "cloudwatch_gb_of_logs": 1_000_000_000,
    "xray_million_traces": 1_000_000,
    "durable_million_operations": 1_000_000,  # of a durable function: starts, steps, waits and invocations
    "durable_gb_written": 1_000_000_000,
    "durable_gb_month_kept": 1_000_000_000,
    "step_functions_thousand_transitions": 1_000,  # of a standard workflow
    "emr_serverless_x86_64_vcpu_hour": 1,
    "emr_serverless_x86_64_gb_hour": 1,
}


class Prices(NamedTuple):
    """`amounts` in `currency`, each for the number in UNITS."""

    date: str
    region: str
    currency: str
    amounts: Mapping[str, float]


def read(path: Path = FILE) -> Prices:
    """Raises ValueError, which names the field."""
    cure = f"copy {FILE} and change its prices"
    try:
        found = strict_json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as exc:
        raise ValueError(f"{path} is no table of prices, {exc}: {cure}") from exc
    table = found if isinstance(found, dict) else {}
    amounts = table["prices"] if isinstance(table.get("prices"), dict) else {}
    for name in ("date", "region", "currency"):
        if not isinstance(table.get(name), str):
            raise ValueError(f"{path}: {name} must be a text: {cure}")
    for name in UNITS:
        if not _is_amount(amounts.get(name)):
            raise ValueError(f"{path}: prices.{name} must be a number, 0 or more: {cure}")
    return Prices(table["date"], table["region"], table["currency"], {name: amounts[name] for name in UNITS})


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
