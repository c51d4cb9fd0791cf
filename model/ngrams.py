"""The features of the model `lexicon_ngrams`, and their weights in a text.

    word             a word, an emoticon or an emoji; the form starts with "not_" if the word is negated
    bigram           two neighbouring words of a clause; "^" stands for its start and "$" for its end
    part             three to five characters in a row of a word that is written between "^" and "$"
    valence          a word, as an entry of a lexicon of valences
    negated valence  the same if the word is negated
    signal           a handle, an address, an elongated word, capitals, "!", "?" or "..."
    phrase           neighbouring words of a clause that mean something else together, such as "can't wait"

A word is negated if it is one of the NEGATION_SCOPE words after a negator in the same clause. A phrase
replaces all features of its words, and ends the scope of a negator before its last word (model/phrases.py).
A neutral word has no features except its signals: it says who somebody is, and not how somebody feels.

There are two ways through a text, and tests check that they agree. `walk` and `features` name each feature;
training and explanations need the names. model/sums.py is the fast way, for predictions.
"""

import math
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from model.classifier import Dropped, Term
from model.phrases import Phrases, State
from model.sums import END, NEGATION_SCOPE, START, WORD_KINDS, Sums, parts
from nlp.tokens import Token, find_tokens, negates

Form = tuple[str, str]  # the kind of a feature, and its form


class PlacedToken(NamedTuple):
    """A token, and what its place in the text says about it.

    `bigram` ends with the token and starts with the token `first`. It is "" if the token is no word. `phrase`
    is the pattern of a phrase, whose token then spans all its words.
    """

    token: Token
    negated: bool
    bigram: str
    first: Token
    phrase: str = ""


class Ngrams(Sums):
    """Finds the weights in a text. `weights[kind][form]` is the weight of a feature."""

    MIN_KNOWN = 0.5  # the least share of known words of a familiar text; docs/decisions.md has the figures

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """Return the features with a weight, the number of words (at least 1), and the pieces without one.

        The contribution of a term is its weight. The parts of a word form one term.
        """
        found = find_tokens(text)
        terms: list[Term] = []
        part_weights: dict[tuple[int, int], list[float]] = {}
        for (kind, form), start, end in features(found, self._phrases, self._neutral):
            weight = self._weights[kind].get(form)
            if weight is not None and kind == "part":
                part_weights.setdefault((start, end), []).append(weight)
            elif weight is not None:
                terms.append(Term(kind, form, start, end, weight))
        for (start, end), weights in part_weights.items():
            terms.append(Term("parts", text[start:end], start, end, math.fsum(weights)))
        weighed = {(term.start, term.end) for term in terms}
        spans = [(term.start, term.end) for term in terms if term.feature == "phrase"]
        dropped = [
            Dropped(t.start, t.end, self._reason(t))
            for t in found
            if t.kind in ("address", "handle")
            or t.form in self._neutral
            or (
                t.kind != "mark"
                and (t.start, t.end) not in weighed
                and not any(start <= t.start < end for start, end in spans)
            )
        ]
        n = sum(token.kind in WORD_KINDS for token in found)
        return sorted(terms, key=lambda term: term.start), n or 1, dropped

    def _reason(self, token: Token) -> str:
        if token.kind in ("address", "handle"):
            return token.kind
        return "neutral" if token.form in self._neutral else "unknown"


def walk(found: Iterable[Token], phrases: Phrases) -> list[PlacedToken]:
    """Return the tokens of a text in order, with one token for the words of a phrase.

    After the last word of a clause comes a token without a form.
    """
    placed = list[PlacedToken]()
    last, scope = None, 0
    state: State | None = None  # of the phrase that has begun
    mark = 0  # the phrase replaces the tokens from here on
    for token in found:
        if token.kind in WORD_KINDS:
            place = len(placed)
            bigram = f"{last.form if last else START} {token.form}"
            placed.append(PlacedToken(token, scope > 0, bigram, last or token))
            last = token
            scope = NEGATION_SCOPE if negates(token.form) else max(scope - 1, 0)
            state = state[token.form] if state is not None else None
            if state is not None and state.phrase:
                whole = Token(placed[mark].token.start, token.end, "word", "")
                placed[mark:] = [PlacedToken(whole, False, "", token, state.phrase)]
                scope = NEGATION_SCOPE if negates(token.form) else 0
            if state is None:
                state, mark = phrases.first[token.form], place
        else:
            placed.append(PlacedToken(token, False, "", token))
            if token.kind == "mark":
                if last:
                    placed.append(_end_clause(last))
                last, scope, state = None, 0, None
    if last:
        placed.append(_end_clause(last))
    return placed


def _end_clause(last: Token) -> PlacedToken:
    end = Token(last.start, last.end, "mark", "")
    return PlacedToken(end, False, f"{last.form} {END}", last)


def features(
    found: Iterable[Token], phrases: Phrases, neutral: Container[str]
) -> Iterator[tuple[Form, int, int]]:
    """Yield each feature of a text, with or without a weight, and where it starts and ends."""
    for token, negated, bigram, first, phrase in walk(found, phrases):
        if phrase:
            yield ("phrase", phrase), token.start, token.end
            continue
        for form in own_features(token, negated, neutral):
            yield form, token.start, token.end
        if bigram:
            yield ("bigram", bigram), first.start, token.end


def own_features(token: Token, negated: bool, neutral: Container[str]) -> tuple[Form, ...]:
    """Return all features of a token except its bigrams."""
    _, _, kind, form, signals = token
    found = [("signal", signal) for signal in signals]
    if form in neutral:
        return tuple(found)
    negated = negated and kind == "word"  # emoticons are never negated
    if kind in WORD_KINDS:
        found.append(("word", f"not_{form}" if negated else form))
        found.append(("negated valence" if negated else "valence", form))
    if kind == "word":
        found += [("part", part) for part in parts(form)]
    return tuple(found)
