"""What the vectorizers and transformers of a pipeline make of a text.

Each transformer is a linear map, or a step: a function of each value, or a norm. A step needs the values of
the features themselves, so the linear map before it must be a scale and a choice of features.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.packaging.refusals import OR_PICKLE, SINGLE, NotPackagedError, find_kinds, name_of

Vector = NDArray[np.float64]
_SCALERS = {"MaxAbsScaler", "MinMaxScaler", "RobustScaler", "StandardScaler"}


@dataclass(frozen=True, eq=False)
class Source:
    """A vectorizer. `forms` are its features in the order of its columns, or None if it hashes them."""

    spec: dict[str, Any]
    forms: list[str] | None
    width: int


@dataclass(frozen=True, eq=False)
class Node:
    """The values of a source or of other nodes side by side, after `steps`. A scale has its own vector."""

    inner: "Source | tuple[Node, ...]"
    steps: tuple[tuple[Any, ...], ...] = ()

    def sources(self) -> list[Source]:
        """Return the sources in the order of their columns."""
        if isinstance(self.inner, Source):
            return [self.inner]
        return [source for node in self.inner for source in node.sources()]


@dataclass(frozen=True, eq=False)
class Space:
    """The columns of a matrix that a transformer returns: the values of `node`, times `map`, plus `shift`."""

    node: Node
    map: sparse.csr_matrix
    shift: Vector | None = None

    def after(self, *step: Any) -> "Space":
        """Return the columns after a step. Raises NotPackagedError if a column mixes features."""
        cells = sparse.coo_matrix(self.map)
        if self.shift is not None or any(len(set(ends)) < cells.nnz for ends in (cells.row, cells.col)):
            raise NotPackagedError(
                f"a step ({step[0]}) follows a projection such as TruncatedSVD, and is then no sum over "
                f"features: leave out the projection or the step{OR_PICKLE}"
            )
        scale = np.zeros(cells.shape[0])
        scale[cells.row] = cells.data
        chosen = sparse.csr_matrix((np.ones(cells.nnz), (cells.row, cells.col)), shape=cells.shape)
        return Space(replace(self.node, steps=(*self.node.steps, ("scale", scale), step)), chosen)

    def mapped(self, by: Any, shift: Vector | None = None) -> "Space":
        """Return the columns after a linear map."""
        if self.shift is not None:
            shift = by.T @ self.shift + (0 if shift is None else shift)
        return Space(self.node, sparse.csr_matrix(self.map @ by), shift)

    def scaled(self, factors: Any, shift: Vector | None = None) -> "Space":
        """Return each column times its factor."""
        every = np.broadcast_to(np.asarray(factors, dtype=np.float64), self.map.shape[1])
        return self.mapped(sparse.diags(every), shift)


def transform(step: Any, space: Space | None) -> Space:
    """Return `space` after a fitted transformer. None is the text itself."""
    kinds = find_kinds(step)
    if "Pipeline" in kinds:
        for _, inner in step.steps:
            space = transform(inner, space)
        return need(space, step)
    if "FeatureUnion" in kinds:
        return _unite(step, space)
    if kinds & {"CountVectorizer", "HashingVectorizer"}:
        if space:
            raise NotPackagedError(
                f"{name_of(step)} follows another transformer: a vectorizer reads the text"
            )
        return _vectorize(step, kinds)
    return _transform_columns(step, kinds, need(space, step))


def need(space: Space | None, step: Any) -> Space:
    """Raises NotPackagedError if `step` would read the text itself."""
    if space is None:
        raise NotPackagedError(
            f"{name_of(step)} reads the text itself: the first step must be scikit-learn's CountVectorizer, "
            f"TfidfVectorizer or HashingVectorizer"
        )
    return space


def _transform_columns(step: Any, kinds: set[str], space: Space) -> Space:
    if step in (None, "passthrough") or ("FunctionTransformer" in kinds and step.func is None):
        return space
    if "TfidfTransformer" in kinds:
        return _weigh(step, space)
    if "Normalizer" in kinds:
        return space.after("norm", step.norm)
    if "Binarizer" in kinds:
        return space.after("over", float(step.threshold))
    if "SelectorMixin" in kinds:
        every = sparse.eye(space.map.shape[1], format="csr")
        return space.mapped(every[:, np.flatnonzero(step.get_support())])
    if kinds & _SCALERS:
        return _scale(step, kinds, space)
    if "TruncatedSVD" in kinds:
        return space.mapped(_double(step.components_).T)
    raise NotPackagedError(
        f"{name_of(step)} is neither a linear map nor a norm, so its answers are no sum over features: "
        f"leave it out{OR_PICKLE}"
    )


def _weigh(step: Any, space: Space) -> Space:
    space = space.after("log") if step.sublinear_tf else space
    space = space.scaled(_double(step.idf_)) if step.use_idf else space
    return space.after("norm", step.norm) if step.norm else space


def _scale(step: Any, kinds: set[str], space: Space) -> Space:
    if getattr(step, "clip", False):
        raise NotPackagedError(f"{name_of(step)} clips its values: fit it with clip=False")
    if "MinMaxScaler" in kinds:
        return space.scaled(step.scale_, step.min_)
    factors = 1.0 if step.scale_ is None else 1 / _double(step.scale_)
    center = None
    if "StandardScaler" in kinds and step.with_mean:
        center = step.mean_
    elif "RobustScaler" in kinds and step.with_centering:
        center = step.center_
    return space.scaled(factors, None if center is None else -center * factors)


def _unite(union: Any, space: Space | None) -> Space:
    factors = union.transformer_weights or {}
    parts = [
        transform(step, space).scaled(factors.get(key, 1.0))
        for key, step in union.transformer_list
        if not (isinstance(step, str) and step == "drop")
    ]
    shift = None
    if any(part.shift is not None for part in parts):
        shift = np.concatenate([np.zeros(p.map.shape[1]) if p.shift is None else p.shift for p in parts])
    node = Node(tuple(part.node for part in parts))
    return Space(node, sparse.csr_matrix(sparse.block_diag([part.map for part in parts])), shift)


def _vectorize(step: Any, kinds: set[str]) -> Space:
    """Return the columns of a vectorizer."""
    hashed = "HashingVectorizer" in kinds
    _refuse_options(step)
    pattern, flags = _find_pattern(step)
    spec = {
        "analyzer": step.analyzer,
        "ngrams": [int(n) for n in step.ngram_range],
        "lowercase": bool(step.lowercase),
        "strip_accents": step.strip_accents,
        "token_pattern": pattern,
        "flags": flags,
        "stop_words": sorted(step.get_stop_words() or ()) if step.analyzer == "word" else [],
        "slots": int(step.n_features) if hashed else 0,
        "signed": bool(hashed and step.alternate_sign),
    }
    forms = None if hashed else sorted(step.vocabulary_, key=step.vocabulary_.__getitem__)
    width = int(step.n_features) if forms is None else len(forms)
    space = Space(Node(Source(spec, forms, width)), sparse.eye(width, format="csr"))
    space = space.after("one") if step.binary else space
    if hashed:
        return space.after("norm", step.norm) if step.norm else space
    return _weigh(step._tfidf, space) if "TfidfVectorizer" in kinds else space


def _refuse_options(step: Any) -> None:
    for option in ("analyzer", "preprocessor", "strip_accents"):
        if callable(code := getattr(step, option)):
            raise NotPackagedError(
                f"the {option} of its {name_of(step)} is code ({name_of(code)}), which an artifact cannot "
                f"hold: say it with lowercase, strip_accents and token_pattern{OR_PICKLE}"
            )
    if step.input != "content":
        raise NotPackagedError(
            f"its {name_of(step)} reads files (input={step.input!r}): fit it with input='content' on texts"
        )
    if step.ngram_range[0] < 1:
        raise NotPackagedError(f"ngram_range={step.ngram_range} starts below 1: fit it with (1, …)")
    if np.dtype(step.dtype) not in (np.int32, np.int64, np.float64):
        raise NotPackagedError(SINGLE)


def _find_pattern(step: Any) -> tuple[str, int]:
    """Return the pattern of tokens and its flags."""
    if step.analyzer != "word":
        return "", 0
    if step.tokenizer is str.split:
        return r"\S+", 0  # the same tokens
    if step.tokenizer is not None:
        raise NotPackagedError(
            f"the tokenizer of its {name_of(step)} is code ({name_of(step.tokenizer)}), which an artifact "
            f"cannot hold: say it as a token_pattern{OR_PICKLE}"
        )
    compiled = re.compile(step.token_pattern)
    return compiled.pattern, compiled.flags


def _double(numbers: Any) -> Any:
    if np.asarray(numbers).dtype != np.float64:
        raise NotPackagedError(SINGLE)
    return numbers
