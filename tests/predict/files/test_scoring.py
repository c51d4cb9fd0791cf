import csv
import gzip
import io
import json
import os
import re
from collections import Counter
from typing import Any

import obstore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore, S3Store

from model import Scorecard
from predict.deadline import OutOfTimeError
from predict.files import scoring
from predict.files.scoring import ObjectRefusedError
from predict.files.source import SupersededError
from predict.location import Location
from predict.settings import Settings
from predict.store import open_store
from predict.warm import Tools
from tests.aws import endpoint
from tests.aws.clock import ending, endless, ticking
from tests.aws.proxy import Fault, Proxy
from tests.aws.results import lines, written
from tests.tiny import SCORES, build_moods

ROWS = b"id,text\n1,I love this\n2\n3,I hate this\n4,\n"


def scored(content: bytes, tools: Tools, key: str = "tweets.csv") -> tuple[dict[str, Any], dict[str, bytes]]:
    """The summary, and the result files by name."""
    store = MemoryStore()
    obstore.put(store, key, content)
    try:
        summary = scoring.score(Location("inbox", key), store, tools, endless)
    except ObjectRefusedError as exc:
        summary = exc.summary
    assert summary["results"].startswith(f"objects/inbox/{key}/{summary['object']['etag']}/1-")
    place = f"{summary['results']}/"
    return summary, {name.removeprefix(place): found for name, found in written(tools.results).items()}


def test_rows_have_the_probabilities_of_all_labels_where_there_are_more_than_two(tools: Tools) -> None:
    tools = tools._replace(model=build_moods())
    summary, found = scored(b"id,text,label\n1,so,mine\n", tools)
    [row] = csv.DictReader(io.StringIO(found["rows.csv"].decode(), newline=""))
    assert (row["label"], row["sentiment_label"]) == ("mine", "calm")
    assert json.loads(row["sentiment_probabilities"]) == SCORES
    assert summary["added"][-1] == "sentiment_probabilities"
    assert summary["labels"] == {"calm": 1}
    _, found = scored(b'{"text": "so"}\n', tools, "tweets.jsonl")
    line = json.loads(found["rows.jsonl"])
    assert (line["label"], line["probability"], line["probabilities"]) == ("calm", 0.75, SCORES)


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
            "max_errors": 100_000,
            "text_column": None,
            "encoding": None,
        },
        "results": summary["results"],
        "rows": 4,
        "scored": 3,
        "errors": 1,
        "errors_listed": 1,
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
    with pytest.raises(ObjectRefusedError, match=r"^was refused: There is no such object") as refused:
        scoring.score(location, store, tools, endless)
    assert refused.value.summary["error"] == "There is no such object, or not any more."
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


OTHERS = [Settings(threshold=0.9), Settings(uncertain=(0.4, 0.6)), Settings(max_characters=5)]
OTHERS += [Settings(max_errors=1)]


@pytest.mark.parametrize("other", OTHERS)
def test_with_other_settings_an_object_is_scored_again_beside_the_earlier_results(
    tools: Tools, other: Settings
) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", ROWS)
    location = Location("inbox", "a.csv")
    scoring.score(location, store, tools, endless)
    before = written(tools.results)
    scoring.score(location, store, tools._replace(settings=other), endless)
    after = written(tools.results)
    assert len(after) == 2 * len(before)
    assert after.items() > before.items()


def test_every_setting_is_known_to_change_a_result_or_not_to() -> None:
    others = {"model", "max_texts", "max_bytes", "results_url", "input_url", "buckets"}
    others |= {"base_path", "allowed_origins", "max_connections", "read_seconds"}
    others |= {"trust_pickle", "pickle_sha256", "dialects", "metrics_namespace", "port", "aip_http_port"}
    others |= {"aip_health_route", "aip_predict_route", "object_function"}
    assert {*scoring.SETTINGS, *others} == set(Settings._fields)  # `model` is in the summary by its version


def test_the_same_bytes_are_written_again_where_the_summary_was_lost(tools: Tools) -> None:
    summary, before = scored(ROWS, tools)
    obstore.delete(tools.results, f"{summary['results']}/summary.json")
    store = MemoryStore()
    obstore.put(store, "tweets.csv", ROWS)
    again = scoring.score(Location("inbox", "tweets.csv"), store, tools, endless)
    assert written(tools.results)[f"{again['results']}/rows.csv"] == before["rows.csv"]


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


class Release(Scorecard):
    """Another version of the tiny model, with other rows."""

    def __init__(self, manifest: Any) -> None:
        super().__init__({**manifest, "version": "2"}, {"stem": {"love": -5.0, "hate": 5.0}})


