"""A classifier of scikit-learn as its pickle. It is for what no sum over features can say.

A pickle is code: whoever wrote it can do in this process what the process can do. So it is opened only if its
SHA-256 is the one that is trusted, and by the very libraries that wrote it.
"""

import io
import math
import platform
import re
from collections.abc import Mapping, Sequence
from typing import Any

from model.answer import LEAST
from model.artifact import ArtifactError
from model.classifier import (
    MAX_CHARACTERS_READ,
    Classifier,
    Dropped,
    Explanation,
    Prediction,
    Term,
)

FILE = "pipeline.joblib"
_MAX_WORDS = 200  # whose contributions are shown: each costs a prediction


class Pickled(Classifier):
    """`original` has `predict` and `predict_proba` of texts."""

    min_known = 1.0

    def __init__(self, manifest: Mapping[str, Any], original: Any) -> None:
        super().__init__(manifest)
        self._original = original
        self._classes: list[str] = manifest["classes"]

    def predict(
        self,
        texts: Sequence[str],
        threshold: float | None = None,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        super().predict([], threshold, uncertain)  # raises ValueError for what is for two classes
        if not texts:
            return []
        read = [text[:MAX_CHARACTERS_READ] for text in texts]
        rows = self._original.predict_proba(read).tolist()
        chosen = [str(label) for label in self._original.predict(read).tolist()]
        if len(self.labels) > 2:
            return [
                Prediction(
                    label,
                    row[self._classes.index(label)],
                    self._warn(text, _share_known(text)),
                    dict(zip(self.labels, row, strict=True)),
                )
                for text, row, label in zip(texts, rows, chosen, strict=True)
            ]
        place = self._classes.index(self.labels[-1])
        if threshold is None:  # the original may have a threshold of any kind
            bounds = [0.0 if label == self.labels[-1] else 2.0 for label in chosen]
        else:
            bounds = [threshold] * len(texts)
        return [
            self._judge(text, row[place], _share_known(text), bound, uncertain)
            for text, row, bound in zip(texts, rows, bounds, strict=True)
        ]

    def logit(self, text: str) -> tuple[float, float]:
        return self._find_logits([text])[0], _share_known(text)

    def explain(self, text: str) -> Explanation:
        """Return by how much the log-odds fall if a word is left out, for each of the first words.

        This is no sum that the model computes. The bias is what remains: the words may matter together.
        """
        text = text[:MAX_CHARACTERS_READ]
        bias, terms, dropped = self.terms(text)
        logit = bias + math.fsum(term.contribution for term in terms)
        return Explanation(logit, bias, terms, dropped, [], _share_known(text))

    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        found = list(re.finditer(r"\S+", text))
        words, rest = found[:_MAX_WORDS], found[_MAX_WORDS:]
        left_out = [text[: word.start()] + text[word.end() :] for word in words]
        logit, *others = self._find_logits([text, *left_out])
        terms = [
            Term("occlusion", word[0], *word.span(), logit - other)
            for word, other in zip(words, others, strict=True)
        ]
        bias = logit - math.fsum(term.contribution for term in terms)
        return bias, terms, [Dropped(*word.span(), "not tried") for word in rest]

    def _find_logits(self, texts: Sequence[str]) -> list[float]:
        """Return the log-odds of positive, or of the label of the first text if there are more classes."""
        label = self.labels[-1] if len(self.labels) == 2 else self.predict(texts[:1])[0].label
        place = self._classes.index(label)
        rows = self._original.predict_proba(list(texts)).tolist()
        odds = [min(max(row[place], LEAST), 1 - LEAST) for row in rows]
        return [math.log(p) - math.log1p(-p) for p in odds]


def open_trusted(manifest: Mapping[str, Any], content: bytes, trusted: str) -> Pickled:
    """Return the classifier if `trusted` is the SHA-256 of its file, which was compared with its content.

    Raises ArtifactError if it is not, or if another release of a library wrote the file.
    """
    name, digest = manifest["name"], manifest["files"][FILE]
    if trusted != digest:
        raise ArtifactError(
            f"{name} is a pickle, and a pickle is code: if you trust it, set TRUST_PICKLE=yes and "
            f"PICKLE_SHA256={digest}"
        )
    try:
        import joblib
    except ImportError as exc:
        raise ArtifactError(
            f"{name} needs scikit-learn: run `pip install 'tweet-sentiment[training]'`"
        ) from exc
    for library, was in manifest["libraries"].items():
        now = _find_version(library)
        if now != was:
            raise ArtifactError(
                f"{name} was packaged with {library} {was}, and {now} may answer otherwise: install {was}, "
                f"or package it again"
            )
    return Pickled(manifest, joblib.load(io.BytesIO(content)))


def _find_version(library: str) -> str:
    from importlib.metadata import version

    return platform.python_version() if library == "python" else version(library)


def _share_known(text: str) -> float:
    """Return 0 for a text without words, else 1: what a pickle knows cannot be seen."""
    return float(bool(text) and not text.isspace())
