"""What the environment may set: the one place that reads it."""

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

STORES = ("az", "file", "gs", "memory", "s3")  # one name for each: two would not be seen to be the same


class SettingsError(ValueError):
    """Raise when a variable of the environment has no usable value."""


class Settings(NamedTuple):
    """Each field is the variable of the same name in capitals."""

    model: str = "lexicon_ngrams"  # a folder of model/artifacts, or an absolute path
    threshold: float = 0.5  # positive from this probability up
    uncertain: tuple[float, float] | None = None  # neither label strictly between these
    max_texts: int = 1_000  # in one request
    max_characters: int = 10_000  # in one text
    max_bytes: int = 2_097_152  # in the body of one HTTP request; Lambda itself refuses 6 MB
    results_url: str = ""  # where the event doors write: s3://, gs://, az://, file:/// or memory:///
    input_url: str = ""  # where the objects come from, to be sure that no result is taken for one
    buckets: str = "s3://"  # what stands before the bucket that an event names; a folder to try it


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError, which names the variable."""
    given = {field: environ[field.upper()] for field in Settings._fields if environ.get(field.upper())}
    settings = Settings(
        **{field: _READERS.get(field, _count)(field.upper(), value) for field, value in given.items()}
    )
    places = settings.results_url, settings.input_url
    if all(places) and (within(*places) or within(*reversed(places))):
        raise SettingsError("RESULTS_URL and INPUT_URL must lie apart, or results would be scored again")
    return settings


def within(url: str, folder: str) -> bool:
    """Whether `url` is `folder`, or lies in it."""
    return f"{url.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/")


def _name(name: str, value: str) -> str:
    return value


def _url(name: str, value: str) -> str:
    if value.partition("://")[0] not in STORES:
        raise SettingsError(f"{name} must be an address such as s3://bucket/folder, not {value!r}")
    return value


def _probability(name: str, value: str) -> float:
    try:
        probability = float(value)
    except ValueError:
        probability = -1.0
    if not 0 <= probability <= 1:
        raise SettingsError(f"{name} must be a number from 0 to 1, not {value!r}")
    return probability


def _band(name: str, value: str) -> tuple[float, float]:
    low, dash, high = value.partition("-")
    if not dash or not _probability(name, low) <= _probability(name, high):
        raise SettingsError(f"{name} must be two numbers from 0 to 1, as 0.4-0.6, not {value!r}")
    return _probability(name, low), _probability(name, high)


def _count(name: str, value: str) -> int:
    try:
        count = int(value)
    except ValueError:
        count = 0
    if count < 1:
        raise SettingsError(f"{name} must be a whole number above 0, not {value!r}")
    return count


_READERS: dict[str, Callable[[str, str], Any]] = {
    "model": _name,
    "threshold": _probability,
    "uncertain": _band,
    "results_url": _url,
    "input_url": _url,
    "buckets": _url,
}
