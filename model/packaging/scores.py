"""What a fitted classifier answers: scores over the columns of spaces, and a tree of links above them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.answer import Tree
from model.classifier import sigmoid
from model.packaging.refusals import OR_PICKLE, SINGLE, NotPackagedError, find_kinds, name_of
from model.packaging.spaces import Space, Vector, need, transform

_THRESHOLDS = {"FixedThresholdClassifier", "TunedThresholdClassifierCV"}
_BAYES = {"BernoulliNB", "ComplementNB", "MultinomialNB"}


@dataclass(frozen=True, eq=False)
class Score:
    """bias + the columns of `space`, each times its weight."""

    space: Space
    weights: Vector
    bias: float


class Reader:
    """Reads classifiers, and collects their `scores`, to which the trees refer."""

    def __init__(self) -> None:
        self.scores: list[Score] = []

    def read(self, model: Any, space: Space | None) -> Tree:
        """Return the answer of `predict_proba`. The texts of `model` have gone through `space` before."""
        kinds = find_kinds(model)
        if inner := _unwrap(model, kinds, space):
            return self.read(*inner)
        if "CalibratedClassifierCV" in kinds:
            each = model.calibrated_classifiers_
            return _mean([1 / len(each)] * len(each), [self._calibrate(one, space) for one in each])
        if "VotingClassifier" in kinds:
            return self._vote(model, space)
        if "OneVsRestClassifier" in kinds:
            return _normalize(self._each(model, space, self.read), len(model.classes_), 0.0)
        if kinds & _BAYES:
            return self._read_bayes(model, kinds, need(space, model))
        return _link(model, kinds, self._read_linear(model, kinds, space))

    def decide(self, model: Any, space: Space | None) -> Tree:
        """Return what ranks the classes: the answer of `decision_function`, or else of `predict_proba`."""
        kinds = find_kinds(model)
        if inner := _unwrap(model, kinds, space):
            return self.decide(*inner)
        if not hasattr(model, "decision_function"):
            return self.read(model, space)
        if "OneVsRestClassifier" in kinds:
            return self._each(model, space, self.decide)
        return self._read_linear(model, kinds, space)

    def _read_linear(self, model: Any, kinds: set[str], space: Space | None) -> Tree:
        if "LinearClassifierMixin" not in kinds:
            raise NotPackagedError(
                f"{name_of(model)} is no linear model, so its answers are no sum over features: fit a linear "
                f"classifier such as LogisticRegression{OR_PICKLE}"
            )
        weights = np.atleast_2d(model.coef_.toarray() if sparse.issparse(model.coef_) else model.coef_)
        return self._add(need(space, model), weights, np.broadcast_to(model.intercept_, len(weights)))

    def _add(self, space: Space, weights: Any, bias: Any) -> Tree:
        if weights.dtype != np.float64:
            raise NotPackagedError(SINGLE)
        if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
            raise NotPackagedError("one of its weights is infinite: fit it with smoothing, such as alpha=1")
        bias = bias if space.shift is None else bias + weights @ space.shift
        first = len(self.scores)
        self.scores += [Score(space, row, float(b)) for row, b in zip(weights, bias, strict=True)]
        return ["scores", list(range(first, len(self.scores)))]

    def _read_bayes(self, model: Any, kinds: set[str], space: Space) -> Tree:
        weights, bias = model.feature_log_prob_, model.class_log_prior_
        if "ComplementNB" in kinds:
            bias = np.zeros(len(weights))
        if "BernoulliNB" in kinds:
            absent = np.log(1 - np.exp(weights))
            space = space if model.binarize is None else space.after("over", float(model.binarize))
            weights, bias = weights - absent, bias + absent.sum(axis=1)
        if len(weights) == 2:
            return ["sigmoid", self._add(space, weights[1:] - weights[:1], bias[1:] - bias[:1])]
        return ["softmax", self._add(space, weights, bias)]

    def _vote(self, model: Any, space: Space | None) -> Tree:
        if model.voting != "soft":
            raise NotPackagedError(
                "VotingClassifier counts votes, so it has no probabilities: fit it with voting='soft'"
            )
        shares = np.array(model._weights_not_none or [1.0] * len(model.estimators_), dtype=float)
        parts = [self.read(one, space) for one in model.estimators_]
        return _mean((shares / shares.sum()).tolist(), parts)

    def _each(self, model: Any, space: Space | None, read: Callable[[Any, Space | None], Tree]) -> Tree:
        """Return the answers of the estimators of a OneVsRestClassifier."""
        if model.multilabel_:
            raise NotPackagedError(
                "OneVsRestClassifier gives a text several labels: fit it with one label a text"
            )
        parts = [read(one, space) for one in model.estimators_]
        return parts[0] if len(parts) == 1 else ["stack", parts]

    def _calibrate(self, one: Any, space: Space | None) -> Tree:
        """Return the answer of one classifier of a CalibratedClassifierCV."""
        n = len(one.classes)
        if len(one.estimator.classes_) != n:
            raise NotPackagedError(
                "one of its folds has not seen every class: fit it with fewer folds or more texts"
            )
        decided = hasattr(one.estimator, "decision_function")
        inner = self.decide(one.estimator, space)
        if one.method == "temperature":
            return self._temper(one, inner, decided, n)
        if one.method == "isotonic":
            knots = [[c.X_thresholds_.tolist(), c.y_thresholds_.tolist()] for c in one.calibrators]
            return _normalize(["steps", inner, knots], n, 1 / n)
        slopes, starts = ([-float(getattr(c, end)) for c in one.calibrators] for end in ("a_", "b_"))
        return _normalize(["sigmoid", self._line(inner, slopes, starts)], n, 1 / n)

    def _temper(self, one: Any, inner: Tree, decided: bool, n: int) -> Tree:
        if not decided:
            raise NotPackagedError(
                "method='temperature' would change probabilities: its classifier has no decision_function, "
                "so fit it with method='sigmoid'"
            )
        beta = float(one.calibrators[0].beta_)
        if n == 2:
            return ["sigmoid", self._line(inner, [2 * beta], [0.0])]
        return ["softmax", self._line(inner, [beta] * n, [0.0] * n)]

    def _line(self, tree: Tree, slopes: list[float], starts: list[float]) -> Tree:
        """Return a line of each value. A line of a score is a score itself."""
        if tree[0] != "scores":
            return ["lines", tree, slopes, starts]
        for i, slope, start in zip(tree[1], slopes, starts, strict=True):
            score = self.scores[i]
            self.scores[i] = Score(score.space, score.weights * slope, score.bias * slope + start)
        return tree


def find_threshold(model: Any, answer: Tree) -> tuple[int, float]:
    """Return a class of two, and the least probability from which on `predict` chooses it.

    `answer` is what `Reader` read. scikit-learn itself chooses the second class above a half, and the first
    at exactly a half.
    """
    kinds = find_kinds(model)
    if kinds & _THRESHOLDS:
        return _read_threshold(model, answer, "TunedThresholdClassifierCV" in kinds)
    inner = _pass_on(model, kinds)
    return (1, math.nextafter(0.5, 1)) if inner is None else find_threshold(inner, answer)


def _read_threshold(model: Any, answer: Tree, tuned: bool) -> tuple[int, float]:
    positive = model._curve_scorer._get_pos_label() if tuned else model.pos_label
    chosen = 1 if positive is None else list(model.classes_).index(positive)
    bound = model.best_threshold_ if tuned else model.threshold
    inner = getattr(model, "estimator_", model.estimator)
    wanted = model.response_method
    if wanted == "predict_proba" or (wanted == "auto" and hasattr(inner, "predict_proba")):
        return chosen, 0.5 if bound == "auto" else float(bound)
    if answer != ["sigmoid", ["scores", [0]]]:
        raise NotPackagedError("its threshold is for scores: fit it with response_method='predict_proba'")
    return chosen, sigmoid(0.0 if bound == "auto" else float(bound))


def _pass_on(model: Any, kinds: set[str]) -> Any:
    """Return the model whose answers `model` passes on, or None."""
    if "Pipeline" in kinds:
        return model.steps[-1][1]
    if "BaseSearchCV" in kinds:
        if not hasattr(model, "best_estimator_"):
            raise NotPackagedError(f"{name_of(model)} keeps no model: fit it with refit=True")
        return model.best_estimator_
    if kinds & {"FrozenEstimator", *_THRESHOLDS}:
        return getattr(model, "estimator_", model.estimator)
    return None


def _unwrap(model: Any, kinds: set[str], space: Space | None) -> tuple[Any, Space | None] | None:
    """Return the model whose answers `model` passes on, and what its texts have gone through."""
    inner = _pass_on(model, kinds)
    if inner is None:
        return None
    for _, step in model.steps[:-1] if "Pipeline" in kinds else ():
        space = transform(step, space)
    return inner, space


def _link(model: Any, kinds: set[str], decided: Tree) -> Tree:
    n = len(model.classes_)
    if not hasattr(model, "predict_proba"):
        raise NotPackagedError(f"{name_of(model)} has no probabilities: fit CalibratedClassifierCV around it")
    if "BaseSGDClassifier" in kinds:
        return _normalize(["clip" if model.loss == "modified_huber" else "sigmoid", decided], n, 1 / n)
    return ["sigmoid" if n == 2 else "softmax", decided]


def _normalize(tree: Tree, n: int, otherwise: float) -> Tree:
    """Return values that add up to 1. All are `otherwise` if they are 0."""
    return tree if n == 2 else ["share", tree, otherwise]


def _mean(shares: list[float], parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else ["mean", shares, parts]
