"""From a tweet to its tokens: everything that may carry sentiment, each in one normal form."""

import re
from typing import Literal, NamedTuple

from nlp.preprocessing import APOSTROPHES, without_addresses

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
_ELONGATED = re.compile(r"(\w)\1{2,}")
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
    unescaped = _ESCAPED_HEART.sub(lambda heart: "<".ljust(len(heart[0]), "3"), text)
    bare, addresses = without_addresses(unescaped)
    found = [_token(match) for match in _TOKEN.finditer(bare)]
    for start, end, _, dropped in addresses:
        kind: Kind = "handle" if dropped == "handle" else "address"
        found.append(Token(start, end, kind, "", (kind,)))
    return sorted(found)


def negates(form: str) -> bool:
    """Whether a word turns the sentiment of the next ones."""
    return form in _NEGATORS


def normal(word: str) -> str:
    """Case folded, without apostrophes, no character more than twice in a row, digits as one."""
    folded = word.translate(APOSTROPHES).casefold()
    return "0" if folded.isdecimal() else _ELONGATED.sub(r"\1\1", folded)


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup, match[0]
    if kind == "word":
        form = normal(text)
        elongated = ("elongated",) if _ELONGATED.search(text) and form != "0" else ()
        capitals = ("capitals",) if len(text) > 1 and text.isupper() else ()
        return Token(*match.span(), "word", form, elongated + capitals)
    if kind == "emoticon":
        return Token(*match.span(), "emoticon", "<3" if text.startswith("<3") else text)
    form = _MARKS.get(text[0], "." if len(text) == 1 else "...")
    length = f"{form}{min(len(text), 3)}" if form in "!?" else form
    return Token(*match.span(), "mark", form, (length,) if form != "." else ())
