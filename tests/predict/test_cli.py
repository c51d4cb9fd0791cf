import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from predict import cli
from predict.cost import measured, prices, table
from predict.events import sources
from predict.settings import Settings
from tests.aws import foreign

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
SENTIMENT = str(Path(sys.executable).parent / "sentiment")


def sentiment(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [SENTIMENT, *arguments]
    return subprocess.run(command, input=stdin, env=environment or {}, capture_output=True, check=False)


def test_a_text_is_answered_in_one_line() -> None:
    ended = sentiment("predict", "I love this", "so  sad\n")
    assert ended.stdout.decode() == "positive\t0.8794\tI love this\nnegative\t0.0007\tso sad\n"


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
    assert ended.stdout == b"negative\t0.0007\tso sad\n"
    assert ended.stderr == b""


def test_a_terminal_without_a_character_gets_a_question_mark() -> None:
    ended = sentiment("predict", "I love this ❤", environment={"PYTHONIOENCODING": "ascii"})
    assert ended.stdout == b"positive\t0.9087\tI love this ?\n"


def test_an_interrupt_ends_quietly_after_the_answers_so_far() -> None:
    def interruptible() -> None:  # also where this very process runs in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = [SENTIMENT, "predict", "-"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, preexec_fn=interruptible) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"so sad\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"negative\t0.0007\tso sad\n"
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
    for sample in cli.SAMPLES.glob("*.json"):
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
        (("invoke",), b"", "Standard input is empty: send an event as JSON to it."),
        (("invoke",), b"I love this", "The event is not JSON at line 1, column 1: Expecting value."),
        (("invoke",), b'{"text": 1, "text": 2}', "The event has an object with a repeated name: "),
        (("invoke",), b"[" * 100_000, "The event is nested too deeply."),
        (("invoke",), b'{"secret": 1}', "The event is of no known source. Send "),
        (("invoke",), b'{"text": 5}', "/text must be a string, not a whole number"),
        (("invoke",), b'{"bucket": "a", "key": "b"}', "RESULTS_URL must say where results go"),
        (("invoke",), b"\xff", "The event is not UTF-8 at byte 0: send it in UTF-8."),
        (("invoke",), b"\xff\xfe\x00\xd8\x00\x00", "The event is not UTF-16-LE at byte 2: send it in UTF-8."),
        *(
            (("invoke",), json.dumps(foreign.EVENTS[name]).encode(), "The event is of no known source. Send ")
            for name in (
                "a connection of a websocket",
                "a message of a websocket",
                "a destination's record of a failure",
                "an authorizer of API Gateway, REQUEST",
                "an authorizer of an HTTP API",
                "an error of Step Functions",
            )
        ),
        (
            ("invoke",),
            b'{"Records": [{"eventSource": "aws:kinesis", "eventID": "a", "eventSourceARN": "arn:aws"}]}',
            "A record of the event names no queue, topic, stream or table in eventSourceARN: ",
        ),
        (("events", "\x1b[31m\u202e"), b"", r"there is no sample event '\x1b[31m\u202e'"),
        (("cost", "--prices", "/no\x1b\u202e\u2066\u200fne\n"), b"", "/no ne  is no table of prices"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(
    arguments: tuple[str, ...], stdin: bytes, message: str
) -> None:
    places = {"RESULTS_URL": "memory:///"} if b"Records" in stdin else {}
    ended = sentiment(*arguments, stdin=stdin, environment=places)
    assert ended.returncode == 1
    assert ended.stdout == b""
    assert ended.stderr.decode().startswith(f"sentiment: {message}")
    assert len(ended.stderr.splitlines()) == 1


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What bash does with a line, where $S is the command."""
    variables = {"S": SENTIMENT, "PATH": os.environ["PATH"], **environment}
    return subprocess.run(["bash", "-c", line], env=variables, capture_output=True, check=False)


NO_SPACE = b"sentiment: Standard output cannot be written: No space left on device.\n"
NO_OUTPUT = b"sentiment: Standard output is closed: connect it to a terminal, a file or a pipe.\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("$S predict a > /dev/full", NO_SPACE),
        ("yes | head -9999 | $S predict - > /dev/full", NO_SPACE),
        ("$S events sqs > /dev/full", NO_SPACE),
        ("$S events > /dev/full", NO_SPACE),
        ("$S events direct | $S invoke > /dev/full", NO_SPACE),
        ("$S cost > /dev/full", NO_SPACE),
        ("$S --help > /dev/full", NO_SPACE),
        ("$S --version > /dev/full", NO_SPACE),
        ("$S predict a >&-", NO_OUTPUT),
        ("$S events >&-", NO_OUTPUT),
        ("$S cost >&-", NO_OUTPUT),
        ("$S events direct | $S invoke >&-", NO_OUTPUT),
        ("$S invoke <&- >&-", NO_OUTPUT),
        ("$S invoke <&-", b"sentiment: Standard input is closed: send an event as JSON to it.\n"),
        ("$S predict - <&-", b"sentiment: Standard input is closed: send texts, one in a line to it.\n"),
        ("$S invoke 0> /dev/null", b"sentiment: Standard input cannot be read: Bad file descriptor.\n"),
        ("$S predict - 0> /dev/null", b"sentiment: Standard input cannot be read: Bad file descriptor.\n"),
    ],
)
def test_input_or_output_that_is_closed_or_full_is_said_in_one_line(line: str, message: bytes) -> None:
    ended = shell(line)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, b"", message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("$S score - <&-", "sentiment: Standard input is closed: send tweets as CSV or JSON to it."),
        ("$S score - < tweets.csv > /dev/full", NO_SPACE.decode().rstrip()),
        ("$S score tweets.csv -o none/rows.csv", " cannot be used: No such file or directory."),
        ("$S score wrong.csv", "was refused: "),
    ],
)
def test_a_file_that_cannot_be_scored_is_said_without_a_traceback(
    tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "tweets.csv").write_text("text\nso sad\n")
    (tmp_path / "wrong.csv").write_text("a\x1b\u202eb,c\n1,2\n")
    ended = shell(f"cd {shlex.quote(str(tmp_path))} && {line}")
    assert ended.returncode == 1
    assert message in ended.stderr.decode()
    assert not {"Traceback", "\x1b", "\u202e"} & {*ended.stderr.decode().split(), *ended.stderr.decode()}


def test_without_an_input_a_text_is_answered() -> None:
    assert shell("$S predict 'I love this' <&-").stdout == b"positive\t0.8794\tI love this\n"


def test_without_standard_error_only_the_answer_is_in_the_output() -> None:
    ended = shell("$S events sqs | $S invoke 2>&-", RESULTS_URL="memory:///")
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"batchItemFailures": []})
    assert shell("$S invoke <&- 2>&-").returncode == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_an_input_is_read_in_any_unicode(encoding: str) -> None:
    lines = "so sad\r\nI love this ❤\n".encode(encoding)
    shown = sentiment("predict", "-", stdin=lines, environment={"PYTHONUTF8": "1"}).stdout.decode()
    assert shown == "negative\t0.0007\tso sad\npositive\t0.9087\tI love this ❤\n"
    answered = json.loads(sentiment("invoke", stdin='{"text": "I love this ❤"}'.encode(encoding)).stdout)
    assert f"{answered['predictions'][0]['probability']:.4f}" == "0.9087"


@pytest.mark.parametrize(
    ("arguments", "waits_for"),
    [(("invoke",), "an event as JSON"), (("predict", "-"), "texts, one in a line")],
)
def test_at_a_terminal_it_is_said_what_is_waited_for(arguments: tuple[str, ...], waits_for: str) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([SENTIMENT, *arguments], stdin=theirs, stdout=-1, stderr=-1, env={}) as process:
        os.close(theirs)
        assert process.stderr
        shown = process.stderr.readline().decode()
        assert shown == f"sentiment: Type {waits_for}, then Ctrl-D on a line of its own.\n"
        os.write(ours, b'{"text": "I love this"}\n\x04')
        assert process.communicate()[0]
    os.close(ours)
    assert process.returncode == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
        {"LC_ALL": "C.utf8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"},
    ],
)
def test_no_locale_changes_a_probability(environment: dict[str, str]) -> None:
    text = "I love this café ❤"
    for ended in (
        sentiment("predict", text, environment=environment),
        sentiment("predict", "-", stdin=text.encode(), environment=environment),
    ):
        assert ended.stdout.startswith(b"positive\t0.8877\tI love this caf")
        assert ended.stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_costs_are_shown_in_any_encoding(encoding: str) -> None:
    ended = sentiment("cost", environment={"PYTHONIOENCODING": encoding})
    expected = f"{table.write(prices.read(), measured.read(), 0.01)}\n"
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == expected.encode(encoding, errors="replace")


def test_what_turns_or_commands_a_terminal_is_not_shown_and_joined_emoji_stay_whole() -> None:
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    controls = f"\x00\x07\x1b{turning}\x7f\x85\x9b\u2028"
    ended = sentiment("predict", "-", stdin=f"I{controls}love 👩\u200d🔬 this".encode())
    assert ended.stdout.decode().partition("\t")[2].partition("\t")[2] == "I love 👩\u200d🔬 this\n"


def test_a_wrong_argument_does_not_reach_the_terminal_as_it_is() -> None:
    ended = sentiment("predict", "a", "--\x1b[31m\u202e")
    assert ended.returncode == 2
    assert ended.stderr.decode().endswith("error: unrecognized arguments: -- [31m\n")


def test_the_version_is_that_of_the_package() -> None:
    ended = sentiment("--version")
    assert (ended.returncode, ended.stdout.decode()) == (0, f"sentiment {VERSION}\n")


def test_the_description_of_the_api_has_the_same_version() -> None:
    saved = json.loads(
        (ROOT / "docs" / "openapi.json").read_text()
    )  # another test compares it with the app's
    assert saved["info"]["version"] == VERSION


def test_the_image_says_the_same_version() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "predict.entry", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout == f"sentiment {VERSION}\n"
    label = r'org\.opencontainers\.image\.version="(.+)"'
    assert re.findall(label, (ROOT / "Dockerfile").read_text()) == [VERSION]


def test_the_changelog_begins_with_the_version_or_with_what_is_not_released() -> None:
    released = re.findall(r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert released[0] == VERSION


def test_the_help_names_every_variable_and_its_default() -> None:
    shown = [line.split() for line in sentiment("--help").stdout.decode().splitlines()]
    for field, default in Settings._field_defaults.items():
        assert [field.upper(), "none" if default in (None, "", ()) else str(default)] in shown


def test_an_object_that_is_refused_is_answered_with_status_1(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "tweets.csv").write_text("id,words\n1,I love this\n")
    places = {"RESULTS_URL": f"file://{tmp_path}/results", "BUCKETS": f"file://{tmp_path}/"}
    event = json.loads((cli.SAMPLES / "s3.json").read_bytes())
    event["Records"][0]["s3"]["object"] = {"key": "tweets.csv"}
    ended = sentiment("invoke", stdin=json.dumps(event).encode(), environment=places)
    assert ended.returncode == 1
    assert len(json.loads(ended.stdout)["objects"]) == 1
    refusal = "sentiment: The door refused 1 of 1 objects: the answer says why."
    assert ended.stderr.decode().splitlines()[-1] == refusal


def test_a_record_that_is_given_back_is_answered_with_status_1() -> None:
    event = json.loads((cli.SAMPLES / "sqs.json").read_bytes())
    event["Records"][0]["body"] = '{"text": 5}'
    environment = {"RESULTS_URL": "memory:///"}
    ended = sentiment("invoke", stdin=json.dumps(event).encode(), environment=environment)
    assert ended.returncode == 1
    assert len(json.loads(ended.stdout)["batchItemFailures"]) == 1
    refusal = "sentiment: The door gave 1 records back: the line of counts says why."
    assert ended.stderr.decode().splitlines()[-1] == refusal


def test_tweets_whose_ids_are_the_names_of_an_answer_are_answered() -> None:
    tweets = {"tweets_by_id": {"objects": "so sad", "batchItemFailures": "I love this"}}
    ended = sentiment("invoke", stdin=json.dumps(tweets).encode())
    assert json.loads(ended.stdout) == {"objects": "Negative", "batchItemFailures": "Positive"}
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_an_explanation_lists_what_each_part_adds_with_the_largest_first() -> None:
    ended = sentiment("explain", "I love this", "so sad @joe")
    lines = ended.stdout.decode().splitlines()
    assert lines[0].startswith("positive\t0.8794\tI love this")
    [total] = [place for place, line in enumerate(lines[:20]) if "is the sum" in line]
    added = [float(line.split()[0]) for line in lines[1:total]]
    assert sum(added) == pytest.approx(float(lines[total].split()[0]), abs=1e-3)
    assert sorted(map(abs, added[1:]), reverse=True) == list(map(abs, added[1:]))
    assert any(line.endswith("not read (handle): @joe") for line in lines)


def test_an_explanation_as_json_is_that_of_http(directly: Callable[[object], dict[str, Any]]) -> None:
    ended = sentiment("explain", "--json", "so sad")
    said = json.loads(ended.stdout)
    [expected] = directly({"text": "so sad", "explain": True})["predictions"]
    assert said == {"text": "so sad", **{name: value for name, value in expected.items() if name != "id"}}


def test_answers_as_json_are_those_of_http_a_line_for_each_text(
    directly: Callable[[object], dict[str, Any]],
) -> None:
    texts = ["so sad", "I love this ❤", "\x1b[31m\u202e"]
    printed = sentiment("predict", "--json", "-", stdin="\n".join(texts).encode()).stdout
    expected = directly({"texts": texts})["predictions"]
    assert [json.loads(line) for line in printed.splitlines()] == [
        {"text": text, **{name: value for name, value in answer.items() if name != "id"}}
        for text, answer in zip(texts, expected, strict=True)
    ]
    assert printed.isascii()
    assert b"\x1b" not in printed


def test_costs_as_json_are_the_numbers_of_the_table() -> None:
    said = json.loads(sentiment("cost", "--json", "--cold", "0.05").stdout)
    rows = table.list_rows(prices.read(), measured.read(), 0.05)
    costs = [
        [cost["door"], f"{cost['tweets']:,}", f"{cost['megabytes']:,}", f"{cost['milliseconds']:,}"]
        + [f"{cost[name][part]:,.4f}" for name in table.ARCHITECTURES for part in ("lambda", "all")]
        for cost in said["costs_of_a_million_tweets"]
    ]
    assert costs == [row for row in rows if "too small" not in row]
    assert (said["currency"], said["cold"]) == ("USD", 0.05)


def test_events_as_json_are_those_of_the_list() -> None:
    listed = dict(line.split("\t") for line in sentiment("events").stdout.decode().splitlines())
    assert json.loads(sentiment("events", "--json").stdout) == listed


def test_a_scored_file_as_json_has_its_counts_and_where_its_rows_are(tmp_path: Path) -> None:
    good, bad = tmp_path / "tweets.csv", tmp_path / "wrong.csv"
    good.write_text("text\nso sad\nI love this\n")
    bad.write_text("a,b\n1,2\n")
    ended = sentiment("score", "--json", str(tmp_path))
    scored, refused = map(json.loads, ended.stdout.splitlines())
    assert (scored["file"], scored["rows_in"]) == ("tweets.csv", str(tmp_path / "tweets.scored.csv"))
    assert (scored["scored"], scored["labels"]) == (2, {"negative": 1, "positive": 1})
    assert (refused["file"], refused["rows_in"]) == ("wrong.csv", None)
    assert "text" in refused["error"]
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_rows_of_standard_input_leave_the_counts_to_standard_error() -> None:
    ended = sentiment("score", "--json", "-", stdin=b"text\nso sad\n")
    assert ended.stdout.splitlines()[0] == b"text,label,probability,model_version,warnings"
    assert json.loads(ended.stderr)["scored"] == 1


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["e"], {"events", "evaluate", "explain"}),
        (["events", "s3-in-s"], {"s3-in-sns", "s3-in-sns-in-sqs", "s3-in-sqs"}),
        (["serve", "--access-log", ""], {"json", "none", "text"}),
        (["evaluate", "--recal"], {"--recalibrate"}),
        (["score", "LICEN"], {"LICENSE"}),
    ],
)
def test_bash_completes_commands_options_samples_and_files(words: list[str], completed: set[str]) -> None:
    pytest.importorskip("shtab", reason="no shtab: the scripts for shells are not tried")
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    [shown] = re.findall("^(eval .*?) +# in ~/.bashrc$", page, re.MULTILINE)
    line = (
        'set -- sentiment "$@"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
        'function=$(complete -p sentiment | grep -oP "(?<=-F )\\S+"); '
        '$function sentiment "${COMP_WORDS[COMP_CWORD]}" ""; printf "%s\n" "${COMPREPLY[@]}"'
    )
    ended = subprocess.run(
        ["bash", "-c", f"{shown}; {line}", "bash", *words],
        cwd=ROOT,
        env={"PATH": f"{Path(SENTIMENT).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {*ended.stdout.split()} == completed
