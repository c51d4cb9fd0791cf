"""Files that are neither CSV nor JSON: what they are is told by their first bytes, and they are refused."""

import codecs

from predict.files import unpacking
from predict.files.rows import RefusedError

_UPLOAD_TABLE = "save its table as CSV in UTF-8, and upload that"
_UNPACK = "unpack it, and upload each file by itself"
_TO_CSV = "convert it, for example with pandas: `read_{}(FILE).to_csv('FILE.csv', index=False)`"

_MAGIC = {
    b"PAR1": ("Parquet", _TO_CSV.format("parquet")),
    b"ORC": ("ORC", _TO_CSV.format("orc")),
    b"ARROW1": ("Arrow or Feather", _TO_CSV.format("feather")),
    b"FEA1": ("Feather", _TO_CSV.format("feather")),
    b"Obj\x01": ("Avro", "convert it to JSON Lines: `avro-tools tojson FILE`"),
    b"SQLite format 3\0": ("an SQLite database", "export its table: `sqlite3 -header -csv FILE QUERY`"),
    b"\x89HDF\r\n": ("HDF5", _TO_CSV.format("hdf")),
    b"\x93NUMPY": ("a NumPy array", "save the texts as JSON Lines"),
    b"\x80\x04\x95": ("a Python pickle", _TO_CSV.format("pickle")),
    b"\x80\x05\x95": ("a Python pickle", _TO_CSV.format("pickle")),
    b"\xd0\xcf\x11\xe0": ("an old Excel or Word file", _UPLOAD_TABLE),
    b"%PDF-": ("a PDF", _UPLOAD_TABLE),
    b"{\\rtf": ("an RTF document", _UPLOAD_TABLE),
    b"\xfd7zXZ\0": ("packed with xz", "unpack it: `unxz FILE`, or pack it with gzip"),
    b"\x04\x22\x4d\x18": ("packed with lz4", "unpack it: `unlz4 FILE`, or pack it with gzip"),
    b"\x1f\x9d": ("packed with compress", "unpack it: `uncompress FILE`, or pack it with gzip"),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", _UNPACK),
    b"Rar!\x1a\x07": ("a RAR archive", _UNPACK),
    b"PK\x05\x06": ("a zip without a file", "upload the file itself"),
}
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF", b"OggS", b"ID3", b"fLaC")
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<rss", b"<feed")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f"})  # hardly in a text
_MAX_CONTROLS = 0.05  # of the bytes


def refuse(head: bytes, packing: str) -> None:
    """Raises RefusedError if `head`, after any unpacking, is that of a file without rows of text."""
    if packing and (inner := unpacking.name_packing(head)):
        raise RefusedError(f"The object is packed twice, {inner} within {packing}: unpack it once.")
    for magic, (kind, cure) in _MAGIC.items():
        if head.startswith(magic):
            raise RefusedError(f"The object is {kind}: {cure}.")
    if head[257:262] == b"ustar":
        raise RefusedError(f"The object is a tar archive: {_UNPACK}.")
    if head.startswith(_IMAGES) or head[4:8] == b"ftyp":
        raise RefusedError("The object is an image, a sound or a film, and has no text: upload CSV or JSON.")
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise RefusedError(f"The object is HTML or XML: {_UPLOAD_TABLE}.")


def refuse_binary(head: bytes) -> None:
    """Raises RefusedError if `head` has many control characters, and is not UTF-8 besides."""
    if len(head) - len(head.translate(None, _CONTROLS)) <= _MAX_CONTROLS * len(head):
        return
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError as exc:
        raise RefusedError(
            "The object is binary, neither CSV nor JSON: convert it to one of them, in UTF-8."
        ) from exc
