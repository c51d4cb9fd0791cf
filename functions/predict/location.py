"""Where an object is."""

import re
from typing import NamedTuple

from predict.limits import BUCKET

_TAG = re.compile(r"[!#-~]{0,1024}")  # what a header may quote
_VERSION = re.compile(r"[!-~]{0,1024}")


class Location(NamedTuple):
    """One version of an object; what the event does not name is ""."""

    bucket: str
    key: str
    etag: str = ""
    version: str = ""
    text_column: str = ""  # instead of that of the settings


def name_fault(location: Location) -> str | None:
    """Why no store can have such a bucket, ETag or version, or None."""
    if not BUCKET.fullmatch(location.bucket):
        return "has a bucket that is no name of one: send letters, digits, dots, hyphens and underscores"
    if not _TAG.fullmatch(location.etag):
        return "has an etag with a quote, a space or a control character: send it as the store gives it"
    if not _VERSION.fullmatch(location.version):
        return "has a version with a space or a control character: send it as the store gives it"
    return None
