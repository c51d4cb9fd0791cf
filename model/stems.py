"""The features of the post's models: the stems of a tweet, each by itself."""

from collections.abc import Mapping

from model.classifier import Dropped, Term
from nlp import spans, words


class Stems:
    """`weights["stem"]` has a weight for each known stem."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._weights = weights["stem"]

    def weights(self, text: str) -> tuple[list[float], int, bool]:
        """The weights in `text`, the number n of its stems, and whether any is known."""
        stems = words(text)
        found = [self._weights[stem] for stem in stems if stem in self._weights]
        return found, len(stems), bool(found)

    def terms(self, text: str) -> tuple[list[Term], int, list[Dropped]]:
        """The same with places; the contributions are the weights themselves."""
        terms, dropped, n = [], [], 0
        for start, end, stem, reason in spans(text):
            n += not reason
            if stem in self._weights:
                terms.append(Term("stem", stem, start, end, self._weights[stem]))
            else:
                dropped.append(Dropped(start, end, reason or "unknown"))
        return terms, n, dropped
