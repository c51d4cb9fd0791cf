import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Prediction
from predict.files.json_lines import JsonLines
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, MAX_ROWS, BadRow, RefusedError
from predict.settings import Settings

POSITIVE = Prediction("positive", 0.75, ())


def read(content: bytes, settings: Settings | None = None) -> tuple[list[str], list[BadRow]]:
    """All texts, and all bad rows."""
    texts, bad = [], []
    for batch in JsonLines(io.BytesIO(content), settings or Settings()).batches():
        assert len(batch.texts) == len(batch.rows)
        texts += batch.texts
        bad += batch.bad
    return texts, bad


def test_a_row_keeps_its_bytes_and_gets_four_members_more() -> None:
    row = rb'{"id": 12345678901234567890.10, "text": "I \u2764 this", "x": [1e400, {}] }'
    rows = JsonLines(io.BytesIO(row + b"\r\n"), Settings())
    [batch] = rows.batches()
    assert batch.texts == ["I ❤ this"]
    assert rows.header() == b""
    assert rows.encode(batch.rows, [POSITIVE], "v1") == (
        row[:-2] + b', "label": "positive", "probability": 0.75, "model_version": "v1", "warnings": []}\n'
    )


def test_only_a_line_feed_parts_rows_and_blank_lines_are_none() -> None:
    content = '\ufeff{"text": "a\u2028b\u0085c"}\n\n  \r\n{"text": "d"}\r\n{"text": ""}'.encode()
    assert read(content) == (["a\u2028b\u0085c", "d", ""], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"{", "is not JSON at line 1, column 2: Expecting property name enclosed in double quotes"),
        (b"secret", "is not JSON at line 1, column 1: Expecting value"),
        (b'{"text": NaN}', "is not JSON: NaN is no JSON number"),
        (
            b'{"text": "a", "text": "b"}',
            "has an object with a repeated name: one of the values would be lost",
        ),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"text": ' + b"1" * 5_000 + b"}", "has a number of too many digits"),
        (b"[]", "must be an object, not an array"),
        (b"5", "must be an object, not a whole number"),
        (b"null", "must be an object, not null"),
        (b"{}", "has no text"),
        (b'{"Text": "a"}', "has no text"),
        (b'{"text": null}', "has a text that must be a string, not null"),
        (b'{"text": 5}', "has a text that must be a string, not a whole number"),
        (rb'{"text": "\ud83d"}', "has a text that has half a surrogate pair at character 0"),
        (b'{"text": "a", "label": 1}', "has a label already: rename it"),
        (b'{"text": "caf\xe9"}', "is not UTF-8 at its byte 13"),
        (b'{"text": "' + b"a" * MAX_LINE_CHARACTERS + b'"}', "has 1,048,576 bytes or more"),
        (b'{"text": "a"}' + b" " * MAX_LINE_CHARACTERS + b"secret", "has 1,048,576 bytes or more"),
        (b'{"text": "' + b"a" * 10_001 + b'"}', "has a text that has 10,001 characters, at most 10,000"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_rest_are_read(row: bytes, reason: str) -> None:
    texts, [bad] = read(b'{"text": "a"}\n' + row + b'\n{"text": "b"}\n')
    assert texts == ["a", "b"]
    assert bad.line == 2
    assert bad.reason.startswith(reason)
    assert "secret" not in bad.reason


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_as_a_whole(encoding: str) -> None:
    with pytest.raises(RefusedError, match="The object is not UTF-8 at byte 0: convert it"):
        read('\ufeff{"text": "a"}\n'.encode(encoding))


def test_an_empty_object_has_no_rows() -> None:
    assert read(b"") == ([], [])


def test_a_batch_has_a_thousand_rows_good_and_bad() -> None:
    content = b'{"text": "a"}\nx\n' * MAX_ROWS
    sizes = [
        (len(batch.rows), len(batch.bad)) for batch in JsonLines(io.BytesIO(content), Settings()).batches()
    ]
    assert sizes == [(MAX_ROWS // 2, MAX_ROWS // 2)] * 2 + [(0, 0)]


def test_a_batch_of_long_rows_is_smaller() -> None:
    row = json.dumps({"text": "a", "rest": "b" * 60_000}).encode() + b"\n"
    sizes = [len(batch.rows) for batch in JsonLines(io.BytesIO(row * 12), Settings()).batches()]
    assert sizes == [5, 5, 2]


@pytest.mark.parametrize("line", [b"\n", b"x"], ids=["blank lines", "a line without an end"])
def test_what_is_no_row_fills_a_batch_too(line: bytes) -> None:
    batches = list(JsonLines(io.BytesIO(line * 3_000_000), Settings()).batches())
    assert len(batches) > 2  # so that time and size are looked at


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b" "])
def test_a_first_line_that_is_too_long_is_one_bad_row(start: bytes) -> None:
    content = start + b'{"text": "' + b"a" * MAX_LINE_CHARACTERS + b'"}\n{"text": "b"}\n[]\n'
    texts, bad = read(content)
    assert texts == ["b"]
    assert [row.line for row in bad] == [1, 3]


VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TWEET = st.dictionaries(st.text(max_size=3), VALUE, max_size=3).flatmap(
    lambda rest: st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: {**rest, "text": text})
)


