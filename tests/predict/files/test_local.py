"""`sentiment score`, run as a command."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from model import Scorecard

SENTIMENT = str(Path(sys.executable).parent / "sentiment")
CONTENT = b"id,text\n1,I love this\n2,so sad\n3\n"


def score(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> tuple[int, str, str]:
    ended = subprocess.run(
        [SENTIMENT, "score", *arguments], input=stdin, env={}, cwd=cwd, capture_output=True, check=False
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_a_file_is_scored_beside_itself(tmp_path: Path, served: Scorecard) -> None:
    source = tmp_path / "a b%é.csv"
    source.write_bytes(CONTENT)
    status, printed, told = score(source)
    assert (status, printed) == (0, "")
    assert told == f"a b%é.csv: 2 scored, 1 not: {tmp_path}/a b%é.scored.csv\n"
    rows = [*csv.DictReader((tmp_path / "a b%é.scored.csv").read_text().splitlines())]
    predictions = served.predict(["I love this", "so sad"])
    assert [(row["id"], row["label"], float(row["probability"])) for row in rows] == [
        (id, prediction.label, prediction.probability)
        for id, prediction in zip("12", predictions, strict=True)
    ]
    [error] = map(json.loads, (tmp_path / "a b%é.errors.jsonl").read_text().splitlines())
    assert error["line"] == 4
    assert {path.name for path in tmp_path.iterdir()} == {
        "a b%é.csv",
        "a b%é.scored.csv",
        "a b%é.errors.jsonl",
    }


@pytest.mark.parametrize("name", ["rows.csv", "errors.jsonl", "summary.json"])
def test_a_file_may_have_the_name_of_a_result(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(b"text\nI love this\n")
    status, _, told = score(source)
    assert (status, told.partition(":")[2][:17]) == (0, " 1 scored, 0 not:")
    assert (tmp_path / f"{source.stem}.scored.csv").read_text().startswith("text,label,")


def test_a_folder_is_scored_file_by_file_and_a_second_time_to_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CONTENT)
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "a"}\n')
    (tmp_path / ".hidden").write_bytes(b"text\na\n")
    assert score(".", cwd=tmp_path)[0] == 0
    once = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert once.keys() - {"a.csv", "b.jsonl", ".hidden"} == {
        "a.scored.csv",
        "a.errors.jsonl",
        "b.scored.jsonl",
    }
    assert score(".", cwd=tmp_path)[0] == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == once


def test_a_refused_file_is_named_with_the_cure_and_the_others_are_scored(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"words\nhello\nyou\n")
    (tmp_path / "b.csv").write_bytes(CONTENT)
    status, printed, told = score(tmp_path, "-o", tmp_path / "out")
    assert (status, printed) == (1, "")
    assert told.startswith("sentiment: a.csv was refused: ")
    assert "words" in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"b.scored.csv", "b.errors.jsonl"}


def test_standard_input_is_answered_on_standard_output(tmp_path: Path) -> None:
    status, printed, told = score("-", stdin=b"text\nI love this\n", cwd=tmp_path)
    assert (status, list(tmp_path.iterdir())) == (0, [])
    [row] = csv.DictReader(printed.splitlines())
    assert (row["text"], row["label"]) == ("I love this", "positive")
    assert told.startswith("standard input: 1 scored, 0 not")


@pytest.mark.parametrize("folder", [False, True])
def test_the_output_is_a_file_or_a_folder(tmp_path: Path, folder: bool) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\nI love this\n")
    output = tmp_path / "out"
    if folder:
        output.mkdir()
    assert score(tmp_path / "a.csv", "-o", output)[0] == 0
    rows = output / "a.scored.csv" if folder else output
    assert rows.read_text().startswith("text,label,")


def test_a_url_is_scored_into_the_folder_one_is_in(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "here").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(b"text\nI love this\n")
    assert score(f"file://{tmp_path}/in/a.csv", cwd=tmp_path / "here")[0] == 0
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["a.scored.csv"]


def test_what_does_not_exist_is_an_error_in_one_line(tmp_path: Path) -> None:
    status, _, told = score(tmp_path / "none.csv")
    assert (status, told.count("\n")) == (1, 1)
    assert "does not exist: name a file, a folder, a URL, or - for standard input" in told


def test_a_broken_off_run_leaves_no_half_file(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"text\n" + b"I love this\n" * 1_000_000)
    with subprocess.Popen([SENTIMENT, "score", source], env={}, stderr=subprocess.PIPE) as process:
        while not [*tmp_path.glob(".sentiment-*/**/rows.csv*")] and process.poll() is None:
            pass
        process.kill()
    assert not (tmp_path / "a.scored.csv").exists()
