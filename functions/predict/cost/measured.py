"""The measured time and memory of each door: `measured.json`, which `python -m bench` writes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "measured.json"


class Invocation(NamedTuple):
    """An invocation of one door, on one whole processor."""

    tweets: int  # in it
    milliseconds: float  # of a warm one, less those of a handler that returns a constant
    first_milliseconds: float  # until the first answer of a fresh container, with the start of the runtime
    megabytes: float  # of memory at its peak


class Measurement(NamedTuple):
    """The invocation of each door, and the date and processor of the measurement."""

    date: str
    processor: str
    doors: Mapping[str, Invocation]


def read() -> Measurement:
    """The measurement that ships with the package."""
    found = json.loads(FILE.read_text())
    doors = {door: Invocation(**figures) for door, figures in found["doors"].items()}
    return Measurement(found["date"], found["processor"], doors)
