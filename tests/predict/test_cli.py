import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from predict import cli
from predict.cost import measured, prices, table
from predict.events import sources

SENTIMENT = str(Path(sys.executable).parent / "sentiment")


def sentiment(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [SENTIMENT, *arguments]
    return subprocess.run(command, input=stdin, env=environment or {}, capture_output=True, check=False)


def test_a_text_is_answered_in_one_line() -> None:
    ended = sentiment("predict", "I love this", "so  sad\n")
    assert ended.stdout.decode() == "positive\t0.8848\tI love this\nnegative\t0.0008\tso sad\n"


def test_a_dash_reads_lines_whatever_their_bytes() -> None:
    ended = sentiment("predict", "-", stdin=b"so sad\r\n\ncaf\xe9 \x1b[31m\nI love this")
    answers = [line.split("\t") for line in ended.stdout.decode().splitlines()]
    assert [(label, text) for label, _, text in answers] == [
        ("negative", "so sad"),
        ("positive", ""),
        ("positive", "caf\ufffd [31m"),
        ("positive", "I love this"),
    ]
    assert ended.stderr == b""


def test_half_a_surrogate_pair_is_shown_as_a_question_mark() -> None:
    assert sentiment("predict", b"love \xff".decode(errors="surrogateescape")).stdout.endswith(b"love ?\n")


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"yes so sad | head -100000 | {shlex.quote(SENTIMENT)} predict - | head -1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert ended.stdout == b"negative\t0.0008\tso sad\n"
    assert ended.stderr == b""


def test_a_terminal_without_a_character_gets_a_question_mark() -> None:
    ended = sentiment("predict", "I love this ❤", environment={"PYTHONIOENCODING": "ascii"})
    assert ended.stdout == b"positive\t0.9103\tI love this ?\n"


def test_an_interrupt_ends_quietly_after_the_answers_so_far() -> None:
    def interruptible() -> None:  # also where this very process runs in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = [SENTIMENT, "predict", "-"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, preexec_fn=interruptible) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"so sad\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"negative\t0.0008\tso sad\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130
        assert process.communicate() == (b"", b"")


@pytest.mark.parametrize("port", ["-1", "65536", "x", "٣"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    ended = sentiment("serve", "--port", port)
    assert b"must be a number from 0 (any free port) to 65535" in ended.stderr
    assert ended.returncode == 2


@pytest.mark.parametrize("share", ["-0.1", "1.1", "nan", "x"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    ended = sentiment("cost", "--cold", share)
    assert b"argument --cold: must be a number from 0 to 1" in ended.stderr
    assert ended.returncode == 2


def test_costs_are_of_the_prices_and_the_share_that_are_given(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(prices.FILE.read_text().replace("us-east-1", "eu-west-1").replace("3.50", "7.00"))
    shown, given = sentiment("cost"), sentiment("cost", "--prices", str(own), "--cold", "0.5")
    assert shown.stdout.decode() == f"{table.write(prices.read(), measured.read(), 0.01)}\n"
    assert given.stdout.decode() == f"{table.write(prices.read(own), measured.read(), 0.5)}\n"
    assert (shown.stderr, given.stderr) == (b"", b"")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"MODEL": "nonesuch"},
            "artifacts/nonesuch has no readable manifest.json: train the model, or correct MODEL",
        ),
        ({"MAX_TEXTS": "many"}, "MAX_TEXTS must be a whole number above 0, not 'many'"),
    ],
)
@pytest.mark.parametrize("arguments", [("predict", "a"), ("serve", "--port", "0")])
def test_a_wrong_variable_is_named_in_one_line(
    arguments: tuple[str, ...], environment: dict[str, str], message: str
) -> None:
    ended = sentiment(*arguments, environment=environment)
    assert ended.returncode == 1
    assert message in ended.stderr.decode()
    assert "Traceback" not in ended.stderr.decode()


def test_every_sample_event_is_listed_with_its_door_and_printed() -> None:
    listed = dict(line.split("\t") for line in sentiment("events").stdout.decode().splitlines())
    assert listed.keys() >= {"alb", "direct", "function-url", "kinesis", "object-created", "s3-in-sqs", "sqs"}
    assert set(listed.values()) == {*get_args(sources.Door)}
    for name in listed:
        assert sentiment("events", name).stdout == (cli.SAMPLES / f"{name}.json").read_bytes()


def test_every_sample_event_is_answered(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "tweets.csv").write_text("text\nI love this\n")
    places = {"RESULTS_URL": f"file://{tmp_path}/results", "BUCKETS": f"file://{tmp_path}/"}
    for sample in cli.SAMPLES.iterdir():
        ended = sentiment("invoke", stdin=sample.read_bytes(), environment=places)
        assert ended.returncode == 0, sample.name
        assert isinstance(json.loads(ended.stdout), dict)
    assert {path.name for path in (tmp_path / "results").iterdir()} == {
        "notifications",
        "objects",
        "queue",
        "streams",
    }


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("events", "nope"), b"", "there is no sample event 'nope': `sentiment events` lists them"),
        (("cost", "--prices", "/nonesuch"), b"", "/nonesuch is no table of prices, [Errno 2]"),
        (("invoke",), b"", "is not JSON at line 1, column 1: Expecting value"),
        (("invoke",), b'{"secret": 1}', "The event is of no known source. Send "),
        (("invoke",), b'{"text": 5}', "/text must be a string, not a whole number"),
        (("invoke",), b'{"bucket": "a", "key": "b"}', "RESULTS_URL must say where results go"),
        (("invoke",), b"\xff", "'utf-8' codec can't decode byte 0xff in position 0"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(
    arguments: tuple[str, ...], stdin: bytes, message: str
) -> None:
    ended = sentiment(*arguments, stdin=stdin)
    assert ended.returncode == 1
    assert ended.stdout == b""
    assert ended.stderr.decode().startswith(f"sentiment: {message}")
    assert len(ended.stderr.splitlines()) == 1
