"""Texts on which an artifact must give the answers of its original: hard ones, and ones of its own words."""

import random
from collections.abc import Sequence

from model.classifier import MAX_CHARACTERS_READ

COUNT = 2_000
ODD = (
    *("", " ", "\t", "\n", "  \n\t  ", "\u3000", "\x1c\x1d", "\x00\x01", "a\rb\x0bc\x0c"),  # blanks
    *("a", " a ", "a b c d", "x y", "1 22 333", "1\u0661", "don't can't", "_under_score_", "so-so... ;-)"),
    *("good the day", "not the not", "#tag @joe http://t.co/x", "good\u00a0day", "love\u200bhate"),
    *(
        "\u0130 \u0131 I i",
        "\u0391\u03a3 \u039f\u0394\u039f\u03a3",
        "\u00df \u1e9e",
        "\ufb01ne \ufb02ow",
    ),  # case
    *(
        "e\u0301 \u00e9",
        "n\u0303 \u00f1",
        "\u2163 \u00bd \u00b2",
        "\u01c5 \u01c4",
        "\u0345\u0301",
        "\u1100\u1161",
    ),
    *("日本語 テキスト", "مرحبا بالعالم", "שלום", "हिन्दी में", "가각", "\uff46\uff55\uff4c\uff4c \uff57"),
    *("👍🏽 ❤️ 👨‍👩‍👧", "😂" * 50, "é" * 300, "\u202egood", "half \ud83d pair"),
    *("x" * MAX_CHARACTERS_READ, "love " * (MAX_CHARACTERS_READ // 5), "no" * 2_000, "a\n" * 1_000),
)
_BETWEEN = (" ", "  ", "\n", "\t ", "\r\n", "\u00a0", "\u2003", ".", ", ", "! ", "-", "'", "")
_INSIDE = ("\u0301", "\u0308", "\u00e9", "\u0130", "\u03c2", "\ufb01", " ", "\n", "\u200d", "1", "_")
_RANGES = ((32, 127), (160, 0x250), (0x300, 0x500), (0x600, 0xE00), (0x1E00, 0x2100), (0x3000, 0xD7FF))
_RANGES_BEYOND = ((0x1F300, 0x1FA00), (0, 0x10FFFF))


def make_texts(words: Sequence[str], count: int = COUNT) -> list[str]:
    """Return `count` texts made from `words`. Equal words give equal texts."""
    chance = random.Random(0)
    makers = (_join, _join, _join, _spoil, _scatter)
    made = [chance.choice(makers)(words or ("love", "hate"), chance) for _ in range(count - len(ODD))]
    return [*ODD, *made]


def _join(words: Sequence[str], chance: random.Random) -> str:
    size = chance.choice((1, 2, 3, 5, 10, 20, 40, 400))
    chosen = [word.upper() if chance.random() < 0.1 else word for word in chance.choices(words, k=size)]
    return "".join([word + chance.choice(_BETWEEN) for word in chosen])


def _spoil(words: Sequence[str], chance: random.Random) -> str:
    """Return some words with a character inside that is not theirs."""
    size = chance.choice((1, 2, 5))
    texts = []
    for word in chance.choices(words, k=size):
        cut = chance.randint(0, len(word))
        texts.append(word[:cut] + chance.choice(_INSIDE) + word[cut:])
    return " ".join(texts)


def _scatter(_words: Sequence[str], chance: random.Random) -> str:
    ranges = chance.choices((*_RANGES, *_RANGES_BEYOND), k=chance.choice((1, 3, 10, 30)))
    return "".join([chr(chance.randint(*bounds)) for bounds in ranges for _ in range(3)])
