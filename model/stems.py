"""The features of the simple models: the stems of the words in a tweet."""

from collections.abc import Mapping

from model.classifier import Dropped, Term
from nlp import Span, spans, words

# The least share of known stems of a familiar text. It is smaller than that of words, because the words that
# are in every English text are no stems. docs/decisions.md has the figures.
MIN_KNOWN = 1 / 3


class Stems:
    """Finds the weights in a text. `weights["stem"]` has the weight of each known stem."""

    MIN_KNOWN = MIN_KNOWN

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._weights = weights["stem"]

    def weights(self, text: str) -> tuple[list[float], int, int]:
        """Return the weights in `text`, the number of its stems, and the number of those that are known."""
        stems = words(text)
        found = [self._weights[stem] for stem in stems if stem in self._weights]
        return found, len(stems), len(found)

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """Return the stems with a weight, the number of stems, and the pieces without a weight.

        The contribution of a term is its weight.
        """
        found = spans(text)
        terms, dropped = split_spans(found, self._weights)
        return terms, sum(not span.dropped for span in found), dropped


def split_spans(found: list[Span], contributions: Mapping[str, float]) -> tuple[list[Term], list[Dropped]]:
    """Return a term for each span whose stem contributes, and the other spans with the reason."""
    terms, dropped = [], []
    for start, end, stem, reason in found:
        if stem in contributions:
            terms.append(Term("stem", stem, start, end, contributions[stem]))
        else:
            dropped.append(Dropped(start, end, reason or "unknown"))
    return terms, dropped
