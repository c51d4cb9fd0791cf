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
ELONGATED = re.compile(r"(\w)\1\1+")
_MARKS = {"!": "!", "?": "?"}
_NEGATORS = frozenset(
    """aint arent barely cannot cant couldnt darent didnt doesnt dont hadnt hardly hasnt havent isnt maynt
    mightnt mustnt neednt neither never no nobody none nor not nothing nowhere oughtnt rarely scarcely seldom
    shant shouldnt wasnt werent without wont wouldnt""".split()  # noqa: SIM905 to be read
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
    bare, addresses = blank_addresses(text)
    found = [_to_token(match) for match in _TOKEN.finditer(bare)]
    for start, end, _, dropped in addresses:
        kind: Kind = "handle" if dropped == "handle" else "address"
        found.append(Token(start, end, kind, "", (kind,)))
    return sorted(found)


def negates(form: str) -> bool:
    """Whether the word reverses the sentiment of the words after it."""
    return form in _NEGATORS


def normalize(word: str) -> str:
    """Fold case, delete apostrophes, shorten runs of a character to two, and replace a number by "0"."""
    folded = word.replace("'", "").replace("`", "").casefold()
    return "0" if folded.isdecimal() else ELONGATED.sub(lambda run: run[1] * 2, folded)


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
    elongated = ("elongated",) if form not in (text, "0") and ELONGATED.search(text) else ()
    capitals = ("capitals",) if len(text) > 1 and text.isupper() else ()
    return Token(start, end, "word", form, elongated + capitals)
