"""The model worth deploying: logistic regression on words, bigrams, parts of words, and two valence lexicons.

    logit = bias + n^-½ · Σ weight[feature]      over the features of a tweet of n words (model/ngrams.py)

A word's valence is its entry in VADER's lexicon and in labMT, each with one coefficient for the positive and
one for the negative side, and others under negation; so words that no training tweet has are known too, and
parts of words carry over to what no lexicon has. The penalty on a weight is the smaller the more the classes
differ in its feature: naive Bayes as a prior, as in Wang and Manning 2012, "Baselines and Bigrams: Simple,
Good Sentiment and Topic Classification", ACL.
"""

import math
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import Any, Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from model.ngrams import WORDS, Form, alone, walk
from model.training import lexicons
from model.training.calibration import MANY
from nlp.tokens import tokens

EXPONENT = -0.5  # of the number of words, in the scale of the sum
SEEN_IN = {"word": 2, "bigram": 2, "part": 3, "signal": 1}  # tweets at least: one may be about one person
RARE = 5_000  # and one tweet in so many: a corpus of millions has millions of forms
SAMPLE = 100_000  # tweets at most that the forms are taken from, for the sake of memory
CHUNK = 50_000  # tweets counted at a time, too
BLOCK = 1_000_000  # cells scaled at a time, likewise
VALENCES = ("valence", "negated valence")
SCALE = {"part": 0.5}  # of a column: a word has dozens of parts


