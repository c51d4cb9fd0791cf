import csv
import io
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Prediction, Scorecard
from predict.files.csv_rows import CsvRows
from predict.files.rows import ADDED, MAX_LINE_CHARACTERS, MAX_ROWS, BadRow, RefusedError
from predict.settings import Settings

POSITIVE = Prediction("positive", 0.75, ())
WARNED = Prediction("negative", 0.5, ("empty", "truncated"))


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


def test_a_row_keeps_its_columns_and_gets_four_more() -> None:
    rows = CsvRows(io.BytesIO(b"id,text,when\n1,I love this,today\n"), Settings())
    [batch] = rows.batches()
    assert batch.texts == ["I love this"]
    assert rows.header() == b"id,text,when,label,probability,model_version,warnings\r\n"
    assert rows.encode(batch.rows, [POSITIVE], "v1") == b"1,I love this,today,positive,0.75,v1,\r\n"
    assert (
        rows.encode(batch.rows, [WARNED], "v1") == b"1,I love this,today,negative,0.5,v1,empty truncated\r\n"
    )


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
        (b"id,texts\n1,a\n", r"Did you mean texts\? The columns are id, texts\. Call one of them text"),
        (
            b"1,so sad today\n",
            "The first line looks like a row, not like a header: put a line with the names",
        ),
        (b"text,id,text\na,1,b\n", "text stands there twice: rename one of the columns"),
        (b"id,txt,id\n", r"The columns are id, txt, id\. .* id stands there twice: rename"),
        (
            b"tweet,Body\na,b\n",
            "tweet, Body may each hold the text: name one of these columns with TEXT_COLUMN",
        ),
        (b'"text\n', "The header is not CSV: unexpected end of data"),
        ("text\na\n".encode("utf-16"), "The object is not UTF-8 at byte 0: convert it"),
        (b"text\n" + b"a\n" * 200_000 + b"caf\xe9\n", "not UTF-8 at byte 400,008"),
        (b"text\na\xc3", "not UTF-8 at byte 6"),
        (b"text\n" + b"a" * 2 * MAX_LINE_CHARACTERS, "A line has more than 1,048,576 characters"),
        (
            b"text" + b',"\n"' * 10_000_000,
            "or a row more than 2,097,152 bytes: is it CSV, and is every quote",
        ),
    ],
    ids=[
        "other name",
        "no header",
        "text twice",
        "all faults",
        "two texts",
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
    assert again == [[*row, "positive", "0.75", "v1", ""] for row in rows if len(row) == 2]


def test_a_probability_is_written_to_the_last_digit(tiny: Scorecard) -> None:
    [prediction] = tiny.predict(["I love this"])
    rows = CsvRows(io.BytesIO(b"text\nI love this\n"), Settings())
    [batch] = rows.batches()
    [[_, _, probability, _, _]] = csv.reader([rows.encode(batch.rows, [prediction], "v1").decode()])
    assert float(probability) == prediction.probability


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", [["id", "text"], ["Text of it", "text", "a"]])
def test_the_header_tells_what_parts_the_fields_and_the_output_keeps_it(
    delimiter: str, header: list[str]
) -> None:
    row = [f"{name}, of; a row" for name in header]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([header, row])
    rows = CsvRows(io.BytesIO(written.getvalue().encode()), Settings())
    [batch] = rows.batches()
    output = rows.header() + rows.encode(batch.rows, [POSITIVE], "v1")
    expected = [[*header, *ADDED], [*row, "positive", "0.75", "v1", ""]]
    assert list(csv.reader(io.StringIO(output.decode(), newline=""), delimiter=delimiter)) == expected
    assert rows.describe()["delimiter"] == delimiter


def test_the_delimiter_is_the_one_that_gives_a_column_for_the_text() -> None:
    rows = CsvRows(io.BytesIO(b"id;text;a,b,c,d|e\n1;so, sad;2\n"), Settings())
    assert [batch.texts for batch in rows.batches()] == [["so, sad"]]


@pytest.mark.parametrize("first", [b"sep=;\n", b"SEP=;\r\n", b'"sep=;"\r\n', b"\xef\xbb\xbfsep=;\n"])
def test_a_line_that_names_the_delimiter_is_obeyed_and_counted(first: bytes) -> None:
    assert read(first + b"id;text\n1;a,b\n2\n") == ([["1", "a,b"]], [BadRow(4, "has 1 fields in place of 2")])


def test_a_mark_of_utf_8_is_kept() -> None:
    rows = CsvRows(io.BytesIO(b"\xef\xbb\xbftext\na\n"), Settings())
    assert rows.header().startswith(b"\xef\xbb\xbftext,label")


@pytest.mark.parametrize("content", [b"\xef\xbb", b"\xef"])
def test_half_a_mark_is_not_nothing(content: bytes) -> None:
    assert "not UTF-8 at byte 0" in refusal(content)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"id,text\n1,a\nid,text\n2,b\n", 3),
        (b"id,text\n1,a\n\xef\xbb\xbfid,text\n2,b\n", 3),
        (b'id,text\r\n1,a\r\n"id","text"\r\n2,b\r\n', 3),
    ],
    ids=["plain", "with a mark", "in quotes"],
)
def test_the_header_of_another_file_is_no_tweet(content: bytes, line: int) -> None:
    assert read(content) == ([["1", "a"], ["2", "b"]], [BadRow(line, "is the header again")])


