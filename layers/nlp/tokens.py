"""Splits a tweet into tokens: everything that may carry sentiment, in a normal form."""

import re
from typing import Literal, NamedTuple

from nlp.spelling import Spelling
from nlp.stems import blank_addresses

Kind = Literal["word", "emoticon", "mark", "handle", "address"]

# The emoticons are those of Christopher Potts, https://sentiment.christopherpotts.net/tokenizing.html, plus
# hearts and the upright emoticons of East Asia. An emoji is one character of Unicode's blocks for arrows,
# symbols and pictures.
_TOKEN = re.compile(
    r"(?P<emoticon>(?<![\w:;=])(?:[<>]?[:;=8][-o*'`]?[)\](\[dDpPsSoO/}{@|\\*3]|[)\](\[dD/}{@|\\][-o*'`]?[:;=8][<>]?)(?!\w)"
    r"|<[/\\]?3+|\^[_.-]?\^|[>-][._]+[<-]|[←-⯿\U0001f000-\U0001faff])"
    r"|(?P<word>\w+(?:['`]+\w+)*)"
    r"|(?P<mark>!+|\?[?!]*|\.\.+|[.,;:])"
)
_ELONGATED = re.compile(r"(\w)\1\1+")
_MARKS = {"!": "!", "?": "?"}
_NEGATORS = frozenset(
    """aint arent cannot cant couldnt didnt doesnt dont hadnt hardly hasnt havent isnt neither never no nobody
    none nor not nothing nowhere shouldnt wasnt werent without wont wouldnt""".split()  # noqa: SIM905 to be read
)


class Token(NamedTuple):
    """The normal form of `text[start:end]`. `signals` name what the normal form hides, such as capitals."""

    start: int
    end: int
    kind: Kind
    form: str
    signals: tuple[str, ...] = ()


def find_tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, in order.

    Every `str` is valid. No token depends on what is beyond white space, so callers may split there first.
    """
    spelling = Spelling(text)
    return [
        token._replace(start=start, end=end)
        for token in find_in_normal(spelling.normal)
        for start, end in [spelling.find(token.start, token.end)]
    ]


def find_in_normal(text: str) -> list[Token]:
    """Return the tokens of a text in normal form. Unlike `find_tokens`, the function keeps no places."""
    return _find_in_plain(text) or _find_in_any(text)


def negates(form: str) -> bool:
    """Whether the word reverses the sentiment of the words after it."""
    return form in _NEGATORS


def normalize(word: str) -> str:
    """Fold case, delete apostrophes, shorten runs of a character to two, and replace a number by "0"."""
    folded = word.replace("'", "").replace("`", "").casefold()
    return "0" if folded.isdecimal() else _ELONGATED.sub(lambda run: run[1] * 2, folded)


def _find_in_plain(text: str) -> list[Token]:
    """A shortcut for the commonest pieces: a word of letters with marks after it, or a handle.

    The list is empty if `text` is neither. Tests compare the shortcut with `_find_in_any`.
    """
    word = text.rstrip("!?.,")
    if word.isalpha() and word.lower() != "www":  # then it contains no address and no emoticon
        return [_to_word(word, 0, len(word)), *map(_to_token, _TOKEN.finditer(text, len(word)))]
    if text.startswith("@") and text[1:].isalnum():
        return [Token(0, len(text), "handle", "", ("handle",))]
    return []


def _find_in_any(text: str) -> list[Token]:
    bare, addresses = blank_addresses(text)
    found = [_to_token(match) for match in _TOKEN.finditer(bare)]
    for start, end, _, dropped in addresses:
        kind: Kind = "handle" if dropped == "handle" else "address"
        found.append(Token(start, end, kind, "", (kind,)))
    return sorted(found)


def _to_token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup, match[0]
    if kind == "word":
        return _to_word(text, *match.span())
    if kind == "emoticon":
        return Token(*match.span(), "emoticon", "<3" if text.startswith("<3") else text.replace("`", "'"))
    form = _MARKS.get(text[0], "." if len(text) == 1 else "...")
    length = f"{form}{min(len(text), 3)}" if form in "!?" else form
    return Token(*match.span(), "mark", form, (length,) if form != "." else ())


def _to_word(text: str, start: int, end: int) -> Token:
    form = normalize(text)
    elongated = ("elongated",) if form not in (text, "0") and _ELONGATED.search(text) else ()
    capitals = ("capitals",) if len(text) > 1 and text.isupper() else ()
    return Token(start, end, "word", form, elongated + capitals)