def vouched(results: ObjectStore) -> list[str]:
    """The versions of the models of all summaries; each stands beside its own rows and errors."""
    found = written(results)
    versions = []
    for key, content in found.items():
        if not key.endswith("summary.json"):
            continue
        summary, place = json.loads(content), key.removesuffix("summary.json")
        rows = list(csv.DictReader(io.StringIO(found[f"{place}rows.csv"].decode(), newline="")))
        version = summary["model"]["version"]
        versions.append(version)
        assert [row["model_version"] for row in rows] == [version] * summary["scored"]
        labels = Counter(row["label"] for row in rows)
        assert labels == summary["labels"]
        assert len(lines(found[f"{place}errors.jsonl"])) == summary["errors"]
    return sorted(versions)


WRITES = ("PUT", "POST")


def count_writes(tools: Tools, source: ObjectStore, faulty: Proxy) -> int:
    """How many requests the writing of an object's results takes."""
    numbers: list[int] = []
    faulty.each(numbers.append, *WRITES)
    scoring.score(Location("inbox", "a.csv"), source, tools, endless)
    steps = len(numbers)
    empty(tools.results)
    return steps


def empty(store: ObjectStore) -> None:
    for key in written(store):
        obstore.delete(store, key)


@pytest.mark.parametrize("size", [1, 2_000], ids=["in one request", "in parts"])
def test_two_releases_on_one_object_leave_each_summary_its_own_rows_at_every_step(
    moto: str, behind: S3Store, bucket: str, faulty: Proxy, tools: Tools, size: int
) -> None:
    source = MemoryStore()
    row = b"1,I love this," + b"a" * 1_000 + b"\n2,I hate this," + b"a" * 2_000 + b"\n"
    obstore.put(source, "a.csv", b"id,text,rest\n" + row * size + b"3\n")
    old = tools._replace(results=behind)
    new = tools._replace(model=Release(tools.model.manifest), results=endpoint.store(bucket, moto))
    location = Location("inbox", "a.csv")
    steps = count_writes(old, source, faulty)
    assert steps == (3 if size == 1 else 6)
    for step in range(1, steps + 1):

        def overtake(number: int, step: int = step) -> None:
            if number == step:
                scoring.score(location, source, new, endless)

        faulty.each(overtake, *WRITES)
        scoring.score(location, source, old, endless)
        assert vouched(behind) == ["1", "2"]
        empty(behind)


@pytest.mark.parametrize("fault", ["503", "break"])
def test_a_release_that_fails_at_any_step_leaves_no_summary_and_the_next_one_its_own_rows(
    moto: str, behind: S3Store, bucket: str, faulty: Proxy, tools: Tools, fault: Fault
) -> None:
    source = MemoryStore()
    obstore.put(source, "a.csv", ROWS)
    old = tools._replace(results=behind)
    new = tools._replace(model=Release(tools.model.manifest), results=endpoint.store(bucket, moto))
    location = Location("inbox", "a.csv")
    for step in range(1, count_writes(old, source, faulty) + 1):

        def fail(number: int, step: int = step) -> Fault | None:
            return fault if number >= step else None

        faulty.each(fail, *WRITES)
        with pytest.raises((BaseError, OSError)):
            scoring.score(location, source, old, endless)
        assert vouched(behind) == []
        scoring.score(location, source, new, endless)
        assert vouched(behind) == ["2"]
        faulty.each(lambda _: None)
        scoring.score(location, source, old, endless)
        assert vouched(behind) == ["1", "2"]
        empty(behind)


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("a.csv", b"text,id\n1\n2\n3\n", "line 2 has 1 fields in place of 2"),
        ("a.csv", b"text\n" + b"1,2\n" * 10_000, "line 2 has 2 fields in place of 1"),
        ("a.jsonl", b'{"other": "a"}\n' * 3, "line 1 has no text"),
        (
            "a.jsonl",
            b"{}\n[1]\n5\n",
            "line 2 must be an object, not an array; line 3 ",
        ),
    ],
)
def test_an_object_of_which_every_row_fails_is_refused_with_the_first_reasons(
    tools: Tools, key: str, content: bytes, reason: str
) -> None:
    store = MemoryStore()
    obstore.put(store, key, content)
    with pytest.raises(ObjectRefusedError, match=r"^was refused: its summary") as refused:
        scoring.score(Location("inbox", key), store, tools, endless)
    assert reason in refused.value.summary["error"]
    assert [name.rpartition("/")[2] for name in written(tools.results)] == ["summary.json"]


