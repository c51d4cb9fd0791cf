"""From a tweet to the stems of its words, in six steps."""

import os
import re
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

import Stemmer

from nlp.remembered import Remembered

# Web addresses (twitter.com/joe too), handles and mail addresses, whose first half is a name as well
# ("RT@joe" looks the same); and the signs that Twitter hands out escaped, some twice. The lookbehind lets a
# run of characters be scanned from its start only, so that time stays linear.
ADDRESS = re.compile(
    r"\b(?i:https?://\S*|www\.\S+)|(?<![\w.+-])(?:[\w-]+(?:\.[\w-]+)+/\S*|[\w.+-]*\w[@＠][\w.-]+)|[@＠]\w+"
    r"|&(?:amp;)*(?:lt;3|(?:amp|lt|gt|quot);)"
)

# An apostrophe inside a word belongs to it (don't, y’all); any other punctuation parts words (so...tired).
_WORD = re.compile(r"\w+(?:['’]+\w+)*")
APOSTROPHES = str.maketrans("", "", "'’")

# What NLTK's `word_tokenize` takes apart (Robert MacIntyre's contractions for the Penn Treebank).
_CONTRACTIONS = {
    "cannot": ("can", "not"),
    "gimme": ("gim", "me"),
    "gonna": ("gon", "na"),
    "gotta": ("got", "ta"),
    "lemme": ("lem", "me"),
    "wanna": ("wan", "na"),
}

# Porter's algorithm of 1980, https://tartarus.org/martin/PorterStemmer/ (its own cache off: ours does more)
_stemmer = Stemmer.Stemmer("porter", 0)


class Span(NamedTuple):
    """`text[start:end]`, and the stem it became, or why it was dropped."""

    start: int
    end: int
    stem: str
    dropped: Literal["", "address", "handle", "stop word"] = ""


def words(text: str) -> list[str]:
    """The stems of the words of `text`, in their order; empty where only addresses, signs and stop words are.

    Pure, and total: any `str` is valid, lone surrogates and control characters too. No step looks beyond
    white space, so the text is cut there first and each piece's stems are remembered.
    """
    return list(chain.from_iterable(map(_remembered.__getitem__, text.split())))


def spans(text: str) -> list[Span]:
    """As `words`, each with its place in `text`; and what was dropped, but for signs."""
    bare, dropped = without_addresses(text)
    kept = []
    for word in _WORD.finditer(bare):
        stems = _stems(word[0])
        kept += [Span(word.start(), word.end(), stem) for stem in stems] or [
            Span(word.start(), word.end(), "", "stop word")
        ]
    return sorted(dropped + kept)


def without_addresses(text: str) -> tuple[str, list[Span]]:
    """Spaces for what ADDRESS finds, and where that was."""
    found: list[Span] = []

    def blank(match: re.Match[str]) -> str:
        if not match[0].startswith("&"):
            handle = "@" in match[0] or "＠" in match[0]
            found.append(Span(match.start(), match.end(), "", "handle" if handle else "address"))
        return " " * len(match[0])

    return ADDRESS.sub(blank, text), found


def _stems(piece: str) -> tuple[str, ...]:
    if piece.isalnum():  # most are: nothing to remove
        tokens = [piece]
    else:
        bare = ADDRESS.sub(" ", piece)  # 1. remove URLs, handles, mail addresses
        tokens = _WORD.findall(bare)  # 2. remove punctuation, 3. tokenize
    folded = [token.translate(APOSTROPHES).casefold() for token in tokens]  # 4. fold case
    parts = [part for word in folded for part in _CONTRACTIONS.get(word, (word,))]
    stop = stop_words()
    kept = [part for part in parts if part not in stop]  # 5. remove stop words
    return tuple(_stemmer.stemWords(kept))  # 6. stem


_remembered = Remembered(_stems)


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about sentiment; NLTK reads the same file as `stopwords.words("tweets")`."""
    path = os.path.join(os.path.dirname(__file__), "nltk_data", "corpora", "stopwords", "tweets")
    with open(path, encoding="utf-8") as lines:
        return frozenset(lines.read().split())
