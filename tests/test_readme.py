"""The README is run as printed."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SESSIONS = re.findall(r"^\$ (.*)\n((?:(?!\$ |```).*\n)*)", README, re.MULTILINE)  # command, what it prints
HOST = "http://127.0.0.1:8000"
TMP = "/tmp/sentiment"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    """The address of `sentiment serve`, and the line it prints first."""
    sentiment = Path(sys.executable).parent / "sentiment"
    command = [str(sentiment), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        try:
            hint = process.stdout.readline().strip()
            running = next(line for line in process.stderr if "running on" in line)
            yield re.findall(r"http://[\d.]+:\d+", running)[0], hint
        finally:
            process.terminate()
            process.communicate()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: the README's calls are not tried")
@pytest.mark.parametrize(("command", "printed"), [s for s in SESSIONS if s[0].startswith("curl ")])
def test_curl_prints_what_the_readme_shows(server: tuple[str, str], command: str, printed: str) -> None:
    arguments = ["--silent", *shlex.split(command.replace(HOST, server[0]))[1:]]
    ended = subprocess.run(["curl", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == printed.strip()


@pytest.mark.parametrize(("command", "printed"), [s for s in SESSIONS if "sentiment predict" in s[0]])
def test_the_command_prints_what_the_readme_shows(command: str, printed: str) -> None:
    arguments = [sys.executable, "-m", "predict.cli", *shlex.split(command)[1:]]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert ended.stdout == printed


def test_the_cost_is_what_the_readme_shows() -> None:
    [(command, printed)] = [session for session in SESSIONS if "sentiment cost" in session[0]]
    here = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    assert subprocess.run(here, shell=True, capture_output=True, text=True, check=True).stdout == printed


def test_the_events_are_answered_as_the_readme_shows(tmp_path: Path) -> None:
    shown = [
        (command, printed) for command, printed in SESSIONS if "sentiment events" in command or TMP in command
    ]
    assert len(shown) == 8
    for command, printed in shown:
        here = command.replace(TMP, f"{tmp_path}").replace(".venv/bin/", f"{Path(sys.executable).parent}/")
        ended = subprocess.run(here, shell=True, capture_output=True, text=True, check=True)
        assert ended.stdout == printed


def test_the_server_prints_the_line_to_try(server: tuple[str, str]) -> None:
    [shown] = [printed.strip() for command, printed in SESSIONS if command == "make run"]
    assert server[1].replace(server[0], HOST) == shown


def test_the_tests_of_the_readme_passed() -> None:
    [shown] = [printed for command, printed in SESSIONS if command == "make test"]
    assert re.search(r"^=+ \d+ passed in .*=+$", shown, re.MULTILINE)


def test_the_table_of_the_readme_is_the_evaluations() -> None:
    assert (ROOT / "docs" / "evaluation" / "table.md").read_text() in README


def test_the_gaps_of_the_readme_are_the_evaluations() -> None:
    rows = (ROOT / "docs" / "evaluation" / "fairness.md").read_text().splitlines()
    [gap, unlisted] = next(row.split(" | ")[1:3] for row in rows if row.startswith("| lexicon_ngrams "))
    assert f"two groups | {gap} |\n" in README
    assert f"not listed | {unlisted} |\n" in README


def test_the_goals_of_the_readme_are_as_they_were_measured() -> None:
    assert (ROOT / "docs" / "performance" / "promised.md").read_text() in README


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^\$ |`)make ([a-z-]+)", README, re.MULTILINE))
    assert named <= targets
    assert {"run", "test"} <= named
