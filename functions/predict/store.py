"""Object stores: S3, Google Cloud Storage, Azure, a folder, or memory."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, from_url

from predict.settings import SettingsError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

REQUEST_TIMEOUT = 8  # seconds
UPLOAD_TIMEOUT = 300  # seconds; S3 takes minutes to put the parts of a large object together

# A door answers or fails before its function times out: the source then delivers again later.
_RETRIES: "RetryConfig" = {"max_retries": 5, "retry_timeout": timedelta(seconds=15)}

FAILURES = (BaseError, OSError, ValueError)  # what the functions here and obstore raise where a store fails


@lru_cache(maxsize=16)
def open_store(url: str, timeout: int = REQUEST_TIMEOUT) -> "ObjectStore":
    """The store at `url`; `timeout` is that of one request, in seconds. Raises SettingsError."""
    # obstore reads AWS_ENDPOINT_URL. Only an address that starts with http:// is reached without TLS.
    requests: ClientConfig = {"timeout": f"{timeout}s", "allow_http": True}
    try:
        if url.startswith("file://"):
            return LocalStore.from_url(url)
        if url.startswith("memory://"):
            return MemoryStore()
        return from_url(url, retry_config=_RETRIES, client_options=requests)
    except (BaseError, ValueError, OSError) as exc:
        raise SettingsError(f"no store can be opened at {url}: correct its address") from exc


def create_folder(url: str) -> None:
    """Create the folder of a store that is to be written to. Raises SettingsError."""
    try:
        if url.startswith("file://"):
            os.makedirs(url.removeprefix("file://"), exist_ok=True)
    except OSError as exc:
        raise SettingsError(f"no folder can be created at {url}: correct its address") from exc


def write_lines(store: "ObjectStore", key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines at `key`, which is derived from their input: an object there already is the same."""
    content = "".join(f"{json.dumps(row, ensure_ascii=False, allow_nan=False)}\n" for row in rows)
    try:
        obstore.put(store, key, content.encode(), mode="create")
    except AlreadyExistsError as exc:
        if "ConditionalRequestConflict" in str(exc):  # S3's 409: a deletion is under way, nothing is there
            raise


def reason(exc: Exception) -> str:
    """What went wrong, in one line, without the internals that obstore appends."""
    return f"{type(exc).__name__}: {exc}".partition("\n")[0][:500]


def digest(ids: Iterable[str]) -> str:
    """A name for a set of messages."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]
