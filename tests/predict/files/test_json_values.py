"""JSON that is no object a line, through the opener, against Python's json."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Prediction
from predict.files import formats
from predict.files.rows import BadRow, RefusedError
from predict.settings import Settings

POSITIVE = Prediction("positive", 0.75, ())
OURS = {"label": "positive", "probability": 0.75, "model_version": "v1", "warnings": []}
TWEETS = [{"id": 1, "text": "one"}, {"id": 2, "text": 'two [{"}'}, {"id": 3, "text": "drei\n\\é😀"}]


def read(content: bytes, settings: Settings | None = None) -> tuple[list[Any], list[BadRow], dict[str, Any]]:
    """The output, the bad rows, and the description."""
    format = formats.open_rows(io.BytesIO(content), "", settings or Settings(), len(content))
    output, bad = b"", []
    for batch in format.batches():
        output += format.encode(batch.rows, [POSITIVE] * len(batch.rows), "v1")
        bad += batch.bad
    assert format.suffix == "jsonl"
    return [json.loads(line) for line in output.splitlines()], bad, format.describe()


def scored(*tweets: Any) -> list[Any]:
    return [{**tweet, **OURS} for tweet in tweets]


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n  "])
def test_an_array_of_objects_is_rows(indent: Any, ascii: bool, start: bytes) -> None:
    content = start + json.dumps(TWEETS, indent=indent, ensure_ascii=ascii).encode()
    assert read(content)[:2] == (scored(*TWEETS), [])


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("before", [{}, {"meta": {"count": 3, "next": [1, {"text": "no"}]}, "errors": []}])
@pytest.mark.parametrize("name", ["data", "statuses", "anything"])
def test_a_page_has_its_rows_in_a_member(indent: Any, before: dict[str, Any], name: str) -> None:
    content = json.dumps(
        {**before, name: TWEETS, "includes": {"users": [{"text": "no"}]}}, indent=indent
    ).encode()
    output, bad, described = read(content)
    assert (output, bad, described["rows_in"], described["format"]) == (scored(*TWEETS), [], name, "json")


def test_pages_may_stand_one_after_the_other() -> None:
    pages = [{"data": TWEETS, "meta": 1}, {"data": TWEETS[:1]}]
    whole = scored(*TWEETS, TWEETS[0])
    for content in ("\n".join(map(json.dumps, pages)), "".join(map(json.dumps, pages)), json.dumps(pages)):
        assert read(content.encode())[:2] == (whole, [])


def test_a_page_without_its_member_is_a_bad_row() -> None:
    content = b'{"data": [{"text": "a"}]}\n{"meta": 0}\n{"text": "b"}\n'
    assert read(content)[:2] == (scored({"text": "a"}), [BadRow(2, "has no text"), BadRow(3, "has no text")])


def test_two_arrays_of_a_page_are_refused_unless_one_has_the_exact_name() -> None:
    errors = [{"message": "gone"}]
    assert read(json.dumps({"errors": errors, "data": TWEETS}).encode())[0] == scored(*TWEETS)
    with pytest.raises(RefusedError, match="one, two are arrays of objects with a text: upload one of them"):
        read(json.dumps({"one": TWEETS, "two": TWEETS}).encode())


@pytest.mark.parametrize("between", ["", " ", "\n", "\r\n", "\r", "\ufeff"])
@pytest.mark.parametrize("indent", [None, 2])
def test_objects_may_stand_one_after_the_other(between: str, indent: Any) -> None:
    content = between.join(json.dumps(tweet, indent=indent) for tweet in TWEETS).encode()
    assert read(content)[:2] == (scored(*TWEETS), [])


def test_a_row_keeps_its_numbers_and_the_order_of_its_members() -> None:
    content = b'[\n {"n": 12345678901234567890.10,\n  "text": "a\\n",\n  "x": [1e400, 1.0]}\n]'
    format = formats.open_rows(io.BytesIO(content), "", Settings(), 10)
    [batch] = format.batches()
    assert batch.rows == [b'{"n": 12345678901234567890.10,"text": "a\\n","x": [1e400, 1.0]}']


def test_a_bad_row_is_named_by_its_line_and_the_rest_are_read() -> None:
    content = b'[\n{"text": "a"},\n5,\n{"text": NaN},\n{"text": 1, "text": "b"},\n{},\n{"text": "c"}\n]'
    output, bad, _ = read(content)
    assert output == scored({"text": "a"}, {"text": "c"})
    assert [row.line for row in bad] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[{"text": "a"}', r"not JSON at line 1: Expecting ',' or '\]'"),
        (b'[{"text": "a"}\n{"text": "b"}]', "not JSON at line 2: Expecting ','"),
        (b'[{"text": "a"},\n]', "not JSON at line 2"),
        (b'{"text": "a"}{"text": ', "not JSON at line 1"),
        (b'{"text": "a"}{"text": "b"} trailing', "not JSON at line 1"),
        (b'{"data": [{"text": "a"}], "x"}', "not JSON at line 1"),
        (b'[{"text": "a"}, ' + b"[" * 100_000, "nested too deeply"),
        (b'[{"text": "a", "b": "' + b"c" * 3_000_000 + b'"}]', "more than 1,048,576 characters at line 1"),
        (b'{"a": [' + b'"b", ' * 700_000 + b'"c"]}', "no member that is an array"),
        (b'[{"text": "caf\xe9"}]', "not UTF-8 at byte 14: convert it"),
        (b"[]\n[1]", "1 in all: line 2 must be an object"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_line(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason) as refused:
        read(content)
    assert "secret" not in str(refused.value)


class Endless(io.RawIOBase):
    """Many copies of a unit, three bytes less than asked for at a time."""

    def __init__(self, start: bytes, unit: bytes, times: int, end: bytes) -> None:
        self._pieces = iter([start, *([unit] * times), end])
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, None)):
            self._rest += piece
        part, self._rest = self._rest[: size - 3], self._rest[size - 3 :]
        return part


@pytest.mark.parametrize(
    ("start", "end"), [(b"[", b'{"text": "z"}]'), (b'{"data": [', b'{"text": "z"}], "meta": {}}')]
)
def test_memory_does_not_grow_with_the_document(start: bytes, end: bytes) -> None:
    unit = b'{"text": "a", "rest": "' + b"b" * 100_000 + b'"},\n'
    format = formats.open_rows(Endless(start, unit, 300, end), "", Settings(), 30_000_000)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        assert sum(len(batch.rows) for batch in format.batches()) == 301
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
TWEET = st.dictionaries(st.text(max_size=3), VALUE, max_size=3).flatmap(
    lambda rest: st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: {**rest, "text": text})
)


def layouts(tweets: list[Any], indent: Any, ascii: bool) -> Iterator[str]:
    def dump(value: Any) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii)

    yield dump(tweets)
    yield dump({"meta": {"text": [1]}, "data": tweets})
    yield " ".join(map(dump, tweets))


@given(st.lists(TWEET, min_size=2, max_size=8), st.sampled_from([None, 1]), st.booleans())
def test_every_layout_gives_the_same_rows_as_the_json_of_python(
    tweets: list[Any], indent: Any, ascii: bool
) -> None:
    again = json.loads(json.dumps(tweets))
    for content in layouts(tweets, indent, ascii):
        assert read(content.encode(errors="surrogatepass"))[:2] == (scored(*again), [])
