"""Reads a text as people mean it: one normal form for all ways to write it, in five steps.

1. Delete what nobody sees: zero-width characters, soft hyphens, variation selectors, skin tones.
2. Replace every kind of apostrophe by "'", and ASCII in other clothes, such as full-width or mathematical
   letters, by ASCII.
3. Replace HTML entities, also those that were escaped more than once (`&amp;#39;`).
4. Replace Greek and Cyrillic letters inside Latin words by the Latin letters that they look like.
5. Compose letters and accents (NFC), and delete the accents that belong to no letter.

A text of ASCII without "&" is in normal form, and stays so with letters such as é. No step depends on what is
beyond white space, and the time of each is linear in the length of the text. `unicodedata` and `html` are
imported by the first text that needs them.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

Reason = Literal["invisible", "character", "entity", "accent", "lookalike"]

# The characters of Unicode's Default_Ignorable_Code_Point that are in use, and the skin tones of emoji. The
# joiner of emoji is among them: the tokens of joined emoji are the same without it.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]+"
)

MAX_ESCAPES = 2  # of every character; "&" itself may be escaped more often (&amp;amp;lt;)

# What no step changes: ASCII without "&", and most letters of Latin-1 and Latin Extended-A.
_NORMAL = re.compile(
    "[\0-%'-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e]*"
)

# Where Unicode has characters that step 2 replaces. Most emoji and East Asian characters are elsewhere.
_DRESSED = re.compile(
    "[\u0080-\u2bff\ua78c\uf900-\ufdff\ufe30-\uffef\U0001d400-\U0001d7ff\U0001f110-\U0001f16f\U0002f800-\U0002fa1f]"
)
_APOSTROPHES = frozenset(  # acute, modifiers, Armenian, Hebrew, Greek, quotes, primes, saltillo, full-width
    "\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\u05f3\u1fbd\u2018\u2019\u201b\u2032\u2035\ua78c\uff07"
)
_ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,5}26);)*(#\d{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "rsquo": "'"}  # common

# A character and what stands in the blocks of accents but is no letter, or the parts of a Korean syllable.
# At most thirty accents are sorted at a time, as in Unicode's Stream-Safe Text Format, because the time of
# sorting is quadratic.
_ACCENTED = re.compile(
    r"\S(?:[\u0300-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabed\ufb1e\ufe20-\ufe2f"
    r"\U000101fd-\U0001e94a](?<!\w)){1,30}|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
)
_LOOSE_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

_WORD = re.compile(r"[\w'\u0300-\u036f]+")  # and its accents, where they are written apart
_GREEK_OR_CYRILLIC = re.compile("[\u0370-\u052f]")
_LATIN = re.compile("[A-Za-z]")
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԛԝһԁӏҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχϲϳ",
    "ABESIJKMHOPCTYXaesijopcyxqwhdlYyABEZHIKMNOPTYXaikvopuxcj",
)

# Replaces the matches of a pattern in a text: (text, pattern, replacement of a match, reason).
_Replace = Callable[[str, re.Pattern[str], Callable[[re.Match[str]], str], Reason], str]


class Change(NamedTuple):
    """`text[start:end]` is read as `read_as`, because of `reason`. A later step may have changed it again."""

    start: int
    end: int
    read_as: str
    reason: Reason


class Spelling:
    """The normal form `normal` of a text, with the way back from its characters to those of the text."""

    def __init__(self, text: str) -> None:
        self._starts: Sequence[int] = range(len(text))  # of the characters of `normal`, in the text
        self._ends: Sequence[int] = range(1, len(text) + 1)
        self._replaced: list[tuple[int, int, Reason]] = []
        self.normal = _normalize(text, self._replace)

    def find(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and the end in the text of `normal[start:end]`, which is not empty."""
        return self._starts[start], self._ends[end - 1]

    def changes(self) -> list[Change]:
        """Return all changes, in order. Changes that overlap, or have one reason and no gap, are one."""
        spans: list[tuple[int, int, Reason]] = []
        for start, end, reason in sorted(self._replaced, key=lambda span: span[:2]):
            if spans and (start < spans[-1][1] or (start, reason) == spans[-1][1:]):
                first, last, earlier = spans.pop()
                start, end, reason = first, max(last, end), earlier
            spans.append((start, end, reason))
        return [Change(start, end, self._read(start, end), reason) for start, end, reason in spans]

    def _read(self, start: int, end: int) -> str:
        from bisect import bisect_left, bisect_right  # only explanations need it

        return self.normal[bisect_left(self._starts, start) : bisect_right(self._ends, end)]

    def _replace(
        self, text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], reason: Reason
    ) -> str:
        parts, starts, ends, last = list[str](), list[int](), list[int](), 0
        for match in pattern.finditer(text):
            new, (first, end) = replacement(match), match.span()
            if new == match[0]:
                continue
            start, stop = self.find(first, end)
            self._replaced.append((start, stop, reason))
            parts += text[last:first], new
            same = len(new) == end - first  # then each character has its own place
            starts += *self._starts[last:first], *(self._starts[first:end] if same else [start] * len(new))
            ends += *self._ends[last:first], *(self._ends[first:end] if same else [stop] * len(new))
            last = end
        if not parts:
            return text
        self._starts = [*starts, *self._starts[last:]]
        self._ends = [*ends, *self._ends[last:]]
        return "".join(parts) + text[last:]


