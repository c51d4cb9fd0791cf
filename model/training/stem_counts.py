"""Counts of stems, from which the simple models start."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from model.training.fairness import neutral_stems
from nlp import words


def common_stems(tweets: Iterable[Sequence[str]], min_tweets: int) -> list[str]:
    """Return the sorted stems of at least `min_tweets` tweets, without the neutral ones (fairness.py).

    Tweets with the same stems count as one.
    """
    seen_in = Counter(stem for stems in set(map(tuple, tweets)) for stem in set(stems))
    return sorted(
        stem for stem, count in seen_in.items() if count >= min_tweets and stem not in neutral_stems()
    )


class StemCounts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Turns texts into a sparse array of shape (texts, stems): counts times n^exponent for n stems."""

    def __init__(self, exponent: float = 0.0, min_tweets: int = 2) -> None:
        self.exponent = exponent
        self.min_tweets = min_tweets  # a stem of one tweet says little about others, and may be a name

    def fit(self, texts: Sequence[str], _labels: Sequence[int] | None = None) -> Self:
        kept = common_stems([words(text) for text in texts], self.min_tweets)
        self.stems_ = {stem: column for column, stem in enumerate(kept)}
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_array:
        columns, values, ends = array("i"), array("d"), array("i", [0])
        for text in texts:
            stems = words(text)
            known = [self.stems_[stem] for stem in stems if stem in self.stems_]
            columns.extend(known)
            values.extend([len(stems) ** self.exponent] * len(known) if known else [])
            ends.append(len(columns))
        counts = sparse.csr_array(
            (np.array(values), np.array(columns), np.array(ends)), (len(texts), len(self.stems_))
        )
        counts.sum_duplicates()
        return counts


def neutral_weights() -> dict[str, float]:
    """The neutral stems, as the artifact of a scorecard lists them."""
    return dict.fromkeys(sorted(neutral_stems()), 0.0)
