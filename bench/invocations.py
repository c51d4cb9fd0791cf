"""Measure a warm invocation in a container. `sentiment cost` starts from these figures."""

from contextlib import ExitStack
from itertools import islice
from typing import Any

from bench import containers, tweets
from bench.cold_start import CONSTANT, HTTP, make_doors
from bench.containers import BUCKET
from bench.figures import ROUNDS, Figure, compare, time_call
from tests.aws import endpoint

INVOCATION, PEAK = "invocation", "peak memory after invocations"
TWEETS = {CONSTANT: 0, HTTP: 1, "queue": 100, "objects": 20_000}  # in each invocation


def measure() -> list[Figure]:
    """Return milliseconds, the emulator's included, and megabytes of memory. Raises LeftOutError."""
    containers.build()
    doors = make_doors()
    taken: dict[str, list[float]] = {f"{INVOCATION}: {name}": [] for name in TWEETS}
    with ExitStack() as entered:
        variables = entered.enter_context(containers.serve_store())
        s3 = endpoint.client("s3", variables["AWS_ENDPOINT_URL"])
        # Each event has words that the model has not read.
        texts = tweets.generate((ROUNDS + 2) * sum(TWEETS.values()))
        running = {name: entered.enter_context(containers.start(doors[name], variables)) for name in TWEETS}
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
    """Return an event with `texts`.

    Its name has `number`. The door skips a name that has a result already.
    """
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
