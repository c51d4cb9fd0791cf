"""Gzip, bzip2, zstd and zip, told by the content and unpacked as it is read."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

from predict.files.pieces import PIECE_BYTES, join, peek
from predict.files.rows import RefusedError

MAX_UNPACKED_BYTES = 16_777_216  # of any compressed object,
MAX_UNPACKED_RATIO = 100  # or this many times its size

_MAX_ZSTD_WINDOW = 25  # log2 of the bytes that a packer may look back, which the unpacker keeps

MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}


class _Unpacker(Protocol):
    """As bz2 and zstd have it, for one member."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)  # with header and check sum

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


def unpack(content: BinaryIO, size: int) -> tuple[BinaryIO, str]:
    """The content unpacked, and the name of its packing, or "". `size` is that of the object, in bytes.

    Its reads raise RefusedError where it is broken or unpacks to too much.
    """
    head, content = peek(content)
    name = name_packing(head)
    if not name:
        return content, ""
    if name == "zip":
        from predict.files import zip_member  # only this needs it

        pieces = zip_member.unpack(content)
    else:
        pieces = _unpack(content, name)
    return join(_limit(pieces, max(MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO * size))), name


def name_packing(head: bytes) -> str:
    """The packing that `head` begins with, or ""."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")


def _limit(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise RefusedError(
                f"The object unpacks to more than {MAX_UNPACKED_RATIO} times its size: send it plainly."
            )
        yield piece


def _unpack(packed: BinaryIO, name: str) -> Iterator[bytes]:
    begin, errors, cure = _open_library(name)
    broken = f"The object is broken {name}: {cure}."
    unpacker = begin()
    while True:
        if unpacker.eof:
            data = _skip_padding(unpacker.unused_data, packed)
            if not data:
                return
            unpacker, hungry = begin(), True
        else:
            hungry = unpacker.needs_input
            data = packed.read(PIECE_BYTES) if hungry else b""
        try:
            piece = unpacker.decompress(data, PIECE_BYTES)
        except errors as exc:
            raise RefusedError(broken) from exc
        if piece:
            yield piece
        elif hungry and not data:
            raise RefusedError(broken)


def _skip_padding(rest: bytes, packed: BinaryIO) -> bytes:
    """What comes after a member and its zeros, or b"" at the end."""
    rest = rest.lstrip(b"\0")
    while not rest and (data := packed.read(PIECE_BYTES)):
        rest = data.lstrip(b"\0")
    return rest


def _open_library(name: str) -> tuple[Callable[[], _Unpacker], tuple[type[Exception], ...], str]:
    """What begins a member, what it raises, and the cure."""
    if name == "bzip2":
        import bz2  # each library is imported only where it is needed

        return bz2.BZ2Decompressor, (OSError, ValueError), "upload it again"
    if name == "zstd":
        zstd = _import_zstd()
        options = {zstd.DecompressionParameter.window_log_max: _MAX_ZSTD_WINDOW}
        cure = "upload it again, or pack it with a smaller window (`zstd -19` has one)"
        return lambda: zstd.ZstdDecompressor(options=options), (zstd.ZstdError,), cure
    return _Gunzip, (zlib.error,), "upload it again"


def _import_zstd() -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # from Python 3.14 on
    except ImportError:
        from backports import zstd
    return zstd
