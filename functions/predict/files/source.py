"""One version of an object as a binary file, read in ranges, so that memory stays constant at any size."""

import io
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import GenericError, PreconditionError

from predict.files.pieces import RANGE_BYTES
from predict.location import Location
from predict.store import Timed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import GetOptions


class GoneError(Exception):
    """Raise when there is no such object, or no longer."""


class SupersededError(Exception):
    """Raise when another version has replaced the one that the event names."""


class WrongRangeError(OSError):
    """Raise when a store, or a proxy before it, answers with other bytes than it was asked for."""


class ObjectSource(io.RawIOBase):
    """Every request names the version, so that all ranges belong to the same content.

    Raises GoneError, SupersededError or WrongRangeError, and OutOfTimeError, BaseError, or ValueError for a
    key that cannot be asked for (`limits.key_fault`).
    """

    def __init__(self, store: Timed, location: Location) -> None:
        self._store = store
        self._key = location.key
        self._pinned: GetOptions = {"if_match": f'"{location.etag}"'} if location.etag else {}
        if location.version:
            self._pinned["version"] = location.version
        first = self._get_first()
        self.size = first.meta["size"]
        self._tag = first.meta["e_tag"]
        self._pinned["if_match"] = self._tag
        self._fetched = min(RANGE_BYTES, self.size)  # bytes
        self._unread = self._bytes(first, 0)
        if location.etag not in ("", self.etag):
            raise SupersededError

    @property
    def etag(self) -> str:
        """Without its quotes."""
        return (self._tag or "").strip('"')

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._fetched - len(self._unread)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._unread and self._fetched < self.size:
            start, self._fetched = self._fetched, min(self._fetched + RANGE_BYTES, self.size)
            self._unread = self._bytes(self._get({"range": (start, self._fetched)}), start)
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

    def _bytes(self, answer: "obstore.GetResult", start: int) -> memoryview:
        """The bytes from `start` to `_fetched`, and no fewer: they would read as the end of the object."""
        content = memoryview(answer.bytes())
        if answer.meta["e_tag"] != self._tag:
            raise WrongRangeError("The store answers with another version of the object: ask again.")
        if len(content) != self._fetched - start:
            raise WrongRangeError("The store answers with other bytes than it was asked for: ask again.")
        return content

    def _get(self, options: "GetOptions") -> "obstore.GetResult":
        try:
            return obstore.get(self._store.now(), self._key, options={**self._pinned, **options})
        except FileNotFoundError as exc:
            raise GoneError from exc
        except PreconditionError as exc:
            raise SupersededError from exc
