"""The features of the richer models: words, their neighbours, their parts, their valence, and signs.

    word     each word, emoticon and emoji; "not_" in front of a word within three words of a negator
    bigram   two words that follow each other, "^" at the start of a clause and "$" at its end
    part     the sequences of three to five characters of a word between "^" and "$"
    valence  a word's entry in a lexicon, and another weight for it under negation
    signal   handle, address, elongation, capitals, "!", "?", "..."

All that a word adds by itself is added up once and remembered, so that a tweet costs one look-up for each of
its pieces and one for each bigram.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from model.classifier import Dropped, Term
from nlp.remembered import LONGEST, Remembered
from nlp.tokens import Token, negates, tokens

SCOPE = 3  # words after a negator
START, END = "^", "$"  # of a clause
PARTS = range(3, 6)  # characters
WORDS = ("word", "emoticon")  # the kinds of tokens that count in n

Form = tuple[str, str]  # the kind of a feature, and its form


class Place(NamedTuple):
    """A token, whether it is negated, and the bigram that ends with it and starts with `first`, or ""."""

    token: Token
    negated: bool
    bigram: str
    first: Token


# A token, made ready: its form (END for a mark, "" for an address), what it adds plainly and under negation,
# whether it is known, and whether it negates.
_Step = tuple[str, float, float, bool, bool]


class Ngrams:
    """`weights[kind]` has a weight for each known form, for the kinds above."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._all = weights
        self._bigrams = weights["bigram"]
        self._step = lru_cache(maxsize=16_384)(self._added_up)
        self._remembered = Remembered(self._steps)

    def weights(self, text: str) -> tuple[list[float], int, bool]:
        """The weights in `text`, some added up, the number n of its words, and whether any is known."""
        found, n, known = list[float](), 0, False
        bigrams, last = self._bigrams, START
        scope = 0  # of a negator: up to the word of that number
        for form, plain, negated, familiar, negator in chain.from_iterable(
            map(self._remembered.__getitem__, text.split())
        ):
            found.append(negated if n < scope else plain)
            if form:
                bigram = f"{last} {form}"
                if bigram in bigrams:
                    found.append(bigrams[bigram])
                last = form
                if form == END:
                    last, scope = START, 0
                    continue
                n += 1
                if familiar:
                    known = True
                if negator:
                    scope = n + SCOPE
        found.append(bigrams.get(f"{last} {END}", 0.0))
        return found, n or 1, known

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """The same with places; the contributions are the weights themselves, the parts of a word as one."""
        found = tokens(text)
        terms: list[Term] = []
        sums: dict[tuple[int, int], list[float]] = {}
        for (kind, form), start, end in features(found):
            weight = self._all[kind].get(form)
            if weight is not None and kind == "part":
                sums.setdefault((start, end), []).append(weight)
            elif weight is not None:
                terms.append(Term(kind, form, start, end, weight))
        terms += [Term("parts", text[s:e], s, e, math.fsum(weights)) for (s, e), weights in sums.items()]
        placed = {(term.start, term.end) for term in terms}
        dropped = [
            Dropped(t.start, t.end, t.kind if t.kind in ("address", "handle") else "unknown")
            for t in found
            if t.kind in ("address", "handle") or (t.kind != "mark" and (t.start, t.end) not in placed)
        ]
        n = sum(token.kind in WORDS for token in found)
        return sorted(terms, key=lambda term: term.start), n or 1, dropped

    def _steps(self, piece: str) -> tuple[_Step, ...]:
        step = self._step if len(piece) <= LONGEST else self._added_up
        return tuple([step(*token[2:]) for token in tokens(piece)])

    def _added_up(self, kind: str, form: str, signals: tuple[str, ...]) -> _Step:
        """What `alone` says, added up without naming each feature."""
        weights = self._all
        common = [*map(weights["signal"].get, signals)]
        if kind not in WORDS:
            total = math.fsum(filter(None, common))
            return END if kind == "mark" else "", total, total, False, False
        own = plain = [weights["word"].get(form), weights["valence"].get(form)]
        if kind == "word":
            own = [weights["word"].get(f"not_{form}"), weights["negated valence"].get(form)]
            common += filter(None, map(weights["part"].get, parts(form)))
        total = math.fsum(filter(None, common + plain))
        return (
            form,
            total,
            total if own == plain else math.fsum(filter(None, common + own)),
            (plain + own).count(None) < 4,
            negates(form),
        )


def walk(found: Iterable[Token]) -> Iterator[Place]:
    """The tokens of a text in their places; a clause of words ends with a token of its own, without form."""
    last, scope = None, 0
    for token in found:
        if token.kind in WORDS:
            yield Place(token, scope > 0, f"{last.form if last else '^'} {token.form}", last or token)
            last = token
            scope = SCOPE if negates(token.form) else max(scope - 1, 0)
        else:
            yield Place(token, False, "", token)
            if token.kind == "mark":
                if last:
                    yield _end(last)
                last, scope = None, 0
    if last:
        yield _end(last)


def _end(last: Token) -> Place:
    end = Token(last.start, last.end, "mark", "")
    return Place(end, False, f"{last.form} $", last)


def features(found: Iterable[Token]) -> Iterator[tuple[Form, int, int]]:
    """Every feature of the tokens of a text, known or not, and where it starts and ends."""
    for token, negated, bigram, first in walk(found):
        for form in alone(token.kind, token.form, token.signals, negated):
            yield form, token.start, token.end
        if bigram:
            yield ("bigram", bigram), first.start, token.end


def alone(kind: str, form: str, signals: tuple[str, ...], negated: bool) -> tuple[Form, ...]:
    """The features that a token has whatever its neighbours are."""
    found = [("signal", signal) for signal in signals]
    negated = negated and kind == "word"  # a smile is one whatever stands before it
    if kind in WORDS:
        found.append(("word", f"not_{form}" if negated else form))
        found.append(("negated valence" if negated else "valence", form))
    if kind == "word":
        found += [("part", part) for part in parts(form)]
    return tuple(found)


def parts(form: str) -> tuple[str, ...]:
    """The sequences of PARTS characters in a word whose ends are marked."""
    marked = f"^{form}$"
    if len(form) == 1:
        return (marked,)
    cut = _cut if len(marked) <= LONGEST else _cut.__wrapped__
    return cut(len(marked))(marked)


@lru_cache(maxsize=LONGEST)
def _cut(length: int) -> Callable[[str], tuple[str, ...]]:
    """What cuts a word of that length, in one step."""
    return itemgetter(*(slice(i, i + part) for part in PARTS for i in range(length - part + 1)))
