import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Prediction, Scorecard
from predict.files.csv_rows import CsvRows
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, MAX_ROWS, BadRow, RefusedError
from predict.settings import Settings

POSITIVE = Prediction("positive", 0.75, ())


class Dripping(io.BytesIO):
    """Returns three bytes at a time, so that characters, lines and CRLF are cut everywhere."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3)


def read(content: bytes, settings: Settings | None = None) -> tuple[list[list[str]], list[BadRow]]:
    """All good rows and all bad ones."""
    rows, bad = [], []
    for batch in CsvRows(io.BytesIO(content), settings or Settings()).batches():
        assert len(batch.texts) == len(batch.rows)
        rows += batch.rows
        bad += batch.bad
    return rows, bad


def refusal(content: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read(content)
    return str(refused.value)


def test_a_row_keeps_its_columns_and_gets_three_more() -> None:
    rows = CsvRows(io.BytesIO(b"id,text,when\n1,I love this,today\n"), Settings())
    [batch] = rows.batches()
    assert batch.texts == ["I love this"]
    assert rows.header() == b"id,text,when,label,probability,model_version\r\n"
    assert rows.encode(batch.rows, [POSITIVE], "v1") == b"1,I love this,today,positive,0.75,v1\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"id,text\r\n1,a\r\n2,b\r\n",
        b"id,text\n1,a\n2,b\n",
        b"id,text\r1,a\r2,b\r",
        b"id,text\r\n1,a\n2,b",
        b"\xef\xbb\xbfid,text\n1,a\n2,b\n",
        b"id,text\n\n1,a\n\n\n2,b\n\n",
        b'"id","text"\n"1","a"\n"2","b"\n',
    ],
    ids=["CRLF", "LF", "CR", "mixed, no end", "BOM", "blank lines", "quotes"],
)
def test_rows_are_the_same_whatever_ends_a_line(content: bytes) -> None:
    assert read(content) == ([["1", "a"], ["2", "b"]], [])


def test_line_ends_and_commas_within_quotes_are_text() -> None:
    content = b'text,id\n"one\ntwo\r\nthree, ""four""",1\nfive,2\n'
    assert read(content) == ([['one\ntwo\r\nthree, "four"', "1"], ["five", "2"]], [])


def test_only_the_line_ends_of_csv_part_rows() -> None:
    text = "a\u2028b\u0085c\x0bd\x1ce\x00f"
    assert read(f"text\n{text}\n".encode()) == ([[text]], [])


def test_what_starts_like_a_formula_is_a_text_like_any_other() -> None:
    assert read(b"text\n=cmd()\n+1\n@joe\n") == ([["=cmd()"], ["+1"], ["@joe"]], [])


def test_a_bad_row_is_named_by_its_line_and_the_rest_are_read() -> None:
    content = b'id,text\n1,"a\nb"\n2\n3,c,d\n4,e"f"\n5,"g"h\n6,i\n'
    rows, bad = read(content)
    assert rows == [["1", "a\nb"], ["4", 'e"f"'], ["6", "i"]]
    assert bad == [
        BadRow(4, "has 1 fields in place of 2"),
        BadRow(5, "has 3 fields in place of 2"),
        BadRow(7, "is not CSV: ',' expected after '\"'"),
    ]


def test_a_quote_that_is_never_closed_is_an_error_not_a_text() -> None:
    rows, bad = read(b'id,text\n1,a\n2,"b\n3,c\n4,d\n')
    assert rows == [["1", "a"]]
    assert bad == [BadRow(3, "is not CSV up to line 5, for want of a quote: unexpected end of data")]


def test_a_field_of_many_lines_is_one_field_however_long() -> None:
    content = b'id,text,html\n1,a,"' + b"<p>,\n" * 100_000 + b'"\n2,b,\n'
    rows, bad = read(content)
    assert [row[:2] for row in rows] == [["1", "a"], ["2", "b"]]
    assert bad == []


@pytest.mark.parametrize("line", [b'"a"b\n', b"a,b\n", b"\n"], ids=["no CSV", "two fields", "blank"])
def test_bad_lines_fill_a_batch_as_good_ones_do(line: bytes) -> None:
    batches = list(CsvRows(io.BytesIO(b"text\n" + line * 1_000_000), Settings()).batches())
    assert max(len(batch.bad) for batch in batches) <= MAX_ROWS
    assert len(batches) > 3  # so that time and size are looked at


