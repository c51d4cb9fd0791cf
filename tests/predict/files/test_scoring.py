import csv
import gzip
import io
import json
import os
from typing import Any

import obstore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

from model import Scorecard
from predict.deadline import OutOfTimeError
from predict.files import scoring
from predict.files.source import SupersededError
from predict.location import Location
from predict.settings import Settings
from predict.warm import Tools
from tests.aws.clock import ending, endless
from tests.aws.results import lines, written

ROWS = b"id,text\n1,I love this\n2\n3,I hate this\n4,\n"


def scored(content: bytes, tools: Tools, key: str = "tweets.csv") -> tuple[dict[str, Any], dict[str, bytes]]:
    """The summary, and the result files by name."""
    store = MemoryStore()
    obstore.put(store, key, content)
    summary = scoring.score(Location("inbox", key), store, tools, endless)
    folder = f"objects/inbox/{key}/{summary['object']['etag']}"
    found = written(tools.results, folder)
    assert all(name.startswith(f"{folder}/{tools.model.version}-") for name in found)
    return summary, {name.rpartition("/")[2]: content for name, content in found.items()}


def test_rows_errors_and_a_summary_are_what_an_object_becomes(tools: Tools, tiny: Scorecard) -> None:
    summary, found = scored(ROWS, tools)
    love, hate, empty = (
        prediction.probability for prediction in tiny.predict(["I love this", "I hate this", ""])
    )
    assert found["rows.csv"].decode() == (
        "id,text,label,probability,model_version,warnings\r\n"
        f"1,I love this,positive,{love},1,\r\n"
        f"3,I hate this,negative,{hate},1,\r\n"
        f"4,,positive,{empty},1,empty\r\n"
    )
    assert lines(found["errors.jsonl"]) == [{"line": 3, "reason": "has 1 fields in place of 2"}]
    assert json.loads(found["summary.json"]) == summary
    assert summary == {
        "object": {"bucket": "inbox", "key": "tweets.csv", "etag": summary["object"]["etag"], "version": ""},
        "model": {"name": "tiny", "version": "1"},
        "settings": {
            "threshold": 0.5,
            "uncertain": None,
            "max_characters": 10_000,
            "text_column": None,
            "encoding": None,
        },
        "rows": 4,
        "scored": 3,
        "errors": 1,
        "labels": {"negative": 1, "positive": 2},
        "warnings": {"empty": 1},
        "format": "csv",
        "delimiter": ",",
        "packing": None,
        "encoding": "utf-8",
        "text_column": "text",
        "added": ["label", "probability", "model_version", "warnings"],
    }
    assert len(found) == 3


def test_a_row_of_which_the_model_knows_little_says_so(tools: Tools) -> None:
    summary, found = scored(b"text\nich love dich sehr\nlove\nsehr\n", tools)
    warnings = [row.rpartition(",")[2] for row in found["rows.csv"].decode().splitlines()]
    assert warnings == ["warnings", "unfamiliar", "", "no_known_words"]
    assert summary["warnings"] == {"no_known_words": 1, "unfamiliar": 1}


def test_json_lines_come_out_as_json_lines(tools: Tools) -> None:
    summary, found = scored(b'{"text": "I love this", "id": 1}\n[]\n', tools, "a/tweets.jsonl")
    [row] = lines(found["rows.jsonl"])
    assert (row["id"], row["label"], row["model_version"]) == (1, "positive", "1")
    assert (summary["rows"], summary["scored"], summary["errors"]) == (2, 1, 1)
    assert lines(found["errors.jsonl"]) == [{"line": 2, "reason": "must be an object, not an array"}]


@pytest.mark.parametrize("content", [b"", b"id,text\n", gzip.compress(b"", mtime=0)])
def test_an_object_without_rows_is_scored_too(tools: Tools, content: bytes) -> None:
    summary, found = scored(content, tools)
    assert (summary["rows"], summary["scored"], summary["errors"]) == (0, 0, 0)
    assert found["rows.csv"] in (b"", b"id,text,label,probability,model_version,warnings\r\n")
    assert found["errors.jsonl"] == b""


@pytest.mark.parametrize("key", ["tweets.csv", "tweets.csv.gz"])
@pytest.mark.parametrize(
    "content",
    [ROWS, gzip.compress(ROWS), gzip.compress(ROWS[:20]) + gzip.compress(ROWS[20:])],
    ids=["plain", "gzip", "gzip of two members"],
)
def test_compression_is_told_by_the_content_not_by_the_name(tools: Tools, content: bytes, key: str) -> None:
    _, plain = scored(ROWS, tools)
    _, found = scored(content, tools, key)
    assert (found["rows.csv"], found["errors.jsonl"]) == (plain["rows.csv"], plain["errors.jsonl"])


def spoilt(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]


PACKED = gzip.compress(b"text\n" + os.urandom(200_000).hex().encode())


@pytest.mark.parametrize(
    "content",
    [PACKED[:-4], PACKED[:-100], PACKED[:3], PACKED + b"junk", spoilt(PACKED, -5), spoilt(PACKED, 1_000)],
    ids=["without length", "truncated", "only magic", "junk behind", "wrong check sum", "a bit"],
)
def test_broken_gzip_is_refused_and_no_row_is_to_be_seen(tools: Tools, content: bytes) -> None:
    summary, found = scored(content, tools)
    assert summary["error"] == "The object is broken gzip: upload it again."
    assert list(found) == ["summary.json"]


