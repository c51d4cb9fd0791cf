"""Object stores: S3, Google Cloud Storage, Azure, a folder, or memory."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, from_url

from predict.deadline import OutOfTimeError, Remaining
from predict.settings import SettingsError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

REQUEST_TIMEOUT = 8  # seconds
UPLOAD_TIMEOUT = 300  # seconds; S3 takes minutes to put the parts of a large object together

# A door answers or fails before its function times out: the source then delivers again later.
_RETRIES: "RetryConfig" = {"max_retries": 5, "retry_timeout": timedelta(seconds=15)}

FAILURES = (BaseError, OSError, ValueError)  # what the functions here and obstore raise where a store fails

_PAUSE = 3_000  # milliseconds before the last of the retries
_RESERVE = 500  # milliseconds, for the answer and the line of the log
_SHORTEST = 250  # milliseconds, in which a store of the same region answers
_NO_STORE = "no store can be opened at {}: correct its address"
_PASSWORD = re.compile(r"//[^/\s@]*@")


class StoreError(OSError):
    """Raise when the client of a store fails in a way of its own."""


@lru_cache(maxsize=16)
def open_store(url: str, timeout: int = REQUEST_TIMEOUT) -> "ObjectStore":
    """The store at `url`; `timeout` is that of one request, in seconds. Raises SettingsError.

    A folder must be there: see `make_folder`.
    """
    # obstore reads AWS_ENDPOINT_URL. Only an address that starts with http:// is reached without TLS.
    requests: ClientConfig = {"timeout": f"{timeout}s", "allow_http": True}
    try:
        if url.startswith("file://"):
            return LocalStore.from_url(url)
        if url.startswith("memory://"):
            return MemoryStore()
        return from_url(url, retry_config=_RETRIES, client_options=requests)
    except (BaseError, ValueError, OSError) as exc:
        raise SettingsError(_NO_STORE.format(url)) from exc


def make_folder(url: str) -> None:
    """Make the folder at `url`, where it is one: results may go to a new one. Raises SettingsError."""
    if url.startswith("file://"):
        try:
            LocalStore.from_url(url, mkdir=True)
        except (BaseError, ValueError, OSError) as exc:
            raise SettingsError(_NO_STORE.format(url)) from exc


class Timed:
    """A store whose requests end before the time does. Where time is short, they are tried for shorter."""

    def __init__(self, store: "ObjectStore", remaining: Remaining) -> None:
        self._store = store
        self._remaining = remaining
        self._copies: dict[int, ObjectStore] = {}

    def now(self) -> "ObjectStore":
        """The store for one request that begins now. Raises OutOfTimeError."""
        if isinstance(self._store, LocalStore | MemoryStore):
            return self._store
        usual, left = _timeout(self._store), self._remaining() - _RESERVE
        if left >= usual + _RETRIES["retry_timeout"] // timedelta(milliseconds=1) + _PAUSE:
            return self._store
        most = min(usual, left * 4 // 9)  # as long again for retries, and a quarter for the pause between
        if most < _SHORTEST:
            raise OutOfTimeError
        timeout = _SHORTEST << (most // _SHORTEST).bit_length() - 1  # one of few: 250, 500, 1,000 ...
        if timeout not in self._copies:
            self._copies[timeout] = _hurry(self._store, timeout)
        return self._copies[timeout]


def write_lines(store: "ObjectStore", key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines at `key`, which is derived from their input: an object there already is the same."""
    content = "".join(f"{json.dumps(row, ensure_ascii=False, allow_nan=False)}\n" for row in rows)
    try:
        with guarded():
            obstore.put(store, key, content.encode(), mode="create")
    except AlreadyExistsError as exc:
        if "ConditionalRequestConflict" in str(exc):  # S3's 409: a deletion is under way, nothing is there
            raise


@contextmanager
def guarded() -> Iterator[None]:
    """Let the errors of stores show no password: Lambda logs what a door raises.

    Raises StoreError where obstore panics, which would end the process: its panic is no Exception.
    """
    try:
        yield
    except (BaseError, OSError) as exc:
        raise type(exc)(_line(exc)) from None
    except BaseException as exc:
        if type(exc).__name__ != "PanicException":
            raise
        raise StoreError(f"The client of the store broke off: {_line(exc)}") from None


def reason(exc: Exception) -> str:
    """What went wrong, in one line."""
    return f"{type(exc).__name__}: {_line(exc)}"


def digest(ids: Iterable[str]) -> str:
    """A name for a set of messages."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]


def _line(exc: BaseException) -> str:
    """Without the internals that obstore appends, and without passwords."""
    return _PASSWORD.sub("//", str(exc).partition("\n")[0])[:500]


def _timeout(store: Any) -> int:
    """Milliseconds of one request."""
    given = (store.client_options or {}).get("timeout", "30s")  # obstore's own
    return int(given.removesuffix("s")) * 1_000


def _hurry(store: Any, timeout: int) -> "ObjectStore":
    """The same store with `timeout` milliseconds for one request."""
    limit = timedelta(milliseconds=timeout)
    retries: RetryConfig = {
        "max_retries": 2,
        "retry_timeout": limit,
        "backoff": {"init_backoff": limit / 8, "max_backoff": limit / 4, "base": 2},
    }
    found: ObjectStore = type(store)(
        config=store.config,
        prefix=store.prefix,
        client_options={**(store.client_options or {}), "timeout": limit},
        retry_config=retries,
        credential_provider=store.credential_provider,
    )
    return found
