"""Where results go and objects come from: S3, Google Cloud Storage, Azure, a folder, or memory."""

import hashlib
import json
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

# A door answers or fails before its function times out: the source then delivers again, later.
_RETRIES: "RetryConfig" = {"max_retries": 5, "retry_timeout": timedelta(seconds=15)}


@lru_cache(maxsize=16)
def opened(url: str, seconds: int = 8) -> "ObjectStore":
    """The store at `url`, a request of which may take so long. Raises SettingsError."""
    # obstore heeds AWS_ENDPOINT_URL; http is used where that says so, and nowhere else
    requests: ClientConfig = {"timeout": f"{seconds}s", "allow_http": True}
    try:
        if url.startswith("file://"):
            return LocalStore.from_url(url, mkdir=True)
        if url.startswith("memory://"):
            return MemoryStore()
        return from_url(url, retry_config=_RETRIES, client_options=requests)
    except (BaseError, ValueError, OSError) as exc:
        raise SettingsError(f"no store can be opened at {url}: correct its address") from exc


def write_lines(store: "ObjectStore", key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines at `key`, which tells of their input: what is there says the same, and stays."""
    content = "".join(f"{json.dumps(row, ensure_ascii=False, allow_nan=False)}\n" for row in rows)
    try:
        obstore.put(store, key, content.encode(), mode="create")
    except AlreadyExistsError as exc:
        if "ConditionalRequestConflict" in str(exc):  # S3's 409: nothing is there, something was just deleted
            raise


def reason(exc: Exception) -> str:
    """What went wrong, in a line, without obstore's account of its own inside."""
    return f"{type(exc).__name__}: {exc}".partition("\n")[0][:500]


def digest(ids: Iterable[str]) -> str:
    """A name for a set of messages."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]
