"""What the `sentiment` command shows at a terminal, which is a pseudo-terminal here."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.predict.test_cli import SENTIMENT, sentiment

pytest.importorskip("rich", reason="no rich: a terminal shows plain text")

TINTS = re.compile("\x1b\\[[0-9;]*m")


def show(*arguments: str, columns: int = 100, environment: Mapping[str, str] | None = None) -> str:
    """What the command writes to a terminal of a width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {"TERM": "xterm-256color", "PYTHONUTF8": "1", **(environment or {})}
    shown = b""
    with subprocess.Popen([SENTIMENT, *arguments], stdout=theirs, stderr=theirs, env=variables):
        os.close(theirs)
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4_096)
    except OSError:  # the other end is closed
        return b""


def test_words_are_tinted_by_what_they_add_and_nothing_else_reaches_the_terminal() -> None:
    first, *terms = show("explain", "I love \x1b[31mthis [red]day[/red]").splitlines()
    assert TINTS.sub("", first).split() == [
        "positive",
        "0.7486",
        *["I", "love", "[31mthis", "[red]day[/red]"],
    ]
    assert re.search("\x1b\\[[0-9;]*48;5;[0-9;]*mlove\x1b", first)
    assert "\x1b[31m" not in first
    plain = sentiment("explain", "I love \x1b[31mthis [red]day[/red]").stdout.decode()
    assert terms == plain.splitlines()[1:]


def test_what_adds_more_has_a_stronger_tint_and_what_takes_away_another() -> None:
    tints = {
        word: re.findall(f"48;5;(\\d+)m{word}", show("explain", text).splitlines()[0])
        for word, text in {"love": "I love this", "nice": "this is nice", "sad": "so sad"}.items()
    }
    assert all(tints.values())
    assert len({tint for [tint] in tints.values()}) >= 2
    assert tints["sad"] not in (tints["love"], tints["nice"])


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_gets_none(name: str, value: str) -> None:
    coloured = "\x1b\\[[0-9;]*[34]8;|\x1b\\[([0-9;]*;)?[34][0-7]m"
    for arguments in (["explain", "I love this"], ["cost"]):
        assert re.search(coloured, show(*arguments))
        assert not re.search(coloured, show(*arguments, environment={name: value}))


@pytest.mark.parametrize("columns", [80, 200])
def test_a_table_has_the_cells_of_the_plain_one_at_any_width(columns: int) -> None:
    shown = TINTS.sub("", show("cost", columns=columns))
    assert max(map(len, shown.splitlines())) <= columns
    plain = sentiment("cost").stdout.decode().splitlines()[2:]
    costs = [cell.strip() for row in plain if row.startswith("|") for cell in row.split("|")[5:9]]
    assert re.findall(r"\d+\.\d{4}", shown) == costs


def test_samples_are_a_table_with_their_doors() -> None:
    rows = [line.split() for line in TINTS.sub("", show("events")).splitlines()]
    assert ["sample", "door"] in rows
    listed = [line.split("\t") for line in sentiment("events").stdout.decode().splitlines()]
    assert [row for row in rows if row in listed] == listed


def test_each_scored_file_has_a_line_and_a_refused_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\nso sad\n")
    (tmp_path / "b.csv").write_text("text\nso sad\nI love this\n")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    out = tmp_path / "out"
    shown = TINTS.sub("", show("score", str(tmp_path), "-o", str(out), columns=300))
    assert "sentiment: c.csv was refused: " in shown
    assert f"a.csv: 1 scored, 0 not: {out / 'a.scored.csv'}" in shown
    assert f"b.csv: 2 scored, 0 not: {out / 'b.scored.csv'}" in shown


def test_figures_of_models_are_a_table_below_their_progress(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="no scikit-learn: `sentiment evaluate` needs it")
    (tmp_path / "mine.csv").write_text("text,label\n" + "so sad,negative\nI love this,positive\n" * 20)
    shown = TINTS.sub("", show("evaluate", str(tmp_path / "mine.csv"), "--model", "frequency"))
    assert ["accuracy", "1.000", "(1.000-1.000)"] in [line.split() for line in shown.splitlines()]


def test_json_stays_json_at_a_terminal() -> None:
    for arguments in (["cost"], ["events"], ["explain", "so sad"], ["predict", "so sad"]):
        assert show(*arguments, "--json") == sentiment(*arguments, "--json").stdout.decode()


def test_without_the_extra_a_terminal_gets_plain_text_and_completion_says_what_it_needs(
    tmp_path: Path,
) -> None:
    for library in ("rich", "shtab"):  # found first, and as if they were not installed
        (tmp_path / f"{library}.py").write_text(f"raise ImportError('no {library}')")
    missing = {"PYTHONPATH": str(tmp_path)}
    for arguments in (["cost"], ["events"], ["explain", "I love this"]):
        assert show(*arguments, environment=missing).expandtabs() == (
            sentiment(*arguments).stdout.decode().expandtabs()
        )
    ended = sentiment("completion", "bash", environment=missing)
    needed = "sentiment: `sentiment completion` needs shtab: run `pip install 'tweet-sentiment[terminal]'`\n"
    assert (ended.returncode, ended.stderr.decode()) == (1, needed)


def test_nobody_waits_for_rich_who_is_not_shown_a_table_or_a_tint(tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text("raise SystemExit('rich is imported')")
    waiting = {"PYTHONPATH": str(tmp_path)}
    assert show("predict", "so sad", environment=waiting).split() == ["negative", "0.0007", "so", "sad"]
    assert "rich is imported" in show("cost", environment=waiting)
    for arguments in (["cost"], ["events"], ["explain", "so sad"], ["predict", "so sad"]):
        assert sentiment(*arguments, environment=waiting).stdout == sentiment(*arguments).stdout
