"""The features of the simple models: the stems of the words in a tweet."""

import math
from collections.abc import Container, Mapping

from model.classifier import Dropped, Term
from nlp import Span, spans, words

# The least share of known stems of a familiar text. It is smaller than that of words, because the words that
# are in every English text are no stems. docs/decisions.md has the figures.
MIN_KNOWN = 1 / 3


class Stems:
    """Adds up the weights in a text. `weights["stem"]` has the weight of each known stem.

    `weights["neutral"]` has the stems that say who somebody is, and not how somebody feels.
    """

    MIN_KNOWN = MIN_KNOWN

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._neutral = weights.get("neutral", {})
        self._weights = {**weights["stem"], **self._neutral}  # a neutral stem is known, and its weight is 0

    def total(self, text: str) -> tuple[float, int, int]:
        """Return the sum of the weights, the number of stems, and the number of those that are known."""
        stems = words(text)
        found = [self._weights[stem] for stem in stems if stem in self._weights]
        # fsum rounds once, so the order of the words does not change the result
        return math.fsum(found), len(stems), len(found)

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """Return the stems with a weight, the number of stems, and the pieces without a weight.

        The contribution of a term is its weight.
        """
        found = spans(text)
        terms, dropped = split_spans(found, self._weights, self._neutral)
        return terms, sum(not span.dropped for span in found), dropped


def split_spans(
    found: list[Span], contributions: Mapping[str, float], neutral: Container[str]
) -> tuple[list[Term], list[Dropped]]:
    """Return a term for each span whose stem contributes, and the other spans with the reason."""
    terms, dropped = [], []
    for start, end, stem, reason in found:
        if stem in contributions and stem not in neutral:
            terms.append(Term("stem", stem, start, end, contributions[stem]))
        else:
            dropped.append(Dropped(start, end, reason or ("neutral" if stem in neutral else "unknown")))
    return terms, dropped