def test_what_unpacks_to_far_more_than_its_size_is_refused(tools: Tools) -> None:
    bomb = gzip.compress(b"text,rest\n" + (b"a," + b"b" * 5_000 + b"\n") * 4_000)
    summary, found = scored(bomb, tools)
    assert summary["error"] == "The object unpacks to more than 100 times its size: send it plainly."
    assert list(found) == ["summary.json"]


def test_what_unpacks_to_little_is_read_however_well_it_was_packed(tools: Tools) -> None:
    summary, _ = scored(gzip.compress(b"text\n" + b"a\n" * 100_000), tools)
    assert summary["scored"] == 100_000


def test_an_object_that_cannot_be_read_leaves_the_reason_and_no_rows(tools: Tools) -> None:
    summary, found = scored(b"id,text\n" + b"1,a\n" * 100_000 + b"caf\xe9\n", tools)
    assert summary["error"] == (
        "The object is not UTF-8 at byte 400,011: convert it. If it comes from Windows or Excel: "
        "`iconv -f WINDOWS-1252 -t UTF-8 FILE`, or set ENCODING to cp1252."
    )
    assert "rows" not in summary
    assert json.loads(found.pop("summary.json")) == summary
    assert found == {}


def test_an_object_that_is_not_there_leaves_a_summary_and_is_scored_when_it_is(tools: Tools) -> None:
    store, location = MemoryStore(), Location("inbox", "a.csv")
    summary = scoring.score(location, store, tools, endless)
    assert summary["error"] == "There is no such object, or not any more."
    assert list(written(tools.results)) == ["objects/inbox/a.csv/gone/summary.json"]
    obstore.put(store, "a.csv", b"text\na\n")
    assert scoring.score(location, store, tools, endless)["scored"] == 1


def test_a_version_that_was_replaced_raises(tools: Tools) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", b"text\na\n")
    with pytest.raises(SupersededError):
        scoring.score(Location("inbox", "a.csv", "another"), store, tools, endless)
    assert written(tools.results) == {}


def test_when_time_runs_out_nothing_is_to_be_seen(tools: Tools) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", b"text\n" + b"a\n" * 10_000)
    for asked in (0, 1, 5):
        with pytest.raises(OutOfTimeError, match="split it, or give the function more memory"):
            scoring.score(Location("inbox", "a.csv"), store, tools, ending(after=asked))
    assert written(tools.results) == {}
    assert scoring.score(Location("inbox", "a.csv"), store, tools, endless)["scored"] == 10_000


class FailingError(Exception):
    pass


class FailingModel(Scorecard):
    """Fails at the third batch."""

    calls = 0

    def predict(self, *arguments: Any) -> Any:
        self.calls += 1
        if self.calls == 3:
            raise FailingError
        return super().predict(*arguments)


def test_a_crash_between_batches_leaves_no_half_output(tools: Tools, tiny: Scorecard) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", b"text\n" + b"a\n" * 10_000)
    failing = FailingModel(tiny.manifest, {"stem": {}})
    with pytest.raises(FailingError):
        scoring.score(Location("inbox", "a.csv"), store, tools._replace(model=failing), endless)
    assert written(tools.results) == {}


def test_a_second_delivery_reads_nothing_and_gives_the_same_summary(tools: Tools) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", ROWS)
    location = Location("inbox", "a.csv")
    first = scoring.score(location, store, tools, endless)
    before = written(tools.results)
    unused = FailingModel({**tools.model.manifest}, {"stem": {}})
    unused.calls = 2
    again = scoring.score(location, store, tools._replace(model=unused), endless)
    assert (again, written(tools.results)) == (first, before)


@pytest.mark.parametrize(
    "other", [Settings(threshold=0.9), Settings(uncertain=(0.4, 0.6)), Settings(max_characters=5)]
)
def test_with_other_settings_an_object_is_scored_again(tools: Tools, other: Settings) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", ROWS)
    location = Location("inbox", "a.csv")
    scoring.score(location, store, tools, endless)
    before = written(tools.results)
    scoring.score(location, store, tools._replace(settings=other), endless)
    assert written(tools.results) != before


def test_the_same_bytes_are_written_again_where_the_summary_was_lost(tools: Tools) -> None:
    _, before = scored(ROWS, tools)
    [key] = [name for name in written(tools.results) if name.endswith("/summary.json")]
    obstore.delete(tools.results, key)
    store = MemoryStore()
    obstore.put(store, "tweets.csv", ROWS)
    scoring.score(Location("inbox", "tweets.csv"), store, tools, endless)
    assert written(tools.results)[key.replace("summary.json", "rows.csv")] == before["rows.csv"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None)
@given(st.lists(st.lists(TEXT, min_size=1, max_size=3), max_size=50), st.booleans())
def test_rows_in_are_rows_scored_and_rows_in_errors(
    tiny: Scorecard, rows: list[list[str]], packed: bool
) -> None:
    file, rows = io.StringIO(), [*rows, ["1", "I love this"]]  # without a good row, it is refused
    csv.writer(file).writerows([["id", "text"], *rows])
    content = file.getvalue().encode()
    tools = Tools(tiny, Settings(), MemoryStore())
    summary, found = scored(gzip.compress(content) if packed else content, tools)
    [_, *output] = csv.reader(io.StringIO(found["rows.csv"].decode(), newline=""), strict=True)
    assert [row[:2] for row in output] == [row for row in rows if len(row) == 2]
    assert summary["rows"] == summary["scored"] + summary["errors"] == len(rows)
    assert (summary["scored"], summary["errors"]) == (len(output), len(lines(found["errors.jsonl"])))
