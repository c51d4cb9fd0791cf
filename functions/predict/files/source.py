"""One version of an object as a binary file, read in ranges, so that memory stays constant at any size."""

import io
from collections.abc import Callable
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

    While a range is read, a thread gets the one behind it.

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
        self._unread = self._take(first, 0)
        self._fetched = len(self._unread)  # bytes, in all
        self._next: _Ahead | None = None
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
        if not self._unread and self._next:
            self._unread = self._next.wait()
            self._fetched += len(self._unread)
            self._next = None
        if not self._next and self._fetched < self.size:
            self._next = _Ahead(self._get_range, self._fetched)
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

    def _get_range(self, start: int) -> memoryview:
        return self._take(self._get({"range": (start, min(start + RANGE_BYTES, self.size))}), start)

    def _take(self, answer: "obstore.GetResult", start: int) -> memoryview:
        """The bytes of the range from `start` on, and no fewer: they would read as the end of the object."""
        content = memoryview(answer.bytes())
        if answer.meta["e_tag"] != self._tag:
            raise WrongRangeError("The store answers with another version of the object: ask again.")
        if len(content) != min(RANGE_BYTES, self.size - start):
            raise WrongRangeError("The store answers with other bytes than it was asked for: ask again.")
        return content

    def _get(self, options: "GetOptions") -> "obstore.GetResult":
        try:
            return obstore.get(self._store.now(), self._key, options={**self._pinned, **options})
        except FileNotFoundError as exc:
            raise GoneError from exc
        except PreconditionError as exc:
            raise SupersededError from exc


class _Ahead:
    """The range from `start` on, which a thread gets."""

    def __init__(self, get: Callable[[int], memoryview], start: int) -> None:
        from threading import Thread  # most objects have one range

        self._get = get
        self._start = start
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run)  # Python does not end before it: Rust must not be broken off
        self._thread.start()

    def wait(self) -> memoryview:
        """Raises what the thread raised."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._get(self._start)
        except BaseException as exc:  # a panic of obstore among them
            self._error = exc
