"""The best model: logistic regression on words, bigrams, parts of words, and two lexicons of valences.

    logit = bias + n^-½ · Σ weight[feature]      over the features of a tweet of n words (model/ngrams.py)

The valence of a word is its rating in VADER's lexicon and in labMT. Each lexicon has four coefficients: for
positive and negative ratings, and for both under negation. So the model knows words that are in no training
tweet, and through their parts also words that are in no lexicon. The more a feature differs between the
classes, the smaller is the penalty on its weight. This uses naive Bayes as a prior, as in Wang and Manning
2012, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", ACL.

From MIN_LARGE_CORPUS tweets on, training uses single precision and stops earlier to save memory and time. The
last decimals of the weights then depend on the processor.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from fractions import Fraction
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

from model.classifier import MAX_CHARACTERS_READ
from model.ngrams import Form, own_features, walk
from model.phrases import Phrases
from model.sums import UNIT, WORD_KINDS
from model.training import lexicons
from model.training.calibration import MIN_LARGE_CORPUS
from model.training.fairness import neutral_forms
from nlp.tokens import Token, find_tokens

EXPONENT = -0.5  # of the number of words
MIN_TWEETS = {
    "word": 2,
    "bigram": 2,
    "part": 5,
    "signal": 1,
}  # with a form; a form of one tweet may be a name
MIN_PHRASE_TWEETS = 10  # with a phrase, so that it has a weight of its own beside its valence
MIN_SHARE = Fraction(
    1, 5_000
)  # of the tweets, too; otherwise a corpus of millions would have millions of forms
MAX_SAMPLE = 100_000  # tweets from which the forms are taken
MAX_CHUNK = 50_000  # tweets whose features are counted at a time, to bound the memory
MAX_BLOCK = 1_000_000  # cells that are scaled at a time, to bound the memory
VALENCES = ("valence", "negated valence")
COLUMN_SCALES = {"part": 0.5}  # smaller than 1, because a word has dozens of parts


class NgramSums(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Turns texts into a sparse array of shape (texts, columns): counts and sums of valences, times n^-½."""

    lexicons_: dict[str, dict[str, float]]
    ids_: dict[Form, int]  # the forms that are counted
    columns_: dict[Form, int]  # the columns, which projection_ computes from the counts
    projection_: sparse.csr_array

    def fit(self, texts: Sequence[str], _labels: Sequence[int]) -> Self:
        self.neutral_ = neutral_forms()
        self.lexicons_ = {
            name: {form: valence for form, valence in lexicon.items() if form not in self.neutral_}
            for name, lexicon in (("labmt", lexicons.labmt()), ("vader", lexicons.vader()))
        }
        self.phrases_ = lexicons.phrases()
        self.classes_ = lexicons.classes(self.neutral_)
        rated = sorted(set().union(*self.lexicons_.values()))
        known = [*product(VALENCES, rated), *(("phrase", pattern) for pattern in self.phrases_)]
        self.ids_ = {form: id for id, form in enumerate(known)}
        sample = texts[:: math.ceil(len(texts) / MAX_SAMPLE)]
        counts, _ = self._count(sample, grow=True)
        min_share = int(len(sample) * MIN_SHARE)
        least = [max(MIN_TWEETS[kind], min_share) if kind in MIN_TWEETS else 0 for kind, _ in self.ids_]
        tweets = count_tweets(counts)
        enough = tweets >= least
        self.learned_ = {
            form
            for (kind, form), number in zip(self.ids_, tweets, strict=True)
            if kind == "phrase" and number >= max(MIN_PHRASE_TWEETS, min_share)
        }
        kept = [form for form, is_kept in zip(self.ids_, enough, strict=True) if is_kept]
        self.ids_ = {form: id for id, form in enumerate(kept)}
        self._project()
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_array:
        large = len(texts) >= MIN_LARGE_CORPUS
        projection = self.projection_.astype(np.float32 if large else np.float64)
        chunks = (texts[start : start + MAX_CHUNK] for start in range(0, len(texts), MAX_CHUNK))
        parts = Parallel(n_jobs=-1 if large else 1)(delayed(self._sum)(chunk, projection) for chunk in chunks)
        if not parts:
            return sparse.csr_array((0, projection.shape[1]))
        pieces = list(zip(*parts, strict=True))
        del parts  # so that `pieces.pop()` frees memory
        lengths, indices, data = (np.concatenate(pieces.pop()) for _ in range(3))
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)  # scikit-learn requires 32 bits
        return sparse.csr_array((data, indices, ends), (len(texts), projection.shape[1]))

    def _sum(
        self, texts: Sequence[str], projection: sparse.csr_array
    ) -> tuple[NDArray[np.floating], NDArray[np.int32], NDArray[np.int_]]:
        """Return the values of the cells that are not 0, their columns, and their number in each row."""
        counts, scales = self._count(texts, grow=False)
        sums = counts @ projection
        sums.data *= np.repeat(scales.astype(projection.dtype), np.diff(sums.indptr))
        sums.sort_indices()
        return sums.data, sums.indices.astype(np.int32), np.diff(sums.indptr)

    def _count(self, texts: Sequence[str], grow: bool) -> tuple[sparse.csr_array, NDArray[np.float64]]:
        """Return how often each form is in each text, and n^-½. `grow` adds new forms to `ids_`."""
        ids, found, ends = self.ids_, array("i"), array("i", [0])
        phrases = Phrases(self.phrases_, self.classes_)
        own: dict[tuple[Any, ...], array[int]] = {}
        words = np.ones(len(texts))
        for row, text in enumerate(texts):
            tokens = [token for piece in text.split() for token in _find_cached_tokens(piece)]
            for token, negated, bigram, _, phrase in walk(tokens, phrases):
                if phrase:
                    found.append(ids["phrase", phrase])
                    continue
                key = (*token[2:], negated)
                if key not in own:
                    forms = own_features(token, negated, self.neutral_)
                    own[key] = array("i", [ids.setdefault(f, len(ids)) for f in forms if grow or f in ids])
                found.extend(own[key])
                if (
                    bigram
                    and (grow or ("bigram", bigram) in ids)
                    and self.neutral_.isdisjoint(bigram.split())
                ):
                    found.append(ids.setdefault(("bigram", bigram), len(ids)))
            ends.append(len(found))
            words[row] = sum(token.kind in WORD_KINDS for token in tokens) or 1
        ones = np.ones(len(found), dtype=np.float32)
        counts = sparse.csr_array((ones, np.asarray(found), np.asarray(ends)), (len(texts), len(ids)))
        counts.sum_duplicates()
        counts.data = counts.data.astype(np.int16)
        return counts, words**EXPONENT

    def _project(self) -> None:
        """Set the columns. Each form has its own, except that the valences of a lexicon are summed up."""
        valences = [(kind, f"{name} {side}") for kind in VALENCES for name in self.lexicons_ for side in "+-"]
        own = [form for form in self.ids_ if form[0] in MIN_TWEETS or form[1] in self.learned_]
        columns = sorted(own) + valences
        self.columns_ = {column: number for number, column in enumerate(columns)}
        cells = []
        for form, row in self.ids_.items():
            if form[0] in VALENCES:
                for name, lexicon in self.lexicons_.items():
                    if valence := lexicon.get(form[1]):
                        side = _side(name, valence)
                        cells.append((abs(valence), row, self.columns_[form[0], side]))
            elif form[0] == "phrase":
                valence = self.phrases_[form[1]]
                cells.append((abs(valence), row, self.columns_["valence", _side("vader", valence)]))
                if form in self.columns_:
                    cells.append((1.0, row, self.columns_[form]))
            else:
                cells.append((COLUMN_SCALES.get(form[0], 1.0), row, self.columns_[form]))
        values, rows, numbers = zip(*cells, strict=True)
        shape = (len(self.ids_), len(columns))
        self.projection_ = sparse.csr_array(sparse.coo_array((values, (rows, numbers)), shape=shape))


