"""Measure the first answer of each door in a fresh container, its peak memory, and the image's size."""

from time import sleep

from bench import containers, obvious
from bench.containers import BASE, IMAGE, OBVIOUS, Door
from bench.figures import ROUNDS, Figure, Goal, compare, time_call

FIRST, PEAK = "first answer", "peak memory"
CONSTANT, HTTP, THEIRS = "a handler that returns a constant", "HTTP", obvious.NAME
EVENTS = {"queue": "sqs", "objects": "map-item", "streams": "kinesis", "notifications": "sns"}
BOUNDS = {HTTP: 1.7, "direct": 1.6, "queue": 1.9, "streams": 1.9, "notifications": 1.9, "objects": 2.2}
IMAGES = {f"image of {THEIRS}": OBVIOUS, "image": IMAGE, "its base": BASE}


def make_doors() -> dict[str, Door]:
    """Return every door by its name, with the event that it answers first."""
    events = {name: containers.read_sample(event) for name, event in EVENTS.items()}
    rest = containers.make_rest_event(["I love this"])
    return {
        CONSTANT: Door("constant.handler", {}),
        **{name: Door(f"predict.{name}.handler", event) for name, event in events.items()},
        "direct": Door("predict.direct.handler", containers.read_sample("direct")),
        HTTP: Door("predict.api.handler", rest),
        THEIRS: Door("app.handler", rest, OBVIOUS),
    }


def measure() -> list[Figure]:
    """Return milliseconds, megabytes of memory and megabytes of images. Raises LeftOutError."""
    containers.build()
    doors = make_doors()
    first: dict[str, list[float]] = {f"{FIRST}: {name}": [] for name in doors}
    peaks: dict[str, list[float]] = {f"{PEAK}: {name}": [] for name in doors}
    with containers.serve_store() as variables:
        for _ in range(ROUNDS):
            for name, door in doors.items():
                with containers.start(door, variables) as container:
                    sleep(0.3)  # the container has started by then
                    first[f"{FIRST}: {name}"].append(1000 * time_call(container.invoke, door.event))
                    peaks[f"{PEAK}: {name}"].append(container.measure_peak())
    theirs, http = f"{FIRST}: {THEIRS}", f"{FIRST}: {HTTP}"
    goals = {f"{FIRST}: {door}": Goal("ratio", bound) for door, bound in BOUNDS.items()}
    sizes = {name: [containers.measure_image(tag)] for name, tag in IMAGES.items()}
    return [
        *compare(f"{FIRST}: {CONSTANT}", "ms", first, goals),
        Figure(f"{HTTP}, its first answer", "ms", first[http], theirs, first[theirs], Goal("ratio", 0.2)),
        *compare(f"{PEAK}: {THEIRS}", "MB", peaks, {f"{PEAK}: {HTTP}": Goal("value", 60)}),
        *compare(f"image of {THEIRS}", "MB", sizes, {"image": Goal("value", 180)}),
    ]
