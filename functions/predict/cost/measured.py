"""What the doors were measured to take: `measured.json`, which `python -m bench` writes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "measured.json"


class Invocation(NamedTuple):
    """Of one door, on one whole processor."""

    tweets: int  # in one invocation
    milliseconds: float  # that a warm one takes, without those of a handler that returns a constant
    first_milliseconds: float  # until the first answer of a fresh container, the runtime's start and all
    megabytes: float  # of memory, at the peak


class Measurement(NamedTuple):
    """Each door's invocation; when and on what it was measured."""

    date: str
    processor: str
    doors: Mapping[str, Invocation]


def read() -> Measurement:
    """The measurement that the package has."""
    found = json.loads(FILE.read_text())
    doors = {door: Invocation(**figures) for door, figures in found["doors"].items()}
    return Measurement(found["date"], found["processor"], doors)
