"""A zip with one file in it, unpacked from its start to its end: its directory, at the end, is not needed.

The layout is that of PKWARE's APPNOTE.TXT, 4.3.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from predict.files.pieces import PIECE_BYTES
from predict.files.rows import RefusedError

_HEADER = struct.Struct("<4s5H3L2H")  # of a member
_MEMBER, _DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
_ENDS = (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06")  # of the members: the directory begins
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW = 1, 8  # flags
_ZIP64 = 0xFFFFFFFF
_BROKEN = "The object is a broken zip: upload it again."

# Spreadsheets and documents are zips too.
_OF_OFFICE = ("[Content_Types].xml", "_rels/", "docProps/", "xl/", "word/", "ppt/", "mimetype", "META-INF/")


class _Member(NamedTuple):
    name: str
    flags: int
    method: int
    check_sum: int
    size: int  # packed


def unpack(packed: BinaryIO) -> Iterator[bytes]:
    """The one file. Raises RefusedError."""
    zip, found = _Zip(packed), False
    while member := zip.open_member():
        if _is_beside(member.name):
            for _ in zip.unpack(member):
                pass
            continue
        _check(member)
        if found:
            raise RefusedError("The object is a zip of several files: unpack it, and upload each by itself.")
        found = True
        yield from zip.unpack(member)
    if not found:
        raise RefusedError("The object is a zip without a file: upload the file itself.")


def _is_beside(name: str) -> bool:
    """Whether a member is a folder, or what macOS adds to a zip."""
    return name.endswith("/") or name.startswith("__MACOSX/")


def _check(member: _Member) -> None:
    if member.name.startswith(_OF_OFFICE):
        raise RefusedError(
            "The object is a file of Excel or another office program: "
            "save its table as CSV in UTF-8, and upload that."
        )


class _Zip:
    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._ahead = b""  # read, but not used

    def open_member(self) -> _Member | None:
        """The next one, or None at the end."""
        magic = self._look(4)
        if magic in _ENDS:
            return None
        if magic != _MEMBER:
            raise RefusedError(_BROKEN)
        _, _, flags, method, _, _, check_sum, packed, unpacked, of_name, of_extra = _HEADER.unpack(
            self._take(_HEADER.size)
        )
        name = self._take(of_name).decode("utf-8", "replace")
        extra = self._take(of_extra)
        if packed == _ZIP64:
            packed = _read_zip64(extra, unpacked)
        return _Member(name, flags, method, check_sum, packed)

    def unpack(self, member: _Member) -> Iterator[bytes]:
        """All of its bytes, checked at their end."""
        if member.flags & _ENCRYPTED:
            raise RefusedError("The object is a zip with a password: unpack it, and upload the file itself.")
        sized = not member.flags & _SIZES_FOLLOW
        if member.method == _DEFLATED:
            pieces = self._inflate()
        elif member.method == _STORED and sized:
            pieces = self._copy(member.size)
        else:
            raise RefusedError("The object is a zip of a rare kind: pack the file with gzip instead.")
        check_sum = 0
        for piece in pieces:
            check_sum = zlib.crc32(piece, check_sum)
            yield piece
        if check_sum != (member.check_sum if sized else self._take_descriptor()):
            raise RefusedError(_BROKEN)

    def _inflate(self) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-15)  # without header or check sum
        while not inflate.eof:
            data = inflate.unconsumed_tail or self._read()
            try:
                piece = inflate.decompress(data, PIECE_BYTES)
            except zlib.error as exc:
                raise RefusedError(_BROKEN) from exc
            if piece:
                yield piece
            elif not data:
                raise RefusedError(_BROKEN)
        self._ahead = inflate.unused_data + self._ahead

    def _copy(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self._take(min(size, PIECE_BYTES))
            size -= len(piece)
            yield piece

    def _take_descriptor(self) -> int:
        """The check sum that stands behind a member; the sizes beside it have 4 bytes each, or 8."""
        if self._look(4) == _DESCRIPTOR:
            self._take(4)
        [check_sum] = struct.unpack("<L", self._take(4))
        ahead = self._look(20)
        self._take(8 if ahead[8:12] in (_MEMBER, *_ENDS) else 16)
        return int(check_sum)

    def _read(self) -> bytes:
        data, self._ahead = self._ahead or self._packed.read(PIECE_BYTES), b""
        return data

    def _look(self, size: int) -> bytes:
        if len(self._ahead) < size:
            self._ahead += self._packed.read(size - len(self._ahead))
        return self._ahead[:size]

    def _take(self, size: int) -> bytes:
        data = self._look(size)
        if len(data) < size:
            raise RefusedError(_BROKEN)
        self._ahead = self._ahead[size:]
        return data


def _read_zip64(extra: bytes, unpacked: int) -> int:
    """The packed size in the field 0x0001 of `extra`, behind the unpacked one if that is there too."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<2H", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        place = 8 if unpacked == _ZIP64 else 0
        if kind == 1 and len(field) >= place + 8:
            return int.from_bytes(field[place : place + 8], "little")
    raise RefusedError(_BROKEN)
