import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from model import Prediction
from predict.files import formats
from predict.files.rows import Format, RefusedError
from predict.settings import Settings

POSITIVE = Prediction("positive", 0.75, ())
ROWS = "id,text\n1,I ♥ this\n2,so sad\n"
LINES = '{"text": "I ♥ this"}\n{"text": "so sad"}\n'
TEXTS = ["I ♥ this", "so sad"]


def zipped(
    *contents: bytes, names: tuple[str, ...] = ("a.csv", "b.csv"), method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in zip(names, contents, strict=False):
            archive.writestr(name, content)
    return file.getvalue()


class Unseekable(io.RawIOBase):
    """What zips are written to when their sizes are not known before: a pipe."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += bytes(data)
        return len(data)


def streamed(content: bytes) -> bytes:
    file = Unseekable()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return file.written


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": zstd.compress,
    "zip": zipped,
}


def opened(content: bytes, name: str = "", settings: Settings | None = None) -> Format:
    return formats.open_rows(io.BytesIO(content), name, settings or Settings(), len(content))


def texts(content: bytes, name: str = "", settings: Settings | None = None) -> list[str]:
    return [text for batch in opened(content, name, settings).batches() for text in batch.texts]


def refusal(content: bytes, name: str = "", settings: Settings | None = None) -> str:
    with pytest.raises(RefusedError) as refused:
        texts(content, name, settings)
    return str(refused.value)


@pytest.mark.parametrize(
    "name", ["a.csv", "a.json", "a.tsv", "a.txt", "a.jl", "a.jsonlines", "a", "", "a.parquet", "a.gz"]
)
@pytest.mark.parametrize(
    ("content", "format"),
    [(ROWS, "csv"), (LINES, "jsonl"), (f"[{LINES.replace('}' + chr(10) + '{', '},{')}]", "json")],
    ids=["CSV", "JSON Lines", "JSON"],
)
def test_the_content_tells_the_format_whatever_the_name_says(name: str, content: str, format: str) -> None:
    rows = opened(content.encode(), name)
    assert [text for batch in rows.batches() for text in batch.texts] == TEXTS
    assert rows.describe()["format"] == format
    assert rows.suffix == ("csv" if format == "csv" else "jsonl")


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("content", [ROWS, LINES], ids=["CSV", "JSON Lines"])
def test_every_packing_is_told_by_the_content(packing: str, content: str) -> None:
    rows = opened(PACKERS[packing](content.encode()), "misleading.csv")
    assert [text for batch in rows.batches() for text in batch.texts] == TEXTS
    assert rows.describe()["packing"] == packing


LONG = b"text\n" + b"".join(os.urandom(500).hex().encode() + b"\n" for _ in range(300))


@pytest.mark.parametrize("packing", PACKERS)
def test_a_long_packed_object_is_read_whole(packing: str) -> None:
    assert texts(PACKERS[packing](LONG)) == LONG.decode().split()[1:]


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "zstd"])
def test_packed_objects_may_stand_one_after_the_other(packing: str) -> None:
    pack = PACKERS[packing]
    assert texts(pack(LONG[:70_001]) + pack(LONG[70_001:]) + b"\0" * 100) == LONG.decode().split()[1:]


@pytest.mark.parametrize("packing", PACKERS)
def test_what_is_packed_and_cut_is_refused(packing: str) -> None:
    packed = PACKERS[packing](LONG)
    for length in (5, len(packed) // 2, packed.rfind(b"PK\x01\x02") if packing == "zip" else -3):
        assert refusal(packed[:length]).startswith(
            f"The object is {'a ' * (packing == 'zip')}broken {packing}: "
        )


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "zip"])  # the check sum of zstd is left to the packer
def test_what_is_packed_and_has_a_wrong_bit_is_refused(packing: str) -> None:
    packed = PACKERS[packing](LONG)
    assert refusal(packed[:100_000] + bytes([packed[100_000] ^ 255]) + packed[100_001:])


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "zstd"])
def test_what_stands_behind_a_packed_object_is_refused(packing: str) -> None:
    assert f"is broken {packing}" in refusal(PACKERS[packing](LONG) + b"junk")


@pytest.mark.parametrize("inner", PACKERS)
@pytest.mark.parametrize("outer", PACKERS)
def test_what_is_packed_twice_is_refused_as_such(inner: str, outer: str) -> None:
    assert refusal(PACKERS[outer](PACKERS[inner](ROWS.encode()))) == (
        f"The object is packed twice, {inner} within {outer}: unpack it once."
    )


@pytest.mark.parametrize("packing", PACKERS)
def test_what_unpacks_to_far_more_than_its_size_is_refused(packing: str) -> None:
    bomb = PACKERS[packing](b"text,rest\n" + (b"a," + b"b" * 5_000 + b"\n") * 4_000)
    assert refusal(bomb) == "The object unpacks to more than 100 times its size: send it plainly."


def test_zstd_that_needs_much_memory_is_refused() -> None:
    options: dict[int, int] = {
        zstd.CompressionParameter.window_log: 27,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    packed = compressor.compress(ROWS.encode()) + compressor.flush()
    assert "pack it with a smaller window" in refusal(packed)


@pytest.mark.parametrize(
    "content",
    [
        zipped(ROWS.encode(), method=zipfile.ZIP_STORED),
        streamed(ROWS.encode()),
        zipped(b"", ROWS.encode(), b"mac", names=("in/", "in/a.csv", "__MACOSX/in/._a.csv")),
    ],
    ids=["stored", "sizes at the end", "folder and macOS"],
)
def test_a_zip_of_one_file_is_read(content: bytes) -> None:
    assert texts(content) == TEXTS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped(ROWS.encode(), ROWS.encode()), "a zip of several files: unpack it"),
        (zipped(), "a zip without a file"),
        (zipped(b"", names=("in/",)), "a zip without a file"),
        (zipped(b"<x/>", b"<y/>", names=("[Content_Types].xml", "xl/workbook.xml")), "file of Excel"),
        (zipped(b"<x/>", names=("docProps/app.xml",)), "file of Excel"),
        (zipped(ROWS.encode(), method=zipfile.ZIP_LZMA), "a zip of a rare kind: pack the file with gzip"),
        (
            zipped(ROWS.encode()).replace(b"\x14\0\0\0\x08\0", b"\x14\0\x01\0\x08\0", 1),
            "a zip with a password",
        ),
    ],
    ids=["two", "none", "folder", "Excel", "Excel by openpyxl", "LZMA", "password"],
)
def test_other_zips_are_refused_with_the_cure(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_zip_of_more_than_four_gigabytes_has_its_sizes_elsewhere(extra: int) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", extra * zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as member,
    ):
        member.write(ROWS.encode())
    assert texts(file.getvalue()) == TEXTS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PAR1\x15\x04", "is Parquet: convert it, for example with pandas: `read_parquet(FILE)"),
        (b"ORC\x0a", "is ORC"),
        (b"ARROW1\0\0", "is Arrow or Feather"),
        (b"Obj\x01\x04", "is Avro: convert it to JSON Lines"),
        (b"SQLite format 3\0", "is an SQLite database: export its table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel or Word file: save its table as CSV in UTF-8"),
        (b"%PDF-1.7\n", "is a PDF: save its table"),
        (b"{\\rtf1\\ansi", "is an RTF document"),
        (lzma.compress(ROWS.encode()), "is packed with xz: unpack it: `unxz FILE`"),
        (b"7z\xbc\xaf\x27\x1c\0", "is a 7z archive: unpack it"),
        (b"Rar!\x1a\x07\0", "is a RAR archive"),
        (b"a.csv".ljust(257, b"\0") + b"ustar\x0000", "is a tar archive"),
        (b"\x89PNG\r\n\x1a\n", "is an image, a sound or a film"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is an image"),
        (b"\0\0\0\x18ftypmp42", "is an image, a sound or a film"),
        (b"<!DOCTYPE html>\n<html>", "is HTML or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "is HTML or XML"),
        (bytes(range(256)) * 20, "is binary, neither CSV nor JSON"),
    ],
)
def test_what_has_no_rows_is_recognised_and_refused_with_the_cure(content: bytes, reason: str) -> None:
    for packed in (content, gzip.compress(content)):
        assert reason in refusal(packed)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("content", [ROWS, LINES], ids=["CSV", "JSON Lines"])
@pytest.mark.parametrize("wanted", ["", "cp1252"])
def test_a_mark_tells_the_encoding_whatever_the_setting(encoding: str, content: str, wanted: str) -> None:
    rows = opened(content.encode(encoding), "", Settings(encoding=wanted))
    assert [text for batch in rows.batches() for text in batch.texts] == TEXTS
    assert rows.describe()["encoding"] == encoding.removesuffix("-sig")


def test_a_mark_is_kept_in_csv_and_left_out_of_json() -> None:
    assert opened(ROWS.encode("utf-16")).header().startswith(b"\xef\xbb\xbfid,text,")
    assert opened(ROWS.encode()).header().startswith(b"id,text,")
    [batch] = (rows := opened(LINES.encode("utf-16"))).batches()
    assert rows.encode(batch.rows[:1], [POSITIVE], "v1").startswith(b'{"text": ')


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "café €"),
        ("latin-1", "café"),
        ("cp1251", "привет"),
        ("shift_jis", "こんにちは"),
        ("utf-16-le", "a"),
    ],
)
def test_the_setting_names_the_encoding(encoding: str, text: str) -> None:
    for content in (f"id,text\n1,{text}\n", f'{{"text": "{text}"}}\n'):
        rows = opened(content.encode(encoding), "", Settings(encoding=encoding))
        [batch] = rows.batches()
        assert batch.texts == [text]
        assert text.encode() in rows.encode(batch.rows, [POSITIVE], "v1")


@pytest.mark.parametrize(
    ("content", "wanted", "reason"),
    [
        (b"text\ncaf\xe9\n", "", "not UTF-8 at byte 8: convert it."),
        (b"text\ncaf\xe9\n", "", "`iconv -f WINDOWS-1252 -t UTF-8 FILE`, or set ENCODING to cp1252."),
        (b"text\n" + b"a\n" * 50_000 + b"\x81\n", "cp1252", "not CP1252 at byte 100,005: upload"),
        (b"text\ncaf\xe9\n", "ascii", "not ASCII at byte 8"),
        ("text\na\n".encode("utf-16") + b"x", "", "not UTF-16 at byte 16"),
        ("text\na\n".encode("utf-16-le"), "", "looks like UTF-16 without a mark of its byte order."),
        (
            "text\na\n".encode("utf-16-le"),
            "",
            "`iconv -f UTF-16LE -t UTF-8 FILE`, or set ENCODING to utf-16-le.",
        ),
        ("text\na\n".encode("utf-16-be"), "", "set ENCODING to utf-16-be."),
    ],
)
def test_another_encoding_is_refused_with_the_exact_cure(content: bytes, wanted: str, reason: str) -> None:
    assert reason in refusal(content, "", Settings(encoding=wanted))


@pytest.mark.parametrize("lines", ['{"text": 5}\n', "5\nnull\n", "{\n}\n", "x\n", '{"a": "b"}\n'])
def test_an_object_none_of_whose_rows_can_be_scored_is_refused(lines: str) -> None:
    assert refusal(lines.encode(), "a.jsonl").startswith("None of the rows can be scored, ")


def test_a_refusal_of_all_rows_shows_three_reasons_and_what_was_seen() -> None:
    assert refusal(b"id,text\n1\n2\n1,2,3\n1,2,3,4\n1,2,3,4,5\n") == (
        "None of the rows can be scored, 5 in all: line 2 has 1 fields in place of 2; "
        "line 4 has 3 fields in place of 2; line 5 has 4 fields in place of 2. "
        "The 2 columns of the header, which ',' parts, are id, text: "
        "is each row like that, and every quote closed?"
    )
    assert refusal(b'{"id": 1, "data": {"text": "a"}}\n{"id": 2}\n') == (
        "None of the rows can be scored, 2 in all: line 1 has no text. "
        "No member has a name that says it holds the text. Did you mean data.text? "
        "The members are id, data.text. Call one of them text, or name it with TEXT_COLUMN."
    )


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.csv", "csv"), ("", "csv"), ("a.jsonl", "jsonl"), ("A.NDJSON.GZ", "jsonl")]
)
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_an_object_of_nothing_has_no_rows_and_the_format_of_its_name(
    name: str, suffix: str, content: bytes
) -> None:
    rows = opened(content, name)
    assert [(batch.rows, batch.bad) for batch in rows.batches()] == [([], [])]
    assert (rows.suffix, rows.header()) == (suffix, b"")


@pytest.mark.parametrize("first", ["x", "5", '"a"', "null", "{'text': 1}", '{"text": "a"', '{"text": "a"}}'])
def test_a_bad_first_line_does_not_change_what_json_lines_are(first: str) -> None:
    assert texts(f'{first}\n{{"text": "b"}}\n'.encode(), "a.jsonl") == ["b"]


def test_a_header_in_square_brackets_is_csv() -> None:
    assert texts(b"[id],text\n1,a\n") == ["a"]


def test_a_first_line_longer_than_a_look_is_told_too() -> None:
    long = json.dumps({"rest": "b" * 100_000, "text": "a"})
    assert texts(f"{long}\n{long}\n".encode()) == ["a", "a"]
    assert texts(f"{long}{long}".encode()) == ["a", "a"]
    longer = json.dumps({"rest": "b" * 2_000_000, "text": "a"})
    assert texts(f'{longer}\n{{"text": "b"}}\n'.encode(), "a.jsonl") == ["b"]
    page = json.dumps({"data": [{"text": "a", "rest": "b" * 900}] * 2_000})
    assert texts(f"{page}\n{page}\n".encode(), "a.jsonl") == ["a"] * 4_000


@given(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b"text\n",
            b'{"text": "a"}\n',
            b"\x1f\x8b",
            b"PK\x03\x04",
            b"BZh9",
            b"\x28\xb5\x2f\xfd",
            b"\xff\xfe",
            b"[{",
        ]
    ),
)
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        rows = opened(start + content)
        for batch in rows.batches():
            rows.encode(batch.rows, [POSITIVE] * len(batch.rows), "v1")
    except RefusedError as exc:
        refused = str(exc)
    else:
        refused = "no."
    assert refused.endswith((".", "?"))
