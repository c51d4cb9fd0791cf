"""The encoding of an object: UTF-8, what its mark of byte order says, or what the settings name."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from predict.files.pieces import PIECE_BYTES, join
from predict.files.rows import RefusedError

UTF_8 = "utf-8"

# UTF-32 comes first: in little endian, its mark begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MIN_ZEROS = 0.2  # of the bytes, all at odd or at even places: UTF-16, even where much is not Latin
_MAX_OTHERS = 0.1  # of as many at the other places


def find(head: bytes, wanted: str) -> str:
    """The encoding of what begins with `head`: what a mark says, else the `wanted` one, else UTF-8.

    Raises RefusedError where it looks like UTF-16 without a mark.
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    if wanted:
        return codecs.lookup(wanted).name.removesuffix("-sig")
    for start, name in ((1, "LE"), (0, "BE")):
        zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
        if zeros > _MIN_ZEROS * len(head) and others < _MAX_OTHERS * zeros:
            raise RefusedError(
                f"The object looks like UTF-16 without a mark of its byte order. Convert it: "
                f"`iconv -f UTF-16{name} -t UTF-8 FILE`, or set ENCODING to utf-16-{name.lower()}."
            )
    return UTF_8


def convert(content: BinaryIO, encoding: str) -> BinaryIO:
    """The content in UTF-8, which begins with a mark if it did before. Its reads raise RefusedError."""
    return content if encoding == UTF_8 else join(_convert(content, encoding))


def refuse(encoding: str, byte: int) -> RefusedError:
    """The error of content that is not in `encoding` from `byte` on."""
    said = f"The object is not {encoding.upper()} at byte {byte:,}"
    if encoding != UTF_8:
        return RefusedError(f"{said}: upload it again, or set ENCODING to the encoding that it has.")
    return RefusedError(
        f"{said}: convert it. If it comes from Windows or Excel: `iconv -f WINDOWS-1252 -t UTF-8 FILE`, "
        "or set ENCODING to cp1252."
    )


def _convert(content: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    if encoding in ("utf-16", "utf-32"):  # of which the decoder takes away the mark
        yield codecs.BOM_UTF8
    offset = 0
    while True:
        data = content.read(PIECE_BYTES)
        try:
            yield decoder.decode(data, final=not data).encode()
        except UnicodeDecodeError as exc:
            offset += len(data) - len(exc.object) + exc.start
            raise refuse(encoding, offset) from exc
        except UnicodeError as exc:
            raise refuse(encoding, offset) from exc
        if not data:
            return
        offset += len(data)
