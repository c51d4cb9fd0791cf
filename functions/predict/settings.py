"""What the environment may set: the one place that reads it."""

import os
from collections.abc import Mapping
from typing import NamedTuple


class SettingsError(ValueError):
    """Raise when a variable of the environment has no usable value."""


class Settings(NamedTuple):
    """Each field is the variable of the same name in capitals."""

    model: str = "frequency"  # a folder of model/artifacts, or an absolute path
    max_texts: int = 1_000  # in one request
    max_characters: int = 10_000  # in one text
    max_bytes: int = 2_097_152  # in the body of one HTTP request; Lambda itself refuses 6 MB


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError, which names the variable."""
    given = {field: environ[field.upper()] for field in Settings._fields if environ.get(field.upper())}
    limits = {field: _count(field.upper(), value) for field, value in given.items() if field != "model"}
    return Settings(**{**given, **limits})  # type: ignore[arg-type]  # what is no limit is the model's name


def _count(name: str, value: str) -> int:
    try:
        count = int(value)
    except ValueError:
        count = 0
    if count < 1:
        raise SettingsError(f"{name} must be a whole number above 0, not {value!r}")
    return count
