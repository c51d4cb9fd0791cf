"""Parquet through `sentiment score`, run as a command."""

import json
from pathlib import Path
from typing import Any

import pytest

from model import Scorecard
from tests.predict.files.test_local import score

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")


def write(path: Path, **columns: Any) -> Path:
    parquet.write_table(pa.table(columns), path, row_group_size=1_500)
    return path


def test_columns_keep_their_values_and_types_and_four_are_added(tmp_path: Path, served: Scorecard) -> None:
    texts = ["I love this", None, "so sad", "a" * 10_001]
    at = pa.array([0, 1, None, 3], pa.timestamp("us"))
    write(
        tmp_path / "a.parquet",
        id=pa.array([1, 2, 3, 4], pa.int16()),
        text=texts,
        at=at,
        tags=[["x"], [], None, []],
    )
    status, _, told = score(tmp_path / "a.parquet")
    assert (status, told.partition(":")[2][:17]) == (0, " 2 scored, 2 not:")
    found = parquet.read_table(tmp_path / "a.scored.parquet")
    source = parquet.read_table(tmp_path / "a.parquet").take([0, 2])
    assert found.select(source.column_names) == source
    added = ["label", "probability", "model_version", "warnings"]
    assert found.column_names == [*source.column_names, *added]
    assert found.select(added).to_pylist() == [
        {
            "label": said.label,
            "probability": said.probability,
            "model_version": served.version,
            "warnings": [*said.warnings],
        }
        for said in served.predict(["I love this", "so sad"])
    ]
    errors = [*map(json.loads, (tmp_path / "a.errors.jsonl").read_text().splitlines())]
    assert [(error["line"], error["reason"].partition(",")[0]) for error in errors] == [
        (2, "has a text that must be a string"),
        (4, "has a text that has 10"),
    ]


def test_many_row_groups_are_scored_to_the_same_bytes_by_many_processes(tmp_path: Path) -> None:
    texts = [f"I love {number}" if number % 3 else None for number in range(10_000)]
    write(tmp_path / "a.parquet", text=pa.array(texts).dictionary_encode(), id=range(10_000))
    for processes in "12":
        assert (
            score(
                "-",
                "--processes",
                processes,
                "-o",
                tmp_path / f"{processes}",
                stdin=(tmp_path / "a.parquet").read_bytes(),
            )[0]
            == 0
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    found = parquet.read_table(tmp_path / "1")
    assert found["id"].to_pylist() == [number for number in range(10_000) if number % 3]


@pytest.mark.parametrize("named", [{}, {"TEXT_COLUMN": "words"}])
def test_the_column_is_named_as_in_other_files(tmp_path: Path, named: dict[str, str]) -> None:
    write(tmp_path / "a.parquet", words=["so sad"], place=["here"], label=["mine"])
    status, _, told = score(tmp_path / "a.parquet", variables=named)
    if named:
        assert parquet.read_table(tmp_path / "a.scored.parquet")["label"].to_pylist() == ["mine"]
    else:
        assert status == 1
        assert "words" in told


@pytest.mark.parametrize("kept", [4, 20, -20])
def test_a_broken_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = write(tmp_path / "a.parquet", text=["so sad"] * 10)
    path.write_bytes(path.read_bytes()[:kept])
    status, _, told = score(path)
    assert (status, told) == (
        1,
        "sentiment: a.parquet was refused: The object is broken Parquet: upload it again.\n",
    )
