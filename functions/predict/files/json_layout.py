"""Whether JSON is an object a line, told from its first lines."""

import json
import re

from predict.files import text_member

# It finds where values end. It does not look at numbers: rows are read once more, strictly.
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

_BEGINS_PAGE = re.compile(r'\{\s*"[^"]*"\s*:\s*\[\s*\{')
_GOES_ON = ("{", "[", ",", ":")  # the end of a line within a value


def is_lines(head: bytes, wanted: str, named_so: bool) -> bool:
    """Whether JSON that begins with `head` has a row on each line.

    Where the first line is longer than `head`, the name of the file decides.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if start.startswith(b"["):
        return False
    line, end, _ = start.partition(b"\n")
    text = line.decode(errors="replace").strip()
    try:
        value, length = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return not text.endswith(_GOES_ON) if end else named_so and not _BEGINS_PAGE.match(text)
    one = not text[length:].lstrip(" \t\r\ufeff").startswith("{")
    return one and not (not text_member.find(value, wanted) and text_member.find_arrays(value, wanted))
