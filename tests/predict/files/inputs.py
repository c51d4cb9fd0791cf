"""Small files as people have them, and what becomes of each: docs/inputs.md shows them.

`python -m tests.predict.files.inputs > docs/inputs.md` writes that page again.
"""

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import obstore
from backports import zstd
from obstore.store import MemoryStore

from predict.files import scoring
from predict.files.scoring import ObjectRefusedError
from predict.files.text_column import NAMES
from predict.location import Location
from predict.settings import Settings
from predict.warm import Tools
from tests import tiny
from tests.aws.clock import endless
from tests.aws.results import written

TWEETS = ["I love this song", "so sad that it rains, again", 'she said "hate" is a word', "ça va 😀"]
LATIN = ["I love this café", "déjà vu, again"]

TABLE = """
| file | what is in it | what happens |
|---|---|---|
"""


class Input(NamedTuple):
    """`rows` is how many rows a person would count in it; 0 where it is to be refused."""

    name: str
    what: str
    content: bytes
    rows: int = len(TWEETS)
    settings: Settings = Settings()


class Outcome(NamedTuple):
    summary: dict[str, Any]
    output: str
    errors: list[dict[str, Any]]


def score(file: Input) -> Outcome:
    store, results = MemoryStore(), MemoryStore()
    obstore.put(store, file.name, file.content)
    tools = Tools(tiny.build(), file.settings, results)
    try:
        summary = scoring.score(Location("inbox", file.name), store, tools, endless)
    except ObjectRefusedError as exc:
        summary = exc.summary
    found = {key.rpartition("/")[2]: content for key, content in written(results).items()}
    errors = [json.loads(line) for line in found.get("errors.jsonl", b"").splitlines()]
    [output] = [content for name, content in found.items() if name.startswith("rows.")] or [b""]
    return Outcome(summary, output.decode(), errors)


def table(
    delimiter: str = ",", end: str = "\n", header: tuple[str, ...] = ("id", "text"), texts: list[str] = TWEETS
) -> str:
    """A CSV whose fields are in quotes."""
    rows = [header, *((f"{number}", text, *header[2:]) for number, text in enumerate(texts, start=1))]
    return "".join(
        delimiter.join('"' + field.replace('"', '""') + '"' for field in row) + end for row in rows
    )


def objects(member: str = "text", **rest: Any) -> list[dict[str, Any]]:
    return [{"id": number, member: text, **rest} for number, text in enumerate(TWEETS, start=1)]


