"""The features of the model `lexicon_ngrams`, and their weights in a text.

    word             a word, an emoticon or an emoji; the form starts with "not_" if the word is negated
    bigram           two neighbouring words of a clause; "^" stands for its start and "$" for its end
    part             three to five characters in a row of a word that is written between "^" and "$"
    valence          a word, as an entry of a lexicon of valences
    negated valence  the same if the word is negated
    signal           a handle, an address, an elongated word, capitals, "!", "?" or "..."

A word is negated if it is one of the NEGATION_SCOPE words after a negator in the same clause.

There are two ways through a text, and tests check that they agree. `walk` and `features` name each feature;
training and explanations need the names. `Ngrams.weights` is the fast way for predictions: all features of a
token except its bigrams depend on the token alone, so the sum of their weights is computed once and cached.
A text then costs one look-up for each piece between white space, and one for each bigram.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from model.classifier import Dropped, Term
from nlp.cache import MAX_ENTRIES, MAX_KEY_CHARACTERS, GenerationalCache
from nlp.spelling import normalize
from nlp.tokens import Token, find_in_normal, find_tokens, negates

NEGATION_SCOPE = 3  # words
START, END = "^", "$"  # of a clause
PART_LENGTHS = range(3, 6)  # characters
WORD_KINDS = ("word", "emoticon")  # the kinds of tokens that count as words
MAX_CACHED_TOKENS = 16_384

Form = tuple[str, str]  # the kind of a feature, and its form


class PlacedToken(NamedTuple):
    """A token, and what its place in the text says about it.

    `bigram` ends with the token and starts with the token `first`. It is "" if the token is no word.
    """

    token: Token
    negated: bool
    bigram: str
    first: Token


# What the fast way needs to know about a token: its form (END for a mark, "" for a handle or an address), the
# sum of its weights, that sum if the token is negated, whether the model knows it, and whether it negates.
_Step = tuple[str, float, float, bool, bool]


class Ngrams:
    """Finds the weights in a text. `weights[kind][form]` is the weight of a feature."""

    MIN_KNOWN = 0.5  # the least share of known words of a familiar text; docs/decisions.md has the figures

    def __init__(
        self, weights: Mapping[str, Mapping[str, float]], max_cached_pieces: int = MAX_ENTRIES
    ) -> None:
        self._weights = weights
        self._bigrams = weights["bigram"]
        self._sum_cached_token = lru_cache(maxsize=MAX_CACHED_TOKENS)(self._sum_token)
        self._cache = GenerationalCache(self._sum_piece, max_cached_pieces)

    def weights(self, text: str) -> tuple[list[float], int, int]:
        """Return the weights in `text`, the number of its words (at least 1), and of those that are known."""
        found, n, unknown = list[float](), 0, 0
        bigrams, last = self._bigrams, START
        scope_end = 0  # words before this number are negated
        for form, plain, negated, known, negator in chain.from_iterable(
            map(self._cache.__getitem__, text.split())
        ):
            found.append(negated if n < scope_end else plain)
            if form:
                bigram = f"{last} {form}"
                if bigram in bigrams:
                    found.append(bigrams[bigram])
                last = form
                if form == END:
                    last, scope_end = START, 0
                    continue
                n += 1
                if not known:
                    unknown += 1
                if negator:
                    scope_end = n + NEGATION_SCOPE
        found.append(bigrams.get(f"{last} {END}", 0.0))
        return found, n or 1, n - unknown

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """Return the features with a weight, the number of words (at least 1), and the pieces without one.

        The contribution of a term is its weight. The parts of a word form one term.
        """
        found = find_tokens(text)
        terms: list[Term] = []
        part_weights: dict[tuple[int, int], list[float]] = {}
        for (kind, form), start, end in features(found):
            weight = self._weights[kind].get(form)
            if weight is not None and kind == "part":
                part_weights.setdefault((start, end), []).append(weight)
            elif weight is not None:
                terms.append(Term(kind, form, start, end, weight))
        for (start, end), weights in part_weights.items():
            terms.append(Term("parts", text[start:end], start, end, math.fsum(weights)))
        weighed = {(term.start, term.end) for term in terms}
        dropped = [
            Dropped(t.start, t.end, t.kind if t.kind in ("address", "handle") else "unknown")
            for t in found
            if t.kind in ("address", "handle") or (t.kind != "mark" and (t.start, t.end) not in weighed)
        ]
        n = sum(token.kind in WORD_KINDS for token in found)
        return sorted(terms, key=lambda term: term.start), n or 1, dropped

    def _sum_piece(self, piece: str) -> tuple[_Step, ...]:
        """Return a step for each token. Tokens have a cache too: "love", "love!" and "LOVE." share one."""
        sum_token = self._sum_cached_token if len(piece) <= MAX_KEY_CHARACTERS else self._sum_token
        normal = piece if piece.isascii() and "&" not in piece else normalize(piece)
        return tuple([sum_token(*token[2:]) for token in find_in_normal(normal)])

    def _sum_token(self, kind: str, form: str, signals: tuple[str, ...]) -> _Step:
        """Sum up the weights of the features that `own_features` names, plain and negated.

        The method repeats the rules of `own_features`, because naming every feature twice would take most of
        the time of a new word: it has dozens of parts, and they are the same in both sums.
        """
        weights = self._weights
        common = [*map(weights["signal"].get, signals)]
        if kind not in WORD_KINDS:
            total = math.fsum(filter(None, common))
            return END if kind == "mark" else "", total, total, False, False
        negated = plain = [weights["word"].get(form), weights["valence"].get(form)]
        if kind == "word":
            negated = [weights["word"].get(f"not_{form}"), weights["negated valence"].get(form)]
            common += filter(None, map(weights["part"].get, parts(form)))
        total = math.fsum(filter(None, common + plain))
        return (
            form,
            total,
            total if negated == plain else math.fsum(filter(None, common + negated)),
            (plain + negated).count(None) < 4,
            negates(form),
        )


def walk(found: Iterable[Token]) -> Iterator[PlacedToken]:
    """Yield the tokens of a text in order. After the last word of a clause comes a token without a form."""
    last, scope = None, 0
    for token in found:
        if token.kind in WORD_KINDS:
            yield PlacedToken(token, scope > 0, f"{last.form if last else START} {token.form}", last or token)
            last = token
            scope = NEGATION_SCOPE if negates(token.form) else max(scope - 1, 0)
        else:
            yield PlacedToken(token, False, "", token)
            if token.kind == "mark":
                if last:
                    yield _end_clause(last)
                last, scope = None, 0
    if last:
        yield _end_clause(last)


def _end_clause(last: Token) -> PlacedToken:
    end = Token(last.start, last.end, "mark", "")
    return PlacedToken(end, False, f"{last.form} {END}", last)


def features(found: Iterable[Token]) -> Iterator[tuple[Form, int, int]]:
    """Yield each feature of a text, with or without a weight, and where it starts and ends."""
    for token, negated, bigram, first in walk(found):
        for form in own_features(token.kind, token.form, token.signals, negated):
            yield form, token.start, token.end
        if bigram:
            yield ("bigram", bigram), first.start, token.end


def own_features(kind: str, form: str, signals: tuple[str, ...], negated: bool) -> tuple[Form, ...]:
    """Return all features of a token except its bigrams."""
    found = [("signal", signal) for signal in signals]
    negated = negated and kind == "word"  # emoticons are never negated
    if kind in WORD_KINDS:
        found.append(("word", f"not_{form}" if negated else form))
        found.append(("negated valence" if negated else "valence", form))
    if kind == "word":
        found += [("part", part) for part in parts(form)]
    return tuple(found)


def parts(form: str) -> tuple[str, ...]:
    """Return the parts of a word. The only part of a word of one letter is the whole word."""
    marked = f"{START}{form}{END}"
    if len(form) == 1:
        return (marked,)
    if len(marked) > MAX_KEY_CHARACTERS:  # a cutter that is used once costs more than it saves
        return tuple([marked[i : i + part] for part in PART_LENGTHS for i in range(len(marked) - part + 1)])
    return _make_cutter(len(marked))(marked)


@lru_cache(maxsize=MAX_KEY_CHARACTERS)
def _make_cutter(length: int) -> Callable[[str], tuple[str, ...]]:
    """Return a function that cuts a word of that length into its parts by one call of C code."""
    return itemgetter(*(slice(i, i + part) for part in PART_LENGTHS for i in range(length - part + 1)))
