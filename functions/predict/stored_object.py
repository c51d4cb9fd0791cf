"""One version of an object as a binary file, read in ranges, so that memory stays constant at any size."""

import io
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import GenericError, PreconditionError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import GetOptions
    from obstore.store import ObjectStore

CHUNK = 4_194_304  # bytes in a request


class Location(NamedTuple):
    """`etag` and `version` are "" where the event does not tell."""

    bucket: str
    key: str
    etag: str = ""
    version: str = ""


class GoneError(Exception):
    """Raise when there is no such object, or not any more."""


class SupersededError(Exception):
    """Raise when another version has taken the place of the one that the event speaks of."""


class StoredObject(io.RawIOBase):
    """Every request names the version, so that what is read is of one piece.

    Raises GoneError or SupersededError, ValueError for a key that cannot be asked for, and BaseError.
    """

    def __init__(self, store: "ObjectStore", location: Location) -> None:
        if location.key.startswith("/"):  # the store would read the object without it
            raise ValueError("A key that starts with a slash cannot be read: rename the object.")
        self._store = store
        self._key = location.key
        self._pinned: GetOptions = {"if_match": f'"{location.etag}"'} if location.etag else {}
        if location.version:
            self._pinned["version"] = location.version
        first = self._first()
        self.size = first.meta["size"]
        self.etag = (first.meta["e_tag"] or "").strip('"')
        self._pinned["if_match"] = first.meta["e_tag"]
        self._chunk = memoryview(first.bytes())
        self._fetched = len(self._chunk)  # bytes, with the chunk

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._fetched - len(self._chunk)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._chunk and self._fetched < self.size:
            end = min(self._fetched + CHUNK, self.size)
            self._chunk = memoryview(self._get({"range": (self._fetched, end)}).bytes())
            self._fetched = end
        wanted = memoryview(buffer)
        part = self._chunk[: len(wanted)]
        wanted[: len(part)] = part
        self._chunk = self._chunk[len(part) :]
        return len(part)

    def _first(self) -> "obstore.GetResult":
        """What the first range answers tells the size too; only of an empty object there is no range."""
        try:
            return self._get({"range": (0, CHUNK)})
        except GenericError:
            whole = self._get({"head": True})
            if whole.meta["size"]:
                raise
            return whole

    def _get(self, asked: "GetOptions") -> "obstore.GetResult":
        try:
            return obstore.get(self._store, self._key, options={**self._pinned, **asked})
        except FileNotFoundError as exc:
            raise GoneError from exc
        except PreconditionError as exc:
            raise SupersededError from exc
