"""A binary file made of pieces, and a look at the first bytes of one."""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES = 65_536
RANGE_BYTES = 4_194_304  # in one request for a range of an object
PART_BYTES = 5_242_880  # of an upload: S3 takes no fewer in a part, and 10,000 parts


class Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._unread = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._unread:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._unread = memoryview(piece)
        wanted = memoryview(buffer)
        part = self._unread[: len(wanted)]
        wanted[: len(part)] = part
        self._unread = self._unread[len(part) :]
        return len(part)


def cut(content: BinaryIO) -> Iterator[bytes]:
    """The pieces of a file."""
    while piece := content.read(PIECE_BYTES):
        yield piece


def join(pieces: Iterable[bytes]) -> BinaryIO:
    """Pieces as one file, whose `read` gives as many bytes as it is asked for, but at the end."""
    return io.BufferedReader(Pieces(pieces), PIECE_BYTES)


def peek(content: BinaryIO, size: int = PIECE_BYTES) -> tuple[bytes, BinaryIO]:
    """The first bytes, and the file with them."""
    head = content.read(size)
    return head, join(chain([head], cut(content)))
