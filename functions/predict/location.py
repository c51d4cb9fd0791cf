"""Where an object is."""

from typing import NamedTuple


class Location(NamedTuple):
    """One version of an object; `etag` and `version` are "" where the event does not name them."""

    bucket: str
    key: str
    etag: str = ""
    version: str = ""
