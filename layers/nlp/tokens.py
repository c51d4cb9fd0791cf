"""From a tweet to its tokens: everything that may carry sentiment, each in one normal form."""

import re
from typing import Literal, NamedTuple

from nlp.preprocessing import without_addresses

Kind = Literal["word", "emoticon", "mark", "handle", "address"]

# The emoticons are Christopher Potts's, https://sentiment.christopherpotts.net/tokenizing.html, with hearts
# and the upright ones of East Asia; an emoji is one character of the blocks for arrows, symbols and pictures.
_TOKEN = re.compile(
    r"(?P<emoticon>(?<![\w:;=])(?:[<>]?[:;=8][-o*']?[)\](\[dDpPsSoO/}{@|\\*3]|[)\](\[dD/}{@|\\][-o*']?[:;=8][<>]?)(?!\w)"
    r"|<[/\\]?3+|\^[_.-]?\^|[>-][._]+[<-]|[←-⯿\U0001f000-\U0001faff])"
    r"|(?P<word>\w+(?:['’]+\w+)*)"
    r"|(?P<mark>!+|\?[?!]*|\.\.+|…|[.,;:])"
)
_ESCAPED_HEART = re.compile(r"&(?:amp;)*lt;3")
_ELONGATED = re.compile(r"(\w)\1\1+")
_MARKS = {"!": "!", "?": "?", "…": "..."}
_NEGATORS = frozenset(
    """aint arent cannot cant couldnt didnt doesnt dont hadnt hardly hasnt havent isnt neither never no nobody
    none nor not nothing nowhere shouldnt wasnt werent without wont wouldnt""".split()  # noqa: SIM905 to be read
)


class Token(NamedTuple):
    """`text[start:end]` in its normal form; `signals` tell what the form no longer shows."""

    start: int
    end: int
    kind: Kind
    form: str
    signals: tuple[str, ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of `text` in their order. Pure, and total. No token looks beyond white space."""
    return _of_plain(text) or _of_any(text)


def negates(form: str) -> bool:
    """Whether a word turns the sentiment of the next ones."""
    return form in _NEGATORS


def normal(word: str) -> str:
    """Case folded, without apostrophes, no character more than twice in a row, digits as one."""
    folded = word.replace("'", "").replace("’", "").casefold()
    return "0" if folded.isdecimal() else _ELONGATED.sub(lambda run: run[1] * 2, folded)


def _of_plain(text: str) -> list[Token]:
    """The tokens of a word of letters and the marks behind it, or of a handle; none where it is neither."""
    word = text.rstrip("!?.,…")
    if word.isalpha() and word.lower() != "www":  # so neither an address nor an emoticon
        return [_word(word, 0, len(word)), *map(_token, _TOKEN.finditer(text, len(word)))]
    if text.startswith("@") and text[1:].isalnum():
        return [Token(0, len(text), "handle", "", ("handle",))]
    return []


def _of_any(text: str) -> list[Token]:
    unescaped = _ESCAPED_HEART.sub(lambda heart: "<".ljust(len(heart[0]), "3"), text)
    bare, addresses = without_addresses(unescaped)
    found = [_token(match) for match in _TOKEN.finditer(bare)]
    for start, end, _, dropped in addresses:
        kind: Kind = "handle" if dropped == "handle" else "address"
        found.append(Token(start, end, kind, "", (kind,)))
    return sorted(found)


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup, match[0]
    if kind == "word":
        return _word(text, *match.span())
    if kind == "emoticon":
        return Token(*match.span(), "emoticon", "<3" if text.startswith("<3") else text)
    form = _MARKS.get(text[0], "." if len(text) == 1 else "...")
    length = f"{form}{min(len(text), 3)}" if form in "!?" else form
    return Token(*match.span(), "mark", form, (length,) if form != "." else ())


def _word(text: str, start: int, end: int) -> Token:
    form = normal(text)
    elongated = ("elongated",) if form not in (text, "0") and _ELONGATED.search(text) else ()
    capitals = ("capitals",) if len(text) > 1 and text.isupper() else ()
    return Token(start, end, "word", form, elongated + capitals)
