"""`sentiment score`, run as a command."""

import csv
import fcntl
import gzip
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from model import Scorecard

SENTIMENT = str(Path(sys.executable).parent / "sentiment")
CONTENT = b"id,text\n1,I love this\n2,so sad\n3\n"


def score(
    *arguments: str | Path,
    stdin: bytes = b"",
    cwd: Path | None = None,
    variables: dict[str, str] | None = None,
) -> tuple[int, str, str]:
    command = [SENTIMENT, "score", *arguments]
    ended = subprocess.run(
        command, input=stdin, env=variables or {}, cwd=cwd, capture_output=True, check=False
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
        ".sentiment.jsonl",
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
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "b.scored.csv",
        "b.errors.jsonl",
        ".sentiment.jsonl",
    }


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


@pytest.mark.parametrize("name", ["none.csv", "none/"])
def test_a_url_of_nothing_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    status, _, told = score(f"{tmp_path.as_uri()}/{name}")
    assert (status, told.count("\n")) == (1, 1)
    assert f"{tmp_path}/{name}" in told


def test_a_broken_off_run_leaves_no_half_file(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"text\n" + b"I love this\n" * 1_000_000)
    with subprocess.Popen([SENTIMENT, "score", source], env={}, stderr=subprocess.PIPE) as process:
        while not [*tmp_path.glob(".sentiment-*/**/rows.csv*")] and process.poll() is None:
            pass
        process.kill()
    assert not (tmp_path / "a.scored.csv").exists()


LINES = b"".join(b'%d,"I love\nthis, and ""that"""\r\n%d,so sad\n%d\n' % (n, n, n) for n in range(3_000))
JSON = b"".join(b'{"id": %d, "text": "I love this"}\n{"id": %d}\n' % (n, n) for n in range(3_000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,text\n" + LINES),
        ("a.csv.gz", gzip.compress(b"id,text\n" + LINES)),
        ("a.jsonl", JSON),
        ("a.json", b"[" + JSON.strip().replace(b"\n", b",") + b"]"),
    ],
)
def test_many_processes_write_what_one_writes(tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    results = []
    for processes in ("1", "3"):
        status, _, told = score("-", "--processes", processes, "-o", tmp_path / "out", stdin=content)
        errors = (tmp_path / "standard input.errors.jsonl").read_bytes()
        results.append((status, told, (tmp_path / "out").read_bytes(), errors))
    assert results[0] == results[1]
    assert results[0][1].startswith(
        f"standard input: {6_000 if b',so' in content or '.gz' in name else 3_000:,}"
    )


@pytest.mark.parametrize("place", ["folder", "url"])
def test_a_second_run_scores_only_what_is_new(tmp_path: Path, place: str) -> None:
    sources, out = tmp_path / "in", tmp_path / "out"
    sources.mkdir()
    for name in "abc":
        (sources / f"{name}.csv").write_bytes(CONTENT)
    output = str(out) if place == "folder" else out.as_uri()

    def written() -> dict[str, int]:
        return {
            str(path): path.stat().st_ino
            for path in out.rglob("*")
            if path.name.startswith(("rows", "a.s", "b.s", "c.s"))
        }

    assert score(sources, "-o", output)[0] == 0
    once = written()
    assert len(once) == 3
    assert score(sources, "-o", output)[0] == 0
    assert written() == once
    (sources / "a.csv").write_bytes(CONTENT + b"4,new\n")
    assert score(sources, "-o", output)[0] == 0
    assert len({*written().items()} - {*once.items()}) == 1
    again = written()
    assert score(sources, "-o", output, variables={"THRESHOLD": "0.9"})[0] == 0
    assert len({*written().items()} - {*again.items()}) == 3


def test_rows_that_somebody_removed_are_written_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CONTENT)
    for _ in range(2):
        assert score(tmp_path)[0] == 0
        (tmp_path / "a.scored.csv").unlink()
    assert "(before)" not in score(tmp_path)[2]
    assert "a.csv: 2 scored, 1 not (before)" in score(tmp_path)[2]


def test_files_of_one_stem_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\nhello\n")
    (tmp_path / "a.txt").write_bytes(b"text\nyou\n")
    assert score(tmp_path)[0] == 0
    rows = {path.name: path.read_text().splitlines()[1][:3] for path in tmp_path.glob("*.scored.*")}
    assert rows == {"a.csv.scored.csv": "hel", "a.txt.scored.csv": "you"}