def test_the_header_of_another_file_of_one_column_is_no_tweet() -> None:
    content = b"\xef\xbb\xbftext\na\n\xef\xbb\xbftext\nb\ntext\n"
    assert read(content) == ([["a"], ["b"]], [BadRow(line, "is the header again") for line in (3, 5)])


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"id,text\n1,a\rb\n2,c\n", [["1", "a\rb"], ["2", "c"]]),
        (b"text\n\ra\r\rb\nc\n", [["\ra\r\rb"], ["c"]]),
        (b"id,text\r\n1,a\rb\r\n2,c\r\n", [["1", "a\rb"], ["2", "c"]]),
        (b'id,text\n1,"a\rb\r\nc"\n', [["1", "a\rb\r\nc"]]),
        (b"id,text\n1,a\r\r\n2,b\r\n", [["1", "a"], ["2", "b"]]),
        (b"id,text\r1,a\nb\r2,c\r", [["1", "a\nb"], ["2", "c"]]),
        (b'id,text\r1,"a\rb\nc"\r2,d', [["1", "a\rb\nc"], ["2", "d"]]),
        (b"text\na\r", [["a"]]),
    ],
)
def test_the_first_line_end_of_a_file_is_that_of_its_lines(content: bytes, rows: list[list[str]]) -> None:
    assert read(content) == (rows, [])
    dripped = [row for batch in CsvRows(Dripping(content), Settings()).batches() for row in batch.rows]
    assert dripped == rows


def test_a_cr_between_two_reads_is_text_or_an_end_by_what_follows() -> None:
    for before in range(65_525, 65_540):
        start = b"text\n" + b"a" * (before - 20_000) + b"\n" + b"b" * 19_000
        rows, bad = read(start + b"\rc\nd\r\ne\n", Settings(max_characters=100_000))
        assert ([row[0][-3:] for row in rows], bad) == (["aaa", "b\rc", "d", "e"], [])


@pytest.mark.parametrize(
    ("columns", "wanted", "used"),
    [
        ("text,tweet,Text", "", "text"),
        ("id, TEXT ", "", " TEXT "),
        ("id,TweetText", "", "TweetText"),
        ("id,full_text", "", "full_text"),
        ("reviewId,Review-Body", "", "Review-Body"),
        ("id,text,body", "body", "body"),
        ("id, body", "body", " body"),
        ('id,"a,b"', "a,b", "a,b"),
    ],
)
def test_the_column_of_the_text_is_named_or_told_by_its_name(columns: str, wanted: str, used: str) -> None:
    rows = CsvRows(io.BytesIO(f"{columns}\n".encode()), Settings(text_column=wanted))
    assert rows.describe()["text_column"] == used


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [("tweet_text", "TweetText"), ("TWEETTEXT", "TweetText"), ("ID", "id"), ("twetText", "TweetText")],
)
def test_a_column_that_is_named_and_not_there_is_refused_with_the_one_that_is_meant(
    wanted: str, meant: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        CsvRows(io.BytesIO(b"id,TweetText\n1,a\n"), Settings(text_column=wanted))
    said = f"No column is called {wanted}, as TEXT_COLUMN says. Did you mean {meant}?"
    assert str(refused.value) == f"{said} The columns are id, TweetText."


@pytest.mark.parametrize("name", ADDED)
def test_a_column_of_our_name_is_kept_and_ours_get_a_prefix(name: str) -> None:
    rows = CsvRows(io.BytesIO(f"text,{name}\na,1\n".encode()), Settings())
    assert rows.describe()["added"] == [f"sentiment_{ours}" for ours in ADDED]
    assert (
        rows.header().decode() == f"text,{name}," + ",".join(f"sentiment_{ours}" for ours in ADDED) + "\r\n"
    )


def test_our_own_output_can_be_scored_again_and_again() -> None:
    header = b"text\n"
    for times in range(3):
        rows = CsvRows(io.BytesIO(header), Settings())
        header = rows.header()
        assert rows.describe()["added"] == ["sentiment_" * times + name for name in ADDED]


def test_columns_without_a_name_may_be_many() -> None:
    assert read(b",text,,\n1,a,2,3\n") == ([["1", "a", "2", "3"]], [])


@pytest.mark.parametrize(
    "unit", [",я".encode(), ',"я\n"'.encode(), b"\r", "😀\n".encode()], ids=["fields", "lines", "CR", "quote"]
)
def test_memory_is_bounded_whatever_a_row_holds(unit: bytes) -> None:
    content = b"text\nx" + unit * 3_000_000 if unit[:1] in b",\r" else b'text\n"' + unit * 3_000_000
    tracemalloc.start()
    try:
        assert "is it CSV, and is every quote closed?" in refusal(content)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@given(
    st.lists(
        st.lists(
            st.text(st.sampled_from("ab ,;\t|\"'\n\r\0é\x0b\x85\u2028"), max_size=4), min_size=2, max_size=2
        )
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from(["positive", "so, so", 'a "b"', "ja; nein", "ça"]),
)
def test_rows_are_written_to_the_byte_as_csv_writes_them(
    rows: list[list[str]], delimiter: str, label: str
) -> None:
    format = CsvRows(io.BytesIO(f"id{delimiter}text\n".encode()), Settings())
    predictions = [Prediction(label, 0.1 + 0.2, ()) if row[0] else WARNED for row in rows]
    expected = io.StringIO()
    csv.writer(expected, delimiter=delimiter).writerows(
        [*row, said.label, said.probability, "v1", " ".join(said.warnings)]
        for row, said in zip(rows, predictions, strict=True)
    )
    assert format.encode(rows, predictions, "v1") == expected.getvalue().encode()
