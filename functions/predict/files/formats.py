"""The formats that are read, by the suffix of an object's key."""

from collections.abc import Callable
from typing import BinaryIO

from predict.files.csv_rows import CsvRows
from predict.files.json_lines import JsonLines
from predict.files.rows import Format
from predict.settings import Settings

FORMATS: dict[str, Callable[[BinaryIO, Settings], Format]] = {
    "csv": CsvRows,
    "jsonl": JsonLines,
    "ndjson": JsonLines,
}


def suffix(key: str) -> str:
    """The format that `key` names, compressed or not; "" where it names none of FORMATS."""
    _, dot, name = key.lower().removesuffix(".gz").rpartition(".")
    return name if dot and name in FORMATS else ""
