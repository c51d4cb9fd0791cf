"""The models that can be trained, by name."""

import ast
from pathlib import Path
from typing import Any, Protocol

from sklearn.pipeline import Pipeline

from model.training import frequency, lexicon_ngrams, naive_bayes, network, word2vec


class Training(Protocol):
    """A module that trains one model. Its docstring becomes the first part of the model card."""

    __file__: str | None

    def pipeline(self) -> Pipeline:
        """Return an unfitted estimator over raw texts, for the labels 0 (negative) and 1 (positive)."""

    def export(self, fitted: Pipeline) -> dict[str, Any]:
        """Return the entries of the manifest that describe the fitted model, and its `weights`."""


MODELS: dict[str, Training] = {
    "frequency": frequency,
    "naive_bayes": naive_bayes,
    "word2vec": word2vec,
    "network": network,
    "lexicon_ngrams": lexicon_ngrams,
}


def describe(name: str) -> str:
    """Return the docstring of a model's module, from its source: `python -OO` drops docstrings."""
    source = Path(str(MODELS[name].__file__)).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)) or ""