@pytest.mark.parametrize("packed", [False, True])
def test_of_many_errors_the_first_are_listed_and_all_are_counted(tools: Tools, packed: bool) -> None:
    content = b"text\na\n" + b"1,2\n" * (scoring.LISTED_ERRORS + 1_500)
    summary, found = scored(gzip.compress(content) if packed else content, tools)
    assert (summary["scored"], summary["errors"]) == (1, scoring.LISTED_ERRORS + 1_500)
    assert summary["errors_listed"] == len(lines(found["errors.jsonl"])) == scoring.LISTED_ERRORS


def test_an_object_with_more_errors_than_the_setting_allows_is_refused(tools: Tools) -> None:
    content = b"text\na\n" + b"1,2\n" * 3_000
    for most, refused in ((3_000, False), (2_999, True), (5, True)):
        few = tools._replace(settings=Settings(max_errors=most), results=MemoryStore())
        summary, found = scored(content, few)
        assert ("error" in summary) is refused
        assert len(found) == (1 if refused else 3)
        if refused:
            assert summary["error"] == (
                f"More than {most:,} rows fail: line 3 has 2 fields in place of 1. "
                "Correct them, or set MAX_ERRORS higher."
            )


def test_a_small_object_of_millions_of_broken_lines_becomes_a_small_result(tools: Tools) -> None:
    bomb = gzip.compress(b"text\na\n" + b"1,2\n" * 4_000_000)
    summary, found = scored(bomb, tools)
    assert summary["error"].startswith("More than 100,000 rows fail: line 3 has 2 fields")
    assert sum(map(len, found.values())) < len(bomb)


LONG = "a/" * 490 + "b.csv"
BAD_KEYS = ["a//b.csv", "//", "/a.csv", "./a.csv", "a/./b.csv", "a/../b.csv", "a\x01.csv", "a\n.csv"]
BAD_KEYS += ["a\x7f.csv", "a.csv/", "\ud800.csv", "a" * 1_025]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_cannot_be_asked_for_is_refused_at_once_and_its_summary_says_so(
    tools: Tools, key: str
) -> None:
    store = MemoryStore()
    obstore.put(store, "a.csv", b"another object")
    with pytest.raises(ObjectRefusedError, match=r"^was refused: The key .*: give the object another one"):
        scoring.score(Location("inbox", key), store, tools, endless)
    [(name, content)] = written(tools.results).items()
    assert re.fullmatch(r"objects/inbox/key-[0-9a-f]{32}/refused/summary\.json", name)
    assert json.loads(content)["object"]["key"] == key


def test_the_results_of_two_such_keys_lie_apart(tools: Tools) -> None:
    for key in BAD_KEYS:
        with pytest.raises(ObjectRefusedError):
            scoring.score(Location("inbox", key), MemoryStore(), tools, endless)
    assert len(written(tools.results)) == len(BAD_KEYS)


@pytest.mark.parametrize("key", [LONG, "é/" * 330 + "b.csv", f"{'a' * 1_020}.csv"])
def test_a_result_has_a_key_that_s3_takes_however_long_that_of_the_object_is(
    tools: Tools, behind: S3Store, key: str
) -> None:
    source = MemoryStore()
    obstore.put(source, key, ROWS)
    summary = scoring.score(Location("inbox", key), source, tools._replace(results=behind), endless)
    assert summary["scored"] == 3
    names = list(written(behind))
    assert len(names) == 3
    assert all(name.startswith("objects/inbox/key-") and len(name.encode()) <= 1_024 for name in names)
    assert scoring.score(Location("inbox", key), source, tools._replace(results=behind), endless) == summary


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hang", "503", "break"])
@pytest.mark.parametrize("methods", [("GET", "HEAD"), WRITES])
def test_a_store_that_hangs_or_fails_raises_before_the_time_is_over(
    faulty: Proxy, bucket: str, tools: Tools, aws_environment: None, monkeypatch: pytest.MonkeyPatch,
    fault: Fault, methods: Any,
) -> None:  # fmt: skip
    monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.url)
    usual = open_store(f"s3://{bucket}/{fault}")
    obstore.put(usual, "a.csv", ROWS)
    faulty.each(lambda _: fault, *methods)
    remaining = ticking(3_100)
    with pytest.raises((BaseError, OSError)):
        scoring.score(Location("inbox", "a.csv"), usual, tools._replace(results=usual), remaining)
    assert remaining() > 0
