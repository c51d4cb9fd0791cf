"""Every file of `inputs` is scored or refused, and docs/inputs.md shows it."""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas
import pytest

from tests.predict.files import inputs
from tests.predict.files.inputs import Input, Outcome

ROOT = Path(__file__).parents[3]
SCORED = [file for title, files in inputs.PARTS.items() if title != "Refused" for file in files]
REFUSED = inputs.PARTS["Refused"]


def reread(outcome: Outcome) -> list[dict[str, Any]]:
    """The output, as csv or json read it."""
    if "delimiter" not in outcome.summary:
        return [json.loads(line) for line in outcome.output.splitlines()]
    file = io.StringIO(outcome.output.removeprefix("\ufeff"), newline="")
    return list(csv.DictReader(file, delimiter=outcome.summary["delimiter"], strict=True))


def text_of(row: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        row = row[name]
    return row


@pytest.mark.parametrize("file", SCORED, ids=lambda file: file.name)
def test_rows_in_are_rows_out_and_errors_and_every_text_is_as_it_was(file: Input) -> None:
    outcome = inputs.score(file)
    summary, rows = outcome.summary, reread(outcome)
    assert "error" not in summary
    assert (len(rows), len(outcome.errors)) == (summary["scored"], summary["errors"])
    assert len(rows) + len(outcome.errors) == summary["rows"] == file.rows
    label, probability, version, warnings = summary["added"]
    warned: Counter[str] = Counter()
    for row in rows:
        assert row[label] in ("positive", "negative")
        assert 0 <= float(row[probability]) <= 1
        assert row[version] == "1"
        warned.update(row[warnings].split() if summary["format"] == "csv" else row[warnings])
    assert warned == summary["warnings"]
    assert bool(warned) == bool(rows)
    texts = [text_of(row, summary["text_column"]) for row in rows]
    known = inputs.LATIN if summary["encoding"] == "cp1252" else inputs.TWEETS
    if file.rows >= len(inputs.TWEETS) or file.settings.encoding:
        assert texts[: len(known)] == known
    assert all("\ufffd" not in text for text in texts)


def is_csv(file: Input) -> bool:
    outcome = inputs.score(file)
    return bool(outcome.output) and outcome.summary["format"] == "csv"


@pytest.mark.parametrize("file", [file for file in SCORED if is_csv(file)], ids=lambda file: file.name)
def test_csv_and_pandas_read_the_same_cells(file: Input) -> None:
    outcome = inputs.score(file)
    delimiter, output = outcome.summary["delimiter"], outcome.output.removeprefix("\ufeff")
    frame = pandas.read_csv(
        io.StringIO(output, newline=""), sep=delimiter, header=None, dtype=str, keep_default_na=False
    )
    assert frame.to_numpy().tolist() == list(csv.reader(io.StringIO(output, newline=""), delimiter=delimiter))


def test_a_cr_and_a_line_end_in_a_text_are_still_there() -> None:
    [lone, quoted] = [file for file in SCORED if file.name in ("lone-cr.csv", "lines.csv")]
    assert [row["text"] for row in reread(inputs.score(lone))] == ["I love\rthis", "so\r\rsad"]
    assert [row["text"] for row in reread(inputs.score(quoted))] == ["I love\nthis\r\n\r\nsong", "sad"]


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.name)
def test_what_is_refused_says_why_and_what_to_do_and_writes_no_row(file: Input) -> None:
    summary, output, errors = inputs.score(file)
    assert (output, errors, "rows" in summary) == ("", [], False)
    assert summary["error"].endswith((".", "?"))
    assert len(summary["error"]) > 40


def test_a_refusal_shows_no_text() -> None:
    said = " ".join(inputs.score(file).summary["error"] for file in REFUSED)
    assert [text for text in (*inputs.TWEETS, *inputs.LATIN) if text in said] == []


def test_the_page_of_inputs_shows_what_happens() -> None:
    assert len(SCORED) + len(REFUSED) >= 40
    assert (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8") == inputs.write()