def _side(lexicon: str, valence: float) -> str:
    return f"{lexicon} {'+' if valence > 0 else '-'}"


def count_tweets(counts: sparse.csr_array) -> NDArray[np.int_]:
    """Return the number of texts with each form. Texts with the same features count as one."""
    rows = {
        counts.indices[start:end].tobytes(): row for row, (start, end) in enumerate(pairwise(counts.indptr))
    }
    return np.bincount(counts[sorted(rows.values())].indices, minlength=counts.shape[1])


@lru_cache(maxsize=1 << 18)
def _find_cached_tokens(piece: str) -> list[Token]:
    return find_tokens(piece)


class PriorLogisticRegression(LogisticRegression):  # type: ignore[misc]
    """Logistic regression with a smaller penalty on features that differ between the classes.

    The coefficients have six decimals. The last bits of a solver's result depend on the processor; six
    decimals do not, because the tolerance of `pipeline` makes the error far smaller.
    """

    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]

    def fit(self, features: sparse.csr_array, labels: Sequence[int]) -> Self:
        if len(labels) >= MIN_LARGE_CORPUS:
            self.solver, self.tol = "lbfgs", 1e-5  # newton-cg would copy the features at each step
        positive = np.asarray(labels, dtype=features.dtype)
        sums = np.stack([side @ features + 0.5 for side in (1 - positive, positive)])
        shares = np.log(sums / sums.sum(axis=1, keepdims=True))
        scale = (0.2 + np.abs(shares[1] - shares[0])).astype(features.dtype)
        scaled = sparse.csr_array((features.data.copy(), features.indices, features.indptr), features.shape)
        for start in range(0, features.nnz, MAX_BLOCK):
            block = slice(start, start + MAX_BLOCK)
            scaled.data[block] *= scale[features.indices[block]]
        super().fit(scaled, labels)
        self.coef_ = (self.coef_ * scale).astype(np.float64).round(6)
        self.intercept_ = self.intercept_.astype(np.float64).round(6)
        return self


