"""Ways to rewrite a text that people and programs use. None of them changes what the text says."""

import html
import re
import unicodedata
from collections.abc import Callable
from random import Random

APOSTROPHES = "'`\u2019\u2018\u00b4\u02bc\uff07\u2032"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\ufe0f"
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
ENTITIES = {
    "'": ["&#39;", "&#039;", "&#x27;", "&apos;", "&rsquo;", "&lsquo;", "&#8217;", "&#x2019;", "&#146;"],
    '"': ["&quot;", "&#34;", "&QUOT;"],
    "<": ["&lt;", "&#60;", "&LT;"],
    ">": ["&gt;", "&#x3E;"],
    "\u00e9": ["&eacute;", "&#233;", "&#xE9;", "e&#769;"],
    "\u2764": ["&#10084;", "&#x2764;"],
    "!": ["&excl;", "&#33;"],
}
LOOKALIKES = {
    "a": "\u0430\u03b1",
    "c": "\u0441",
    "e": "\u0435",
    "i": "\u0456\u03b9",
    "o": "\u043e\u03bf",
    "p": "\u0440\u03c1",
    "v": "\u03bd",
    "x": "\u0445\u03c7",
    "y": "\u0443",
    "A": "\u0410\u0391",
    "E": "\u0415\u0395",
    "H": "\u041d\u0397",
    "O": "\u041e\u039f",
    "T": "\u0422\u03a4",
}
MATHEMATICAL = {"bold": 0x1D400, "sans": 0x1D5A0, "monospace": 0x1D670}  # where their "A" is


def write_apostrophes(text: str, chance: Random) -> str:
    return re.sub("'", lambda _: chance.choice(APOSTROPHES), text)


def escape(text: str, chance: Random) -> str:
    return "".join(
        chance.choice(ENTITIES[character]) if character in ENTITIES else character for character in text
    )


def escape_as_html(text: str, _: Random) -> str:
    return html.escape(text)


def escape_twice(text: str, chance: Random) -> str:
    return html.escape(escape(text, chance))


def escape_all_but_white_space(text: str, _: Random) -> str:
    return re.sub(r"\S", lambda match: f"&#{ord(match[0])};", text)


def decompose(text: str, _: Random) -> str:
    return unicodedata.normalize("NFD", text)


def compose(text: str, _: Random) -> str:
    return unicodedata.normalize("NFC", text)


def hide(text: str, chance: Random) -> str:
    """Put an invisible character before some of the characters."""
    return "".join(
        chance.choice(INVISIBLE) + character if chance.random() < 0.3 else character for character in text
    )


def tint(text: str, chance: Random) -> str:
    return re.sub("[\U0001f44b-\U0001f450]", lambda hand: hand[0] + chance.choice(SKIN_TONES), text)


def widen(text: str, _: Random) -> str:
    return re.sub("[!-~]", lambda match: chr(ord(match[0]) + 0xFEE0), text)


def write_in_mathematics(text: str, chance: Random) -> str:
    start = chance.choice([*MATHEMATICAL.values()])
    letters = re.sub("[A-Z]", lambda match: chr(start + ord(match[0]) - ord("A")), text)
    return re.sub("[a-z]", lambda match: chr(start + 26 + ord(match[0]) - ord("a")), letters)


def ligate(text: str, _: Random) -> str:
    for letters, ligature in {"ffi": "\ufb03", "ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02"}.items():
        text = text.replace(letters, ligature)
    return text


def disguise(text: str, chance: Random) -> str:
    """Replace a Latin letter of each word of several letters by one that looks like it."""

    def disguise_word(word: re.Match[str]) -> str:
        places = [place for place, letter in enumerate(word[0]) if letter in LOOKALIKES]
        if not places:
            return word[0]
        place = chance.choice(places)
        return word[0][:place] + chance.choice(LOOKALIKES[word[0][place]]) + word[0][place + 1 :]

    return re.sub(r"[A-Za-z]{2,}", disguise_word, text)


def space(text: str, chance: Random) -> str:
    return re.sub(" ", lambda _: chance.choice(["&nbsp;", "&#32;", "\u00a0", "&#x20;", "&ensp;", "\n"]), text)


Rewriting = Callable[[str, Random], str]

SPELLINGS: tuple[Rewriting, ...] = (
    write_apostrophes,
    decompose,
    compose,
    hide,
    tint,
    widen,
    write_in_mathematics,
    ligate,
    disguise,
)
ESCAPES: tuple[Rewriting, ...] = (escape, escape_as_html, escape_twice, escape_all_but_white_space, space)
REWRITINGS = SPELLINGS + ESCAPES
