"""One version of an object as a binary file, read in ranges, so that memory stays constant at any size."""

import io
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import GenericError, PreconditionError

from predict.location import Location

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import GetOptions
    from obstore.store import ObjectStore

RANGE_BYTES = 4_194_304  # in one request


class GoneError(Exception):
    """Raise when there is no such object, or no longer."""


class SupersededError(Exception):
    """Raise when another version has replaced the one that the event names."""


class ShortReadError(OSError):
    """Raise when a store answers with fewer bytes than it was asked for: the rest must not be lost."""


class ObjectSource(io.RawIOBase):
    """Every request names the version, so that all ranges belong to the same content.

    Raises GoneError, SupersededError, ShortReadError, ValueError for a key that cannot be asked for, and
    BaseError.
    """

    def __init__(self, store: "ObjectStore", location: Location) -> None:
        if location.key.startswith("/"):  # the store would read the object without the slash
            raise ValueError("A key that starts with a slash cannot be read: rename the object.")
        self._store = store
        self._key = location.key
        self._pinned: GetOptions = {"if_match": f'"{location.etag}"'} if location.etag else {}
        if location.version:
            self._pinned["version"] = location.version
        first = self._get_first()
        self.size = first.meta["size"]
        self.etag = (first.meta["e_tag"] or "").strip('"')
        self._pinned["if_match"] = first.meta["e_tag"]
        self._fetched = min(RANGE_BYTES, self.size)  # bytes
        self._unread = _read_all(first, self._fetched)

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._fetched - len(self._unread)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._unread and self._fetched < self.size:
            end = min(self._fetched + RANGE_BYTES, self.size)
            self._unread = _read_all(self._get({"range": (self._fetched, end)}), end - self._fetched)
            self._fetched = end
        wanted = memoryview(buffer)
        part = self._unread[: len(wanted)]
        wanted[: len(part)] = part
        self._unread = self._unread[len(part) :]
        return len(part)

    def _get_first(self) -> "obstore.GetResult":
        """The first range, which tells the size too. An empty object has no range."""
        try:
            return self._get({"range": (0, RANGE_BYTES)})
        except GenericError:
            whole = self._get({"head": True})
            if whole.meta["size"]:
                raise
            return whole

    def _get(self, options: "GetOptions") -> "obstore.GetResult":
        try:
            return obstore.get(self._store, self._key, options={**self._pinned, **options})
        except FileNotFoundError as exc:
            raise GoneError from exc
        except PreconditionError as exc:
            raise SupersededError from exc


def _read_all(answer: "obstore.GetResult", length: int) -> memoryview:
    """Raises ShortReadError."""
    content = memoryview(answer.bytes())
    if len(content) != length:
        raise ShortReadError(f"The store answered {len(content):,} of {length:,} bytes: try again.")
    return content