@pytest.mark.usefixtures("aws_environment")
def test_a_folder_of_a_bucket_is_scored_into_a_folder_and_into_a_bucket(
    tmp_path: Path, client: Callable[[str], Any], bucket: str
) -> None:
    s3 = client("s3")
    for key in ("in/a.csv", "in/b.csv", "in/deeper/c.csv", "other.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=CONTENT)
    variables = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    source = f"s3://{bucket}/in/"
    assert score(source, "-o", tmp_path, variables=variables)[0] == 0
    assert {path.name for path in tmp_path.glob("*.scored.csv")} == {"a.scored.csv", "b.scored.csv"}
    status, _, told = score(source, "-o", f"s3://{bucket}/out", variables=variables)
    assert (status, told.splitlines()[-1].partition(":")[0]) == (0, "2 files")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"]]
    assert len(keys) == 6
    assert all(key.startswith(f"out/objects/{bucket}/in/") for key in keys)
    status, _, told = score(f"s3://{bucket}-none/in/", variables=variables)
    assert (status, told.count("\n")) == (1, 1)


def test_a_terminal_shows_rows_rate_errors_and_the_time_that_is_left(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"id,text\n1\n" + b"1,I love this\n" * 300_000)
    ours, theirs = pty.openpty()
    said = b""
    with subprocess.Popen([SENTIMENT, "score", source], env={}, stderr=theirs) as process:
        os.close(theirs)
        try:
            while data := os.read(ours, 65_536):
                said += data
        except OSError:  # the command has ended
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    assert re.search(rb"\r[\d,]+ rows, [\d,]+ a second, 1 errors, \d+:\d\d left", said)
    assert said.rstrip().endswith(b"a.csv: 300,000 scored, 1 not: %b" % bytes(tmp_path / "a.scored.csv"))


def started(*arguments: str | Path, stderr: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [SENTIMENT, "score", *arguments], env={}, stdout=subprocess.DEVNULL, stderr=stderr
    )


def wait_for(seen: Callable[[], Iterable[object]], count: int) -> None:
    until = monotonic() + 120
    while len([*seen()]) < count:
        assert monotonic() < until
        sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_processes_end_with_the_one_that_is_killed(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"text\n" + b"I love this\n" * 1_000_000)
    with started(source, "--processes", "2") as process:
        wait_for(lambda: tmp_path.glob(".sentiment-*/**/rows.csv*"), 1)
        children = [*map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())]
        process.kill()
    assert len(children) == 2
    wait_for(lambda: [child for child in children if not is_alive(child)], 2)
    assert not (tmp_path / "a.scored.csv").exists()


@pytest.mark.slow
def test_a_thousand_files_lose_no_row_and_repeat_none_though_the_run_is_broken_off_twice(
    tmp_path: Path,
) -> None:
    sources, out = tmp_path / "in", tmp_path / "out"
    sources.mkdir()
    for file in range(1_000):
        rows = "".join(f"{file * 10 + row},I love {row}\n" for row in range(9))
        (sources / f"{file:04}.csv").write_text(f"id,text\n{rows}{file * 10 + 9}\n")
    complete = dict[str, int]()
    for stop, seen in ((signal.SIGINT, 150), (signal.SIGKILL, 450)):
        with started(sources, "-o", out, "--processes", "2", stderr=subprocess.PIPE) as process:
            assert process.stderr
            # the command waits for the reader of its lines, so it is never far ahead of this loop
            fcntl.fcntl(process.stderr, fcntl.F_SETPIPE_SZ, 4_096)
            while len([*out.glob("*.scored.csv")]) < seen:
                assert process.stderr.readline()
            process.send_signal(stop)
            process.stderr.read()
        assert process.returncode == (130 if stop == signal.SIGINT else -stop)
        now = {path.name: path.stat().st_ino for path in out.glob("*.scored.csv")}
        assert seen <= len(now) < 1_000
        # nothing is written a second time, but for a file that was not in the journal yet
        assert len({*complete.items()} - {*now.items()}) <= 1
        complete = now
    status, _, told = score(sources, "-o", out)
    assert status == 0
    before = told.count("(before)")
    assert len(complete) - 2 <= before <= len(complete)
    assert told.splitlines()[-1].startswith("1,000 files: 9,000 scored, 1,000 not")
    ids = [
        row["id"]
        for path in out.glob("*.scored.csv")
        for row in csv.DictReader(path.read_text().splitlines())
    ]
    assert sorted(map(int, ids)) == [number for number in range(10_000) if number % 10 != 9]
    assert len([*out.glob("*.errors.jsonl")]) == 1_000