def test_a_text_over_the_limit_is_a_bad_row() -> None:
    reason = "has a text that has 6 characters, at most 5 are taken: shorten it"
    content = "text\nabcdef\nabcdé\n".encode()
    assert read(content, Settings(max_characters=5)) == ([["abcdé"]], [BadRow(2, reason)])


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_object_without_a_header_has_no_rows(content: bytes) -> None:
    assert read(content) == ([], [])
    assert CsvRows(io.BytesIO(content), Settings()).header() == b""


def test_a_header_alone_has_no_rows() -> None:
    assert read(b"id,text\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id,Text\n1,a\n", "No column of the header is called text, only id, Text: rename one"),
        (b"id;text\n1;a\n", r"only \?: rename one; commas part them"),
        (b"1,so sad today\n", r"only 1, \?: rename one"),
        (b"text,id,text\na,1,b\n", "Two columns of the header have the same name, of text, id, text"),
        (b"text,label\na,1\n", "The column label is there already: rename it"),
        (b'"text\n', "The header is not CSV: unexpected end of data"),
        ("text\na\n".encode("utf-16"), "The object is not UTF-8 at byte 0: convert it"),
        (b"text\n" + b"a\n" * 200_000 + b"caf\xe9\n", "not UTF-8 at byte 400,008"),
        (b"text\na\xc3", "not UTF-8 at byte 6"),
        (b"text\n" + b"a" * 2 * MAX_LINE_CHARACTERS, "A line has more than 1,048,576 characters"),
        (
            b"text" + b',"\n"' * 10_000_000,
            "or a row more than 16,777,216: is it CSV, and is every quote",
        ),
    ],
    ids=[
        "other case",
        "other delimiter",
        "no header",
        "column twice",
        "our column",
        "quote in header",
        "UTF-16",
        "Latin-1",
        "half a character",
        "no line end",
        "endless row",
    ],
)
def test_what_cannot_be_read_as_a_whole_is_refused_with_the_cure(content: bytes, reason: str) -> None:
    assert re.search(reason, refusal(content))


def test_a_refusal_does_not_show_a_text_that_stands_where_the_header_should() -> None:
    assert "secret" not in refusal(b"1,my secret plans\n2,b\n")


def test_a_batch_has_a_thousand_rows_good_and_bad() -> None:
    content = b"id,text\n" + b"1,a\n2\n" * MAX_ROWS
    sizes = [
        (len(batch.rows), len(batch.bad)) for batch in CsvRows(io.BytesIO(content), Settings()).batches()
    ]
    assert sizes == [(MAX_ROWS // 2, MAX_ROWS // 2)] * 2 + [(0, 0)]


CONTENT = st.text(st.sampled_from('a"\r\n,é😀')).map(lambda text: f"text\n{text}".encode())


@given(CONTENT)
def test_where_the_content_is_cut_does_not_matter(content: bytes) -> None:
    whole, cut = (
        list(CsvRows(file, Settings()).batches()) for file in (io.BytesIO(content), Dripping(content))
    )
    assert cut == whole


FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.lists(FIELD, min_size=1, max_size=4), max_size=30))
def test_every_row_is_scored_or_named_and_comes_out_as_it_went_in(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["id", "text"], *rows])
    format = CsvRows(io.BytesIO(written.getvalue().encode()), Settings())
    read, bad, output = 0, 0, format.header()
    for batch in format.batches():
        read += len(batch.rows)
        bad += len(batch.bad)
        output += format.encode(batch.rows, [POSITIVE] * len(batch.rows), "v1")
    assert read + bad == len(rows)
    header, *again = csv.reader(io.StringIO(output.decode(), newline=""), strict=True)
    assert header == ["id", "text", *ADDED]
    assert again == [[*row, "positive", "0.75", "v1"] for row in rows if len(row) == 2]


def test_a_probability_is_written_to_the_last_digit(tiny: Scorecard) -> None:
    [prediction] = tiny.predict(["I love this"])
    rows = CsvRows(io.BytesIO(b"text\nI love this\n"), Settings())
    [batch] = rows.batches()
    [[_, _, probability, _]] = csv.reader([rows.encode(batch.rows, [prediction], "v1").decode()])
    assert float(probability) == prediction.probability
