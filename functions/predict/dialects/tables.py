"""Texts in the tables of pandas, as MLflow writes them, and in CSV."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from predict.dialects.request import Fault, InvalidRequestError
from predict.limits import type_fault
from predict.settings import Settings


def read_split(split: Any, where: str, settings: Settings) -> list[Any]:
    """The column of texts in `{"columns", "data"}`. Raises InvalidRequestError."""
    columns, rows = (
        (split.get(name) for name in ("columns", "data")) if isinstance(split, dict) else (None, None)
    )
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise InvalidRequestError([Fault(where, "must be an object with columns and data")])
    if any(not isinstance(row, list) or len(row) != len(columns) for row in rows):
        raise InvalidRequestError(
            [Fault(f"{where}/data", "must be rows with a value for each of the columns")]
        )
    column = find_column(columns, f"{where}/columns", settings)
    return [row[column] for row in rows]


def read_records(records: Any, where: str, settings: Settings) -> list[Any]:
    """The texts in an array of objects. Raises InvalidRequestError."""
    if fault := type_fault(records, list):
        raise InvalidRequestError([Fault(where, fault)])
    return list(_read_records(records, where, settings))


def find_column(columns: Sequence[Any], where: str, settings: Settings) -> int:
    """Which of `columns` has the texts: TEXT_COLUMN, `text`, or the only one. Raises InvalidRequestError."""
    for name in filter(None, (settings.text_column, "text")):
        if columns.count(name) == 1:
            return columns.index(name)
    if len(columns) == 1:
        return 0
    raise InvalidRequestError([Fault(where, 'must have one column "text", or be one column')])


def read_csv(content: bytes) -> Iterator[list[str]]:
    """Yield the rows that are not empty. Raises InvalidRequestError."""
    import csv  # no other request needs it
    from io import StringIO

    try:
        lines = StringIO(content.decode("utf-8-sig"), newline="")
        yield from (row for row in csv.reader(lines, strict=True) if row)
    except UnicodeDecodeError as exc:
        raise InvalidRequestError([Fault("", f"is not UTF-8 at byte {exc.start}")]) from exc
    except csv.Error as exc:
        raise InvalidRequestError([Fault("", f"is no CSV with commas: {exc}")]) from exc


def read_column(rows: Sequence[Sequence[str]], settings: Settings) -> list[str]:
    """The texts below a header, or of the only column of rows without one. Raises InvalidRequestError."""
    for name in filter(None, (settings.text_column, "text")):
        if rows and rows[0].count(name) == 1:
            column, body = rows[0].index(name), rows[1:]
            break
    else:
        column, body = 0, rows
        if any(len(row) != 1 for row in rows):
            detail = (
                'has rows of several columns: name one in a header "text", or quote texts that have commas'
            )
            raise InvalidRequestError([Fault("", detail)])
    if any(len(row) != len(rows[0]) for row in body):
        raise InvalidRequestError(
            [Fault("", "has rows with more or fewer columns than the first: quote texts")]
        )
    return [row[column] for row in body]


def _read_records(records: Sequence[Any], where: str, settings: Settings) -> Iterator[Any]:
    for index, record in enumerate(records):
        if not isinstance(record, Mapping) or not record:
            raise InvalidRequestError([Fault(f"{where}/{index}", "must be an object with a text")])
        names = list(record)
        yield record[names[find_column(names, f"{where}/{index}", settings)]]