@given(st.lists(TWEET | VALUE, max_size=20), st.booleans())
def test_every_row_is_scored_or_named_and_comes_out_as_it_went_in(rows: list[Any], ascii: bool) -> None:
    content = "".join(f"{json.dumps(row, ensure_ascii=ascii)}\n" for row in rows).encode(
        errors="surrogatepass"
    )
    format = JsonLines(io.BytesIO(content), Settings())
    [batch] = format.batches()
    output = format.encode(batch.rows, [POSITIVE] * len(batch.rows), "v1")
    assert len(batch.rows) + len(batch.bad) == len(rows)
    bad = {row.line for row in batch.bad}
    good = [row for line, row in enumerate(rows, start=1) if line not in bad]
    added = dict(zip(ADDED, ("positive", 0.75, "v1", []), strict=True))
    assert [json.loads(line) for line in output.split(b"\n")[:-1]] == [{**row, **added} for row in good]


def rows(content: bytes, settings: Settings | None = None) -> JsonLines:
    """The format, after all of its rows."""
    format = JsonLines(io.BytesIO(content), settings or Settings())
    list(format.batches())
    return format


@pytest.mark.parametrize(
    ("first", "wanted", "used"),
    [
        ({"text": "a", "tweet": "b"}, "", "text"),
        ({"Full_Text": "a", "id": 1}, "", "Full_Text"),
        ({"review": 5, "body": "a"}, "", "body"),
        ({"data": {"text": "a"}}, "data.text", "data.text"),
        ({"data.text": "a", "data": 1}, "data.text", "data.text"),
        (
            {"text": "a", "extended_tweet": {"full_text": "b"}},
            "extended_tweet.full_text",
            "extended_tweet.full_text",
        ),
    ],
)
def test_the_member_of_the_text_is_named_or_told_by_its_name(
    first: dict[str, Any], wanted: str, used: str
) -> None:
    content = json.dumps(first).encode() + b'\n{"text": "z"}\n'
    assert rows(content, Settings(text_column=wanted)).describe()["text_column"] == used


def test_a_dotted_name_leads_into_objects_and_a_row_without_it_is_bad() -> None:
    content = b'{"a": {"b": "c"}}\n{"a": {}}\n{"a": "b"}\n{"a.b": "d"}\n{"a": {"b": 5}}\n'
    texts, bad = read(content, Settings(text_column="a.b"))
    assert texts == ["c", "d"]
    reasons = ["has no a.b", "has no a.b", "has a a.b that must be a string, not a whole number"]
    assert bad == [BadRow(line, reason) for line, reason in zip((2, 3, 5), reasons, strict=True)]


def test_the_first_object_that_has_a_text_decides_where_it_is() -> None:
    texts, bad = read(b'{"limit": 5}\n[]\n{"tweet": "a"}\n{"body": "b"}\n')
    assert texts == ["a"]
    assert [row.reason for row in bad] == ["has no text", "must be an object, not an array", "has no tweet"]


def test_two_members_that_may_hold_the_text_are_refused_with_both_names() -> None:
    with pytest.raises(RefusedError, match=r"^tweet, body may each hold the text: name one of these members"):
        read(b'{"tweet": "a", "id": 1, "body": "b"}\n')


@pytest.mark.parametrize("name", ADDED)
def test_a_member_of_our_name_is_kept_and_ours_get_a_prefix(name: str) -> None:
    content = json.dumps({"text": "a", name: 1}).encode()
    format = JsonLines(io.BytesIO(content), Settings())
    [batch] = format.batches()
    output = json.loads(format.encode(batch.rows, [POSITIVE], "v1"))
    ours = [f"sentiment_{added}" for added in ADDED]
    assert output == {"text": "a", name: 1, **dict(zip(ours, ("positive", 0.75, "v1", []), strict=True))}
    assert format.describe()["added"] == ours


def test_warnings_are_an_array() -> None:
    format = JsonLines(io.BytesIO(b'{"text": ""}\n'), Settings())
    [batch] = format.batches()
    warned = Prediction("positive", 0.75, ("empty", "truncated"))
    assert json.loads(format.encode(batch.rows, [warned], "v1"))["warnings"] == ["empty", "truncated"]
