"""What a text, an id, a count, a probability and a key may be, and words for a fault and its cure."""

import re
from collections.abc import Collection

# These limits are on what a client sends. How much of a text a model reads is the model's own limit
# (model/classifier.py): it holds for a text from anywhere, and a longer text is scored with a warning.
MAX_ID_CHARACTERS = 256
MIN_INTEGER_ID, MAX_INTEGER_ID = -(2**63), 2**63 - 1  # 64 bits, as JSON readers and databases have them

PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,36}")  # a UUID has 36 characters

BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]{0,221}")  # of all clouds, and no way out of a folder
MAX_KEY_BYTES = 1_024  # S3 and Google Cloud Storage take no more
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_UNMISTAKABLE_ID = re.compile(r"[0-9]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_JSON_NAMES = {
    bool: "a boolean",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def type_fault(value: object, *types: type) -> str | None:
    """Why the JSON `value` has the wrong type, or None."""
    if type(value) in types:
        return None
    return f"must be {' or '.join(_JSON_NAMES[a_type] for a_type in types)}, not {_JSON_NAMES[type(value)]}"


def text_fault(text: object, max_characters: int) -> str | None:
    """Why `text` cannot be scored, or None."""
    return type_fault(text, str) or _string_fault(str(text), max_characters)


def id_fault(id: object) -> str | None:
    """Why `id` cannot be sent back, or None."""
    if isinstance(id, int) and not MIN_INTEGER_ID <= id <= MAX_INTEGER_ID:
        return "must fit into 64 bits: send it as a string"
    return type_fault(id, str, int) or _string_fault(str(id), MAX_ID_CHARACTERS)


def are_ids(names: Collection[str]) -> bool:
    """Whether each of `names` is digits or a UUID: no member of an event of AWS is named so."""
    return bool(names) and all(map(_UNMISTAKABLE_ID.fullmatch, names))


def count_fault(count: int, max_texts: int) -> str | None:
    """Why so many texts cannot be scored at once, or None."""
    if count <= max_texts:
        return None
    return f"has {count:,} texts, at most {max_texts:,} are taken: send several requests"


def is_probability(value: object) -> bool:
    """Whether the JSON `value` is a number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def parse_probability(text: str) -> float:
    """The number from 0 to 1 in `text`. Raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not is_probability(value):
        raise ValueError(f"must be a number from 0 to 1, not {text!r}")
    return value


def parse_port(text: str) -> int:
    """The port in `text`. Raises ValueError."""
    if not (text.isascii() and text.isdecimal()) or int(text) > 65_535:
        raise ValueError("must be a number from 0 (any free port) to 65535")
    return int(text)


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


def _string_fault(value: str, max_characters: int) -> str | None:
    if len(value) > max_characters:
        return f"has {len(value):,} characters, at most {max_characters:,} are taken: shorten it"
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as exc:
            return f"has half a surrogate pair at character {exc.start}: send whole characters"
    return None
