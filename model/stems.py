"""The features of the post's models: the stems of a tweet, each by itself."""

from collections.abc import Mapping

from model.classifier import Dropped, Term
from nlp import Span, spans, words


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
        found = spans(text)
        terms, dropped = placed(found, self._weights)
        return terms, sum(not span.dropped for span in found), dropped


def placed(found: list[Span], contributions: Mapping[str, float]) -> tuple[list[Term], list[Dropped]]:
    """What each stem contributes, and why the rest contributes nothing."""
    terms, dropped = [], []
    for start, end, stem, reason in found:
        if stem in contributions:
            terms.append(Term("stem", stem, start, end, contributions[stem]))
        else:
            dropped.append(Dropped(start, end, reason or "unknown"))
    return terms, dropped
