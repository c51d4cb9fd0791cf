"""What is asked for, whatever the dialect, and what can be wrong with it."""

import re
from typing import NamedTuple

from predict.settings import Settings

MAX_FAULTS = 20  # in one answer: a request of many bad texts must not be answered at length
MAX_ID_CHARACTERS = 256

_JSON_NAMES = {
    bool: "a boolean",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}
NAME = re.compile(r"[A-Za-z0-9_-]{1,36}")  # a UUID is as long


class Request(NamedTuple):
    """`texts[i]` is the tweet whose answer carries `ids[i]`; positive is from `threshold` up.

    Strictly between the bounds of `uncertain` the answer is neither; `explain` asks for its reasons.
    """

    ids: list[str | int]
    texts: list[str]
    threshold: float = 0.5
    uncertain: tuple[float, float] | None = None
    explain: bool = False


class Fault(NamedTuple):
    """`pointer` is a JSON pointer (RFC 6901) to the field, "" the whole body; `detail` names the cure."""

    pointer: str
    detail: str


class InvalidRequest(ValueError):
    """Raise when a request is JSON, but not a request; `faults` are what is wrong, at most MAX_FAULTS."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer or 'the request'} {fault.detail}" for fault in faults))
        self.faults = faults


def pointer(key: str) -> str:
    """To the field `key` of the body; to the whole body if `key` is no plain name, but perhaps a tweet."""
    return f"/{key}" if NAME.fullmatch(key) else ""


def type_fault(value: object, *types: type) -> str | None:
    """Why the JSON `value` is of the wrong type, or None."""
    if type(value) in types:
        return None
    return f"must be {' or '.join(_JSON_NAMES[a_type] for a_type in types)}, not {_JSON_NAMES[type(value)]}"


def text_fault(text: object, settings: Settings) -> str | None:
    """Why `text` cannot be scored, or None."""
    return type_fault(text, str) or _string_fault(str(text), settings.max_characters)


def id_fault(id: object) -> str | None:
    """Why `id` cannot be sent back, or None."""
    if isinstance(id, int) and not -(2**63) <= id < 2**63:
        return "must fit into 64 bits: send it as a string"
    return type_fault(id, str, int) or _string_fault(str(id), MAX_ID_CHARACTERS)


def count_fault(count: int, settings: Settings) -> str | None:
    """Why so many texts cannot be scored at once, or None."""
    if count <= settings.max_texts:
        return None
    return f"has {count:,} texts, at most {settings.max_texts:,} are taken: send several requests"


def _string_fault(value: str, max_characters: int) -> str | None:
    if len(value) > max_characters:
        return f"has {len(value):,} characters, at most {max_characters:,} are taken: shorten it"
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            return f"has half a surrogate pair at character {exc.start}: send whole characters"
    return None