def lines(rows: list[Any]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def zipped(*files: tuple[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


CSV, JSONL = table().encode(), lines(objects()).encode()
LATIN_CSV = table(texts=LATIN).encode("cp1252")
PAGE = {"meta": {"result_count": 4}, "data": objects(), "includes": {"users": [{"id": 7}]}}


def of_tables() -> Iterator[Input]:
    yield Input("tweets.csv", "commas, LF", CSV)
    yield Input("windows.csv", "commas, CR and LF", table(end="\r\n").encode())
    yield Input("mac.csv", "commas, CR alone", table(end="\r").encode())
    yield Input(
        "excel.csv", "a UTF-8 mark and semicolons, as Excel writes them", table(";").encode("utf-8-sig")
    )
    yield Input("declared.csv", "a first line `sep=;`", b"sep=;\n" + table(";").encode())
    yield Input("tweets.tsv", "tabs", table("\t").encode())
    yield Input("tweets.txt", "pipes", table("|").encode())
    yield Input("part-00000", "no ending in its name", CSV)
    yield Input("blank.csv", "blank lines before, between and behind", b"\n" + CSV.replace(b"\n", b"\n\n"))
    yield Input(
        "unicode.txt", "UTF-16 with tabs, as Excel's Unicode text", table("\t", "\r\n").encode("utf-16")
    )
    yield Input("latin.csv", "Windows-1252 with `ENCODING=cp1252`", LATIN_CSV, 2, Settings(encoding="cp1252"))
    yield Input("sentence.csv", "the column `Tweet_Text`", table(header=("id", "Tweet_Text")).encode())
    yield Input(
        "reviews.csv",
        "the column `reviewText` beside `overall`",
        table(header=("n", "reviewText", "overall")).encode(),
    )
    yield Input(
        "named.csv",
        "`TEXT_COLUMN=body` beside `text`",
        table(header=("text", "body")).encode(),
        settings=Settings(text_column="body"),
    )
    yield Input("labelled.csv", "a column `label` of its own", table(header=("id", "text", "label")).encode())
    yield Input(
        "unnamed.csv",
        "a column without a name, as pandas writes its index",
        table(header=("", "text")).encode(),
    )
    yield Input(
        "lone-cr.csv", "a CR within a line, as pandas leaves it", b"id,text\n1,I love\rthis\n2,so\r\rsad\n", 2
    )
    yield Input("joined.csv", "two files joined, with two headers", CSV + CSV, 9)
    yield Input("ragged.csv", "rows of too few and too many fields", CSV + b"5\n6,a,b\n7,fine\n", 7)
    yield Input("unclosed.csv", "a quote that is never closed", CSV + b'5,"never\n6,closed\n', 5)
    yield Input(
        "lines.csv", "a text of several lines in quotes", b'id,text\n1,"I love\nthis\r\n\r\nsong"\n2,sad\n', 2
    )
    yield Input("header.csv", "a header and no row", b"id,text\n", 0)
    yield Input("empty.csv", "nothing", b"", 0)


def of_json() -> Iterator[Input]:
    yield Input("tweets.jsonl", "JSON Lines", JSONL)
    yield Input(
        "tweets.jl",
        "JSON Lines with a UTF-8 mark, CR and LF",
        JSONL.replace(b"\n", b"\r\n").join([b"\xef\xbb\xbf", b""]),
    )
    yield Input("firehose", "objects without anything between them", JSONL.replace(b"\n", b""))
    yield Input("array.json", "an array of objects on one line", json.dumps(objects()).encode())
    yield Input(
        "pretty.json", "an array of objects over many lines", json.dumps(objects(), indent=2).encode()
    )
    yield Input(
        "objects.json",
        "objects over many lines",
        "\n".join(json.dumps(row, indent=4) for row in objects()).encode(),
    )
    yield Input("page.json", 'a page, `{"data": [...]}`', json.dumps(PAGE).encode())
    yield Input("pages.jsonl", "a page on each line", lines([PAGE, {"data": objects()}]).encode(), 8)
    yield Input(
        "search.json",
        'a page, `{"statuses": [...]}`, whose objects have `full_text`',
        json.dumps({"statuses": objects("full_text")}).encode(),
    )
    yield Input(
        "stream.jsonl",
        "`TEXT_COLUMN=data.text`",
        lines([{"data": row} for row in objects()]).encode(),
        settings=Settings(text_column="data.text"),
    )
    yield Input(
        "long.jsonl",
        "`TEXT_COLUMN=extended_tweet.full_text`, which one row has not",
        lines([{"extended_tweet": row} for row in objects("full_text")] + [{"text": "a"}]).encode(),
        5,
        Settings(text_column="extended_tweet.full_text"),
    )
    yield Input("utf-16.json", "JSON Lines in UTF-16", JSONL.decode().encode("utf-16"))
    yield Input(
        "labelled.jsonl", "a member `probability` of its own", lines(objects(probability="likely")).encode()
    )
    yield Input(
        "faults.jsonl",
        "broken JSON, a number, no text, a text that is none",
        JSONL + b'{"text"\n5\n{"id": 9}\n{"text": null}\n',
        8,
    )
    yield Input("empty.json", "an array of nothing", b"[]", 0)


def of_packings() -> Iterator[Input]:
    yield Input("tweets.csv.gz", "gzip", gzip.compress(CSV))
    yield Input("two.csv.gz", "gzip of two members", gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]))
    yield Input("plain.csv.gz", "gzip by its name only", CSV)
    yield Input("tweets.jsonl.bz2", "bzip2", bz2.compress(JSONL))
    yield Input("tweets.csv.zst", "zstd", zstd.compress(CSV))
    yield Input("tweets.zip", "a zip of one file", zipped(("tweets.csv", CSV.decode())))
    yield Input(
        "mac.zip",
        "a zip of one file and what macOS adds",
        zipped(("in/tweets.csv", CSV.decode()), ("__MACOSX/in/._tweets.csv", "mac")),
    )


def of_refused() -> Iterator[Input]:
    yield Input("no-header.csv", "no header", table().partition("\n")[2].encode(), 0)
    yield Input("one-a-line.txt", "a tweet on each line", "\n".join(TWEETS).encode(), 0)
    yield Input("other-names.csv", "no column of a known name", table(header=("id", "txt")).encode(), 0)
    yield Input(
        "two-texts.csv", "the columns `tweet` and `comment`", table(header=("tweet", "comment")).encode(), 0
    )
    yield Input(
        "misspelt.csv",
        "`TEXT_COLUMN=tweet_text` beside `TweetText`",
        table(header=("id", "TweetText")).encode(),
        0,
        Settings(text_column="tweet_text"),
    )
    yield Input(
        "twice.csv",
        "two columns `id`, and none of a known name",
        table(header=("id", "txt", "id")).encode(),
        0,
    )
    yield Input("latin.csv", "Windows-1252", LATIN_CSV, 0)
    yield Input("no-mark.csv", "UTF-16 without a mark", table().encode("utf-16-le"), 0)
    yield Input("half-a-mark.csv", "two bytes of a UTF-8 mark", b"\xef\xbb", 0)
    yield Input("ragged.csv", "no row with as many fields as the header", b"id,text\n1\n2,a,b\n", 0)
    yield Input(
        "no-text.jsonl",
        "objects with the text in an object",
        lines([{"id": 1, "data": {"text": "a"}}]).encode(),
        0,
    )
    yield Input(
        "two-texts.jsonl",
        "the members `body` and `message`",
        lines([{"body": "a", "message": "b"}]).encode(),
        0,
    )
    yield Input("python.json", "objects as Python prints them", b"{'text': 'a'}\n{'text': 'b'}\n", 0)
    yield Input("strings.json", "an array of strings", json.dumps(TWEETS).encode(), 0)
    yield Input("cut.json", "an array that is cut off", json.dumps(objects(), indent=2).encode()[:-30], 0)
    yield Input(
        "two-arrays.json",
        "a page with two arrays of objects",
        json.dumps({"a": objects(), "b": objects()}).encode(),
        0,
    )
    yield Input("cut.csv.gz", "gzip that is cut off", gzip.compress(CSV)[:-5], 0)
    yield Input("twice.csv.gz.bz2", "packed twice", bz2.compress(gzip.compress(CSV)), 0)
    yield Input("two.zip", "a zip of two files", zipped(("a.csv", CSV.decode()), ("b.csv", CSV.decode())), 0)
    yield Input(
        "bomb.csv.gz",
        "gzip that unpacks to 20 MB",
        gzip.compress(b"text,b\n" + (b"a," + b"b" * 5_000 + b"\n") * 4_000),
        0,
    )
    yield Input(
        "tweets.xlsx",
        "a workbook of Excel",
        zipped(("xl/workbook.xml", "<x/>"), ("xl/styles.xml", "<x/>")),
        0,
    )
    yield Input("tweets.xls", "a workbook of old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), 0)
    yield Input("tweets.parquet", "Parquet", b"PAR1" + bytes(100) + b"PAR1", 0)
    yield Input(
        "archive.tar", "a tar archive", b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(248) + CSV, 0
    )
    yield Input("tweets.csv.xz", "xz", b"\xfd7zXZ\0\0\x04" + bytes(40), 0)
    yield Input("report.pdf", "a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 0)
    yield Input("photo.csv", "an image with the wrong name", b"\x89PNG\r\n\x1a\n" + bytes(100), 0)
    yield Input(
        "page.csv", "a web page, as a failed download leaves it", b"<!DOCTYPE html>\n<html></html>\n", 0
    )


PARTS = {
    "Tables": [*of_tables()],
    "JSON": [*of_json()],
    "Packed": [*of_packings()],
    "Refused": [*of_refused()],
}

START = f"""# What can be uploaded

An object is read by its content. Its name does not matter. It may be packed with gzip, bzip2 or zstd,
or be the one file of a zip. It is a table with a header (CSV, with commas, semicolons, tabs or pipes)
or JSON (an object a line, an array, a page with the array in a member, or objects one after the other).

**The text** is in the column, or the member, that `TEXT_COLUMN` names. In JSON, dots lead into objects:
`data.text`. Without the setting it is `text`, else the one that is called:
{", ".join(f"`{name}`" for name in NAMES[1:])}.
Case, blanks, `_` and `-` do not count. If two columns have such names, the object is refused.

**The encoding** is UTF-8, or what a mark of the byte order says (UTF-16, UTF-32), else what `ENCODING`
names: any text encoding of Python, such as `cp1252`. The output is in UTF-8. It begins with a mark if
the input did.

**The output** is `rows.csv` with the delimiter of the input, or `rows.jsonl`. Each row is as it was, and
has four columns or members more: `label`, `probability`, `model_version` and `warnings` (in CSV, blanks
part them). If the object has one of these names already, all four of ours begin with `sentiment_`. A
line `sep=;` is left out. `summary.json` says what was found: `format`, `delimiter`, `packing`,
`encoding`, `text_column`, `rows_in` (the member of a page) and `added`.

**A bad row** is in `errors.jsonl` with its line and the reason. If all rows are bad, the object is refused:
`summary.json` has an `error` and no rows are written.

**Limits**: a line of CSV has at most 1,048,576 characters, and a row 2,097,152 bytes. A row of JSON
has at most 1,048,576 bytes. An object unpacks to at most 100 times its size, or 16 MB.

A test scores each of the files below, and writes what happens.
"""


def describe(file: Input) -> str:
    """What happens to it, in one sentence or two."""
    summary, _, errors = score(file)
    if "error" in summary:
        return str(summary["error"])
    said = f"{summary['scored']} of {summary['rows']} rows are scored"
    if summary["text_column"] not in ("", "text"):
        said += f", by `{summary['text_column']}`"
    if summary["added"][0] != "label":
        said += f", `{summary['added'][0]}` is added"
    return "; ".join([said, *(f"line {error['line']} {error['reason']}" for error in errors)]) + "."


def write() -> str:
    """The page."""
    return START + "".join(
        f"\n## {title}\n{TABLE}"
        + "".join(f"| `{file.name}` | {_cell(file.what)} | {_cell(describe(file))} |\n" for file in files)
        for title, files in PARTS.items()
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    print(write(), end="")
