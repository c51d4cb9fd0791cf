"""Parquet: a column holds the texts, and all columns are kept. Row groups are written one by one."""

import io
import shutil
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from model import Prediction
from predict.files import text_column
from predict.files.rows import ADDED, MAX_ROWS, BadRow, Batch, RefusedError, name_added
from predict.limits import text_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_GROUP_BYTES = 16_777_216  # in memory, before they are written as a row group
_BROKEN = "The object is broken Parquet: upload it again."
_TYPES = (pa.string(), pa.float64(), pa.string(), pa.list_(pa.string()), pa.map_(pa.string(), pa.float64()))


class ParquetRows:
    """Its directory is at its end, so the content is copied to a temporary file. Raises RefusedError."""

    suffix = "parquet"

    def __init__(self, content: BinaryIO, settings: Settings, added: tuple[str, ...] = ADDED) -> None:
        self._max_characters = settings.max_characters
        self._file = TemporaryFile()  # noqa: SIM115 until the rows end
        shutil.copyfileobj(content, self._file)
        try:
            self._source = parquet.ParquetFile(self._file)
        except (OSError, pa.ArrowException) as exc:
            self._file.close()
            raise RefusedError(_BROKEN) from exc
        schema = self._source.schema_arrow
        strings = [field.name for field in schema if _is_string(field.type)]
        found = text_column.find(strings, settings.text_column)
        if len(found) != 1:
            self._file.close()
            raise RefusedError(text_column.explain(strings, found, settings.text_column, "column"))
        [self._name] = found
        self._added = name_added(schema.names, added)
        for name, type in zip(self._added, _TYPES, strict=False):
            schema = schema.append(pa.field(name, type))
        self._schema = schema
        self._written = _Sink()
        self._writer = parquet.ParquetWriter(self._written, schema)
        self._group = list[Any]()

    def batches(self) -> Iterator[Batch]:
        line = 0
        with self._file:
            try:
                for found in self._source.iter_batches(MAX_ROWS):
                    batch = Batch([], [], [])
                    for place, text in enumerate(found.column(self._name).to_pylist()):
                        line += 1
                        if fault := text_fault(text, self._max_characters):
                            batch.bad.append(BadRow(line, f"has a {self._name} that {fault}"))
                        else:
                            batch.rows.append((found, place))
                            batch.texts.append(text)
                    yield batch
            except (OSError, pa.ArrowException, UnicodeDecodeError) as exc:
                raise RefusedError(_BROKEN) from exc

    def header(self) -> bytes:
        return b""

    def encode(
        self, rows: Sequence[tuple[Any, int]], predictions: Sequence[Prediction], version: str
    ) -> bytes:
        if not rows:
            return b""
        kept = rows[0][0].take(pa.array([place for _, place in rows]))
        columns = [
            [label, probability, version, warnings, probabilities]
            for label, probability, warnings, probabilities, _ in predictions
        ]
        arrays = [
            pa.array([*values], type)
            for values, type in zip(zip(*columns, strict=True), _TYPES[: len(self._added)], strict=False)
        ]
        self._group.append(pa.RecordBatch.from_arrays([*kept.columns, *arrays], schema=self._schema))
        return self._write() if sum(batch.nbytes for batch in self._group) >= _GROUP_BYTES else b""

    def footer(self) -> bytes:
        last = self._write()
        self._writer.close()
        return last + self._written.take()

    def describe(self) -> dict[str, Any]:
        return {"format": "parquet", "text_column": self._name, "added": list(self._added)}

    def advise(self) -> str:
        return f"The columns are {text_column.show(self._source.schema_arrow.names)}."

    def _write(self) -> bytes:
        if self._group:
            self._writer.write_table(pa.Table.from_batches(self._group, self._schema))
            self._group.clear()
        return self._written.take()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._pieces = list[bytes]()
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: "ReadableBuffer") -> int:
        self._pieces.append(bytes(data))
        self._size += len(self._pieces[-1])
        return len(self._pieces[-1])

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _is_string(type: Any) -> bool:
    inner = type.value_type if pa.types.is_dictionary(type) else type
    return bool(
        pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner)
    )
