"""Turns a tweet into the stems of its words, in six steps, which start from its normal form (`nlp.spelling`).

1. Remove web addresses, mail addresses and handles.
2. Remove punctuation and hearts (<3).
3. Tokenize: split the text into words.
4. Fold case.
5. Remove stop words.
6. Stem: reduce each word to its stem.
"""

import os
import re
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

import Stemmer

from nlp.cache import GenerationalCache
from nlp.spelling import Spelling, normalize

# The alternatives, in order:
# - web addresses that start with "http://", "https://" or "www."
# - "twitter.com/joe": a host with a path
# - "joe@example.com" and "RT@joe"; the part before the "@" is removed too, because it may be a name
# - "@joe"
# The lookbehind makes a match start at the start of a run of characters only, so the time is linear.
ADDRESS = re.compile(
    r"\b(?i:https?://\S*|www\.\S+)|(?<![\w.+-])(?:[\w-]+(?:\.[\w-]+)+/\S*|[\w.+-]*\w@[\w.-]+)|@\w+"
)

# A word may contain apostrophes (don't, don`t); all other punctuation separates words (so...tired).
_WORD = re.compile(r"\w+(?:['`]+\w+)*")
_INNER_APOSTROPHES = re.compile(r"(?<=\w)['`]+(?=\w)")
_PUNCTUATION = re.compile(r"[^\w\s]+")

# NLTK's `word_tokenize` splits these words after the third letter (can-not, gim-me). Its list is Robert
# MacIntyre's, for the Penn Treebank.
_CONTRACTIONS = frozenset({"cannot", "gimme", "gonna", "gotta", "lemme", "wanna"})

# Porter's algorithm of 1980, https://tartarus.org/martin/PorterStemmer/. The 0 turns PyStemmer's cache off,
# because GenerationalCache keeps the results of all six steps.
_stemmer = Stemmer.Stemmer("porter", 0)


class Span(NamedTuple):
    """The piece `text[start:end]`: its `stem`, or the reason why it was `dropped`."""

    start: int
    end: int
    stem: str
    dropped: Literal["", "address", "handle", "stop word"] = ""


def words(text: str) -> list[str]:
    """Return the stems of the words in `text`, in order. The list is empty if no word remains.

    Every `str` is valid, including lone surrogates and control characters. No step depends on what is
    beyond white space, so the text is first split there, and the stems of each piece are cached.
    """
    return list(chain.from_iterable(map(_cache.__getitem__, text.split())))


def spans(text: str) -> list[Span]:
    """Return the stems of `words(text)` with their positions, and the dropped pieces."""
    spelling = Spelling(text)
    bare, found = blank_addresses(spelling.normal)
    for word in _WORD.finditer(bare.replace("<3", "  ")):
        stems = stem_piece(word[0])
        found += [Span(*word.span(), stem) for stem in stems] or [Span(*word.span(), "", "stop word")]
    return [Span(*spelling.find(span.start, span.end), *span[2:]) for span in sorted(found)]


def stem_piece(piece: str) -> tuple[str, ...]:
    """Apply the six steps to a piece of text without white space."""
    if not piece.isascii() or "&" in piece:
        piece = normalize(piece)
    if not piece.isalnum():  # most pieces are: nothing can be removed from them
        piece = remove_punctuation(remove_addresses(piece))
    return tuple(stem(remove_stop_words(fold_case(tokenize(piece)))))


def remove_addresses(text: str) -> str:
    return ADDRESS.sub(" ", text)


def remove_punctuation(text: str) -> str:
    """Delete apostrophes inside words, and replace other punctuation and hearts by spaces."""
    return _PUNCTUATION.sub(" ", _INNER_APOSTROPHES.sub("", text.replace("<3", " ")))


def tokenize(text: str) -> list[str]:
    """Split at white space, and split contractions as NLTK does."""
    tokens = text.split()
    if _CONTRACTIONS.isdisjoint(map(str.casefold, tokens)):
        return tokens
    parts = [(token[:3], token[3:]) if token.casefold() in _CONTRACTIONS else (token,) for token in tokens]
    return [*chain.from_iterable(parts)]


def fold_case(tokens: list[str]) -> list[str]:
    return [token.casefold() for token in tokens]


def remove_stop_words(tokens: list[str]) -> list[str]:
    stop = stop_words()
    return [token for token in tokens if token not in stop]


def stem(tokens: list[str]) -> list[str]:
    stems: list[str] = _stemmer.stemWords(tokens)
    return stems


def blank_addresses(text: str) -> tuple[str, list[Span]]:
    """Replace what ADDRESS matches by as many spaces, and return the spans of the addresses and handles."""
    found: list[Span] = []

    def blank(match: re.Match[str]) -> str:
        found.append(Span(*match.span(), "", "handle" if "@" in match[0] else "address"))
        return " " * len(match[0])

    return ADDRESS.sub(blank, text), found


@cache
def stop_words() -> frozenset[str]:
    """The words that say nothing about sentiment. NLTK reads the same file as `stopwords.words("tweets")`."""
    path = os.path.join(os.path.dirname(__file__), "nltk_data", "corpora", "stopwords", "tweets")
    with open(path, encoding="utf-8") as lines:
        return frozenset(lines.read().split())


_cache = GenerationalCache(stem_piece)