class NgramSums(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Texts to a sparse array of shape (texts, columns): counts and sums of valences, times n^-½."""

    lexicons_: dict[str, dict[str, float]]
    ids_: dict[Form, int]  # what is counted in a text
    columns_: dict[Form, int]  # what the counts are summed up to, by projection_
    projection_: sparse.csr_array

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> Self:
        self.lexicons_ = {"labmt": lexicons.labmt(), "vader": lexicons.vader()}
        rated = sorted(set().union(*self.lexicons_.values()))
        self.ids_ = {form: id for id, form in enumerate(product(VALENCES, rated))}
        sample = texts[:: math.ceil(len(texts) / SAMPLE)]
        counts, _ = self._count(sample, grow=True)
        least = [max(SEEN_IN[kind], len(sample) // RARE) if kind in SEEN_IN else 0 for kind, _ in self.ids_]
        kept = [form for form, enough in zip(self.ids_, _seen_in(counts) >= least, strict=True) if enough]
        self.ids_ = {form: id for id, form in enumerate(kept)}
        self._project()
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_array:
        many = len(texts) >= MANY
        projection = self.projection_.astype(np.float32 if many else np.float64)  # for the sake of memory
        chunks = (texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK))
        parts = Parallel(n_jobs=-1 if many else 1)(delayed(self._sum)(chunk, projection) for chunk in chunks)
        if not parts:
            return sparse.csr_array((0, projection.shape[1]))
        pieces = list(zip(*parts, strict=True))
        del parts  # each of the three is let go as soon as it is whole
        lengths, indices, data = (np.concatenate(pieces.pop()) for _ in range(3))
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)  # scikit-learn wants 32 bits
        return sparse.csr_array((data, indices, ends), (len(texts), projection.shape[1]))

    def _sum(
        self, texts: Sequence[str], projection: sparse.csr_array
    ) -> tuple[NDArray[np.floating], NDArray[np.int32], NDArray[np.int_]]:
        """The values of the cells that are not 0, their columns, and how many there are in each row."""
        counts, scales = self._count(texts, grow=False)
        sums = counts @ projection
        sums.data *= np.repeat(scales.astype(projection.dtype), np.diff(sums.indptr))
        sums.sort_indices()
        return sums.data, sums.indices.astype(np.int32), np.diff(sums.indptr)

    def _count(self, texts: Sequence[str], grow: bool) -> tuple[sparse.csr_array, NDArray[np.float64]]:
        """How often each form of `ids_` is in each text, and n^-½; `grow` gives new forms an id."""
        ids, found, ends = self.ids_, array("i"), array("i", [0])
        own: dict[tuple[Any, ...], array[int]] = {}
        words = np.ones(len(texts))
        for row, text in enumerate(texts):
            tokens = [token for piece in text.split() for token in _tokens(piece)]
            for (_, _, kind, form, signals), negated, bigram, _ in walk(tokens):
                key = (kind, form, signals, negated)
                if key not in own:
                    forms = alone(kind, form, signals, negated)
                    own[key] = array("i", [ids.setdefault(f, len(ids)) for f in forms if grow or f in ids])
                found.extend(own[key])
                if bigram and (grow or ("bigram", bigram) in ids):
                    found.append(ids.setdefault(("bigram", bigram), len(ids)))
            ends.append(len(found))
            words[row] = sum(token.kind in WORDS for token in tokens) or 1
        ones = np.ones(len(found), dtype=np.float32)
        counts = sparse.csr_array((ones, np.asarray(found), np.asarray(ends)), (len(texts), len(ids)))
        counts.sum_duplicates()
        counts.data = counts.data.astype(np.int16)
        return counts, words**EXPONENT

    def _project(self) -> None:
        """From counts of forms to columns: each form its own, but for the valences, which are summed up."""
        valences = [(kind, f"{name} {side}") for kind in VALENCES for name in self.lexicons_ for side in "+-"]
        columns = sorted(form for form in self.ids_ if form[0] not in VALENCES) + valences
        self.columns_ = {column: place for place, column in enumerate(columns)}
        cells = []
        for form, row in self.ids_.items():
            if form[0] in VALENCES:
                for name, lexicon in self.lexicons_.items():
                    if valence := lexicon.get(form[1]):
                        side = f"{name} {'+' if valence > 0 else '-'}"
                        cells.append((abs(valence), row, self.columns_[form[0], side]))
            else:
                cells.append((SCALE.get(form[0], 1.0), row, self.columns_[form]))
        values, rows, places = zip(*cells, strict=True)
        shape = (len(self.ids_), len(columns))
        self.projection_ = sparse.csr_array(sparse.coo_array((values, (rows, places)), shape=shape))


def _seen_in(counts: sparse.csr_array) -> NDArray[np.int_]:
    """How many texts each form is in; what one person sent twice is seen once."""
    rows = {
        counts.indices[start:end].tobytes(): row for row, (start, end) in enumerate(pairwise(counts.indptr))
    }
    return np.bincount(counts[sorted(rows.values())].indices, minlength=counts.shape[1])


_tokens = lru_cache(maxsize=1 << 18)(tokens)


class PriorLogisticRegression(LogisticRegression):  # type: ignore[misc]
    """Logistic regression with a smaller penalty where the classes differ; six decimals a coefficient."""

    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]

    def fit(self, features: sparse.csr_array, labels: Sequence[int]) -> Self:
        if len(labels) >= MANY:
            self.solver, self.tol = "lbfgs", 1e-5  # the other copies the features at each step
        positive = np.asarray(labels, dtype=features.dtype)
        sums = np.stack([side @ features + 0.5 for side in (1 - positive, positive)])
        shares = np.log(sums / sums.sum(axis=1, keepdims=True))
        scale = (0.2 + np.abs(shares[1] - shares[0])).astype(features.dtype)
        scaled = sparse.csr_array((features.data.copy(), features.indices, features.indptr), features.shape)
        for start in range(0, features.nnz, BLOCK):
            block = slice(start, start + BLOCK)
            scaled.data[block] *= scale[features.indices[block]]
        super().fit(scaled, labels)
        self.coef_ = (self.coef_ * scale).astype(np.float64).round(6)
        self.intercept_ = self.intercept_.astype(np.float64).round(6)
        return self


def pipeline() -> Pipeline:
    """An unfitted estimator over raw texts; label 0 is negative, 1 positive."""
    return Pipeline(
        [
            ("sums", NgramSums()),
            ("logit", PriorLogisticRegression(C=0.5, solver="newton-cg", tol=1e-10, max_iter=500)),
        ]
    )


def export(fitted: Pipeline) -> dict[str, Any]:
    """The same function as a sum of weights: what `model.scorecard.Scorecard` takes."""
    sums, regression = fitted["sums"], fitted["logit"]
    coefficients = dict(zip(sums.columns_, regression.coef_[0].tolist(), strict=True))
    weights: dict[str, dict[str, float]] = {kind: {} for kind in SEEN_IN}
    for (kind, form), coefficient in coefficients.items():
        if kind in SEEN_IN:
            weights[kind][form] = round(coefficient * SCALE.get(kind, 1.0), 7)
    for kind in VALENCES:
        weights[kind] = {
            form: round(
                sum(
                    coefficients[kind, f"{name} {'+' if lexicon[form] > 0 else '-'}"] * abs(lexicon[form])
                    for name, lexicon in sums.lexicons_.items()
                    if form in lexicon
                ),
                10,
            )
            for form in sorted(set().union(*sums.lexicons_.values()))
        }
    return {
        "kind": "scorecard",
        "features": "ngrams",
        "bias": regression.intercept_[0].item(),
        "exponent": EXPONENT,
        "weights": weights,
    }
