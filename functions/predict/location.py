"""Where an object is."""

import re
from typing import NamedTuple

# Of S3, Google Cloud Storage and Azure, and no way out of a folder.
BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]{0,221}")
MAX_KEY_BYTES = 1_024  # S3 and Google Cloud Storage take no more

_TAG = re.compile(r"[!#-~]{0,1024}")  # what a header may quote
_VERSION = re.compile(r"[!-~]{0,1024}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Location(NamedTuple):
    """One version of an object; `etag` and `version` are "" where the event does not name them."""

    bucket: str
    key: str
    etag: str = ""
    version: str = ""


def name_fault(location: Location) -> str | None:
    """Why no store can have such a bucket, ETag or version, or None."""
    if not BUCKET.fullmatch(location.bucket):
        return "has a bucket that is no name of one: send letters, digits, dots, hyphens and underscores"
    if not _TAG.fullmatch(location.etag):
        return "has an etag with a quote, a space or a control character: send it as the store gives it"
    if not _VERSION.fullmatch(location.version):
        return "has a version with a space or a control character: send it as the store gives it"
    return None


def key_fault(key: str) -> str | None:
    """Why the stores' client cannot ask for `key`, although S3 may have it, or None.

    It would ask for another object, or not at all.
    """
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "is not Unicode"
    steps = key.split("/")
    if size > MAX_KEY_BYTES:
        return f"has {size:,} bytes, more than {MAX_KEY_BYTES:,}"
    if _CONTROL.search(key):
        return "has a control character"
    if "" in steps:
        return "starts or ends with a slash, or has two together"
    if "." in steps or ".." in steps:
        return "has a step that is one dot or two"
    return None