def normalize(text: str) -> str:
    """Return the normal form of `text`. Every `str` is valid, including lone surrogates."""
    normal = (text.isascii() and "&" not in text) or _NORMAL.fullmatch(text)
    return text if normal else _normalize(text, _substitute)


def _substitute(
    text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], _reason: Reason
) -> str:
    return pattern.sub(replacement, text)


def _normalize(text: str, replace: _Replace) -> str:
    if not text.isascii():
        text = replace(text, _INVISIBLE, lambda _: "", "invisible")
        text = replace(text, _DRESSED, lambda match: _undress(match[0]), "character")
    for _ in range(MAX_ESCAPES):
        if "&" in text:
            text = replace(text, _ENTITY, _decode, "entity")
    if not text.isascii():
        if _GREEK_OR_CYRILLIC.search(text):
            text = replace(text, _WORD, _unify, "lookalike")
        text = replace(text, _ACCENTED, _compose, "accent")
        text = replace(text, _LOOSE_ACCENTS, lambda _: "", "accent")
    return text


@lru_cache(maxsize=4_096)
def _undress(character: str) -> str:
    """Return the ASCII or the letter that a character outside ASCII stands for, or else the character."""
    from unicodedata import normalize  # most texts need no import

    canonical = normalize("NFC", character)
    if canonical in _APOSTROPHES:
        return "'"
    plain = normalize("NFKC", character)
    if plain.isascii() and len({*plain}) == 1:  # "…" and "ⓐ", but not "™"
        return plain
    if character.isalpha() or character.isdecimal():
        return plain if plain.isalnum() else character  # a part of a word stays one
    return canonical


def _decode(entity: re.Match[str]) -> str:
    name: str = entity[1]
    decoded = _ENTITIES.get(name) or (_decode_number(name) if name[0] == "#" else _decode_name(name))
    if decoded is None:
        return f"&{name};"
    if decoded.isascii():
        return decoded
    return "".join(map(_undress, _INVISIBLE.sub("", decoded)))


def _decode_number(number: str) -> str:
    code = int(number[2:], 16) if number[1] in "xX" else int(number[1:])
    if 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF:
        return chr(code)
    from html import unescape  # has the rules for what is no character, and is slow to import

    return unescape(f"&{number};")


def _decode_name(name: str) -> str | None:
    from html.entities import html5  # slow to import

    return html5.get(f"{name};")


def _compose(accented: re.Match[str]) -> str:
    from unicodedata import normalize  # most texts need no import

    return normalize("NFC", accented[0])


def _unify(word: re.Match[str]) -> str:
    """Return a word with Latin letters in Latin letters alone, if its other letters look like them."""
    text = word[0]
    if not _LATIN.search(text) or not _GREEK_OR_CYRILLIC.search(text):
        return text
    from unicodedata import normalize  # most texts need no import

    latin = normalize("NFD", text).translate(_LOOKALIKES)
    return text if _GREEK_OR_CYRILLIC.search(latin) else latin