def pipeline() -> Pipeline:
    return Pipeline(
        [
            ("sums", NgramSums()),
            ("logit", PriorLogisticRegression(C=0.5, solver="newton-cg", tol=1e-13, max_iter=500)),
        ]
    )


def export(fitted: Pipeline) -> dict[str, Any]:
    sums, regression = fitted["sums"], fitted["logit"]
    coefficients = dict(zip(sums.columns_, regression.coef_[0].tolist(), strict=True))
    weights: dict[str, dict[str, float]] = {kind: {} for kind in MIN_TWEETS}
    for (kind, form), coefficient in coefficients.items():
        if kind in MIN_TWEETS:
            weights[kind][form] = round(coefficient * COLUMN_SCALES.get(kind, 1.0), 7)
    for kind in VALENCES:
        weights[kind] = {
            form: round(
                sum(
                    coefficients[kind, _side(name, lexicon[form])] * abs(lexicon[form])
                    for name, lexicon in sums.lexicons_.items()
                    if form in lexicon
                ),
                10,
            )
            for form in sorted(set().union(*sums.lexicons_.values()))
        }
    weights["phrase"] = {
        pattern: round(
            coefficients["valence", _side("vader", valence)] * abs(valence)
            + coefficients.get(("phrase", pattern), 0.0),
            10,
        )
        for pattern, valence in sums.phrases_.items()
    }
    weights["class"] = sums.classes_
    weights["neutral"] = dict.fromkeys(sums.neutral_, 0.0)
    refuse_inexact(weights)
    return {
        "kind": "scorecard",
        "features": "ngrams",
        "bias": regression.intercept_[0].item(),
        "exponent": EXPONENT,
        "weights": weights,
    }


def refuse_inexact(weights: Mapping[str, Mapping[str, float]]) -> None:
    """Raise ValueError if a weight has more places than the sums, or is so large that a sum may be inexact.

    Floats are exact for whole numbers up to 2^53. A text has fewer than 15 features for each character that
    is read.
    """
    largest = 2**53 / UNIT / (15 * MAX_CHARACTERS_READ)
    for kind, forms in weights.items():
        for form, weight in forms.items():
            if weight != round(weight * UNIT) / UNIT:
                raise ValueError(f"the weight of the {kind} {form!r} has more than eight places: round it")
            if abs(weight) > largest:
                raise ValueError(
                    f"the weight of the {kind} {form!r} is {weight}: keep it within {largest:.0f}"
                )
