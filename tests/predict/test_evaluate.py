"""`sentiment evaluate`, in a process of its own."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.model.evaluation.test_recalibration import TEXTS, TRUTH

COMMAND = [sys.executable, "-m", "predict.cli", "evaluate"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with (tmp_path / "mine.csv").open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([("tweet", "sentiment"), *zip(TEXTS, TRUTH, strict=True)])
    return tmp_path / "mine.csv"


def test_a_table_has_a_column_for_each_model(file: Path) -> None:
    ended = run(file, "--model", "lexicon_ngrams", "--model", "frequency")
    assert ended.returncode == 0, ended.stderr
    head, *rows = ended.stdout.splitlines()
    assert [word for word in head.split() if not word.isalnum()] == ["lexicon_ngrams"]
    assert "frequency" in head
    assert [row.split("  ")[0] for row in rows[:4]] == ["accuracy", "AUC", "log loss", "calibration error"]


def test_figures_are_printed_as_json_and_drawn(file: Path, tmp_path: Path) -> None:
    ended = run(file, "--json", "--plot", tmp_path / "plot.svg")
    assert ended.returncode == 0, ended.stderr
    [figures] = json.loads(ended.stdout).values()
    assert figures["rows"] == len(TEXTS)
    assert sum(map(sum, figures["confusion"])) == len(TEXTS)
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    rows = [
        {"text": text, "target": int(label == "positive")} for text, label in zip(TEXTS, TRUTH, strict=True)
    ]
    (tmp_path / "mine.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    ended = run(tmp_path / "mine.jsonl", "--json")
    [figures] = json.loads(ended.stdout).values()
    assert figures["rows"] == len(TEXTS)


def test_a_recalibrated_model_is_measured_beside_the_old_one_and_served(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "topical"
    ended = run(file, "--json", "--recalibrate", folder)
    assert ended.returncode == 0, ended.stderr
    before, after = json.loads(ended.stdout).values()
    assert after["log_loss"]["value"] <= before["log_loss"]["value"]
    served = subprocess.run(
        [sys.executable, "-m", "predict.cli", "predict", "what a lovely thing"],
        env={**os.environ, "MODEL": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert served.stdout.startswith("positive\t")


@pytest.mark.parametrize(
    ("content", "arguments", "reason"),
    [
        ("text,note\na,b\n", [], "No column is whose name says that it holds the labels"),
        ("text,label,target\na,1,1\n", [], "2 columns are whose name says that it holds the labels"),
        ("text,mood\na,1\n", ["--label", "moods"], "No column is called 'moods'"),
        ("text,label\na,positive\nb,neutral\n", [], "'neutral' (1 rows). Leave such rows out with --skip"),
        ("text,label\na,positive\nb\n", [], "line 3 has 1 fields in place of 2. Correct the row"),
        ("text,label\n", [], "has no labelled rows"),
        ("a;b\n1;2\n", [], "No column has a name that says it holds the text"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_cure(
    tmp_path: Path, content: str, arguments: list[str], reason: str
) -> None:
    (tmp_path / "mine.csv").write_text(content, encoding="utf-8")
    ended = run(tmp_path / "mine.csv", *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


def test_rows_of_other_labels_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    rows = "".join(f"{text},{label}\n" for text, label in zip(TEXTS, TRUTH, strict=True))
    (tmp_path / "mine.csv").write_text(f"text,label\nwell,neutral\n{rows}", encoding="utf-8")
    [figures] = json.loads(run(tmp_path / "mine.csv", "--skip", "neutral", "--json").stdout).values()
    assert figures["rows"] == len(TEXTS)
