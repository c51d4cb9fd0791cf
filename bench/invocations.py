"""What a warm invocation takes in a container, through the emulator: what `sentiment cost` reckons with."""

from contextlib import ExitStack
from itertools import islice
from typing import Any

from bench import containers, tweets
from bench.cold_start import CONSTANT, DOORS, HTTP
from bench.containers import BUCKET
from bench.figures import ROUNDS, Figure, compare, time_call
from tests.aws import endpoint

INVOCATION, PEAK = "invocation", "peak memory after invocations"
TWEETS = {CONSTANT: 0, HTTP: 1, "queue": 100, "objects": 20_000}  # in an invocation


def measure() -> list[Figure]:
    """Raises LeftOutError."""
    containers.build()
    taken: dict[str, list[float]] = {f"{INVOCATION}: {name}": [] for name in TWEETS}
    with ExitStack() as entered:
        variables = entered.enter_context(containers.serve_store())
        s3 = endpoint.client("s3", variables["AWS_ENDPOINT_URL"])
        texts = tweets.generate((ROUNDS + 2) * sum(TWEETS.values()))  # words that are new are in it
        running = {name: entered.enter_context(containers.start(DOORS[name], variables)) for name in TWEETS}
        for number in range(ROUNDS + 2):
            for name, container in running.items():
                event = _make_event(name, number, list(islice(texts, TWEETS[name])), s3)
                taken[f"{INVOCATION}: {name}"].append(1000 * time_call(container.invoke, event))
        peaks = [
            Figure(f"{PEAK}: {name}", "MB", [container.measure_peak()]) for name, container in running.items()
        ]
    warm = {name: rounds[2:] for name, rounds in taken.items()}
    return [*compare(f"{INVOCATION}: {CONSTANT}", "ms", warm), *peaks]


def _make_event(name: str, number: int, texts: list[str], s3: Any) -> Any:
    """Of another name each time, or its result would be there already."""
    if name == HTTP:
        return containers.make_rest_event(texts)
    if name == "queue":
        record = containers.read_sample("sqs")["Records"][0]
        return {
            "Records": [
                {**record, "messageId": f"{number}-{place}", "body": text} for place, text in enumerate(texts)
            ]
        }
    if name == "objects":
        key = f"{number}.csv"
        s3.put_object(Bucket=BUCKET, Key=key, Body=tweets.encode_csv(texts))
        return {"bucket": BUCKET, "key": key}
    return {}
