"""From scores to probabilities, and what each score adds to the log-odds.

An answer is a tree, as JSON writes it:

    ["scores", [0, 1]]                          these scores
    ["mean", [0.5, 0.5], [tree, tree]]          the weighted mean of other answers
    ["stack", [tree, tree]]                     other answers, one after the other
    [link, tree, …]                             a function of another answer; LINKS has them all

Its one value is the probability of the second of two classes. For more classes, it has a value for each.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import mul
from typing import Any

from model.classifier import sigmoid

Tree = Sequence[Any]
Values = list[float]

LEAST = 1e-15  # the log-odds of a probability of 0 or 1 are infinite: those of this one are shown


def evaluate(tree: Tree, scores: Values) -> Values:
    """Return the values of the tree."""
    kind, *given = tree
    if kind == "scores":
        return [scores[i] for i in given[0]]
    if kind == "mean":
        shares, parts = given
        columns = zip(*[evaluate(part, scores) for part in parts], strict=True)
        return [math.fsum(map(mul, shares, column)) for column in columns]
    if kind == "stack":
        return list(chain.from_iterable([evaluate(part, scores) for part in given[0]]))
    inner, *options = given
    return LINKS[kind](evaluate(inner, scores), *options)


def find_log_odds(tree: Tree, scores: Values, chosen: int) -> float:
    """Return the logarithm of the odds of a class.

    It comes from what is before the last link, because the probability may be 1 to the last bit.
    """
    if tree[0] == "sigmoid" and len(values := evaluate(tree[1], scores)) == 1:
        return values[0] if chosen else -values[0]
    if tree[0] == "softmax":
        values = evaluate(tree[1], scores)
        others = values[:chosen] + values[chosen + 1 :]
        largest = max(others)
        return values[chosen] - largest - math.log(math.fsum([math.exp(value - largest) for value in others]))
    if tree[0] == "share" and min(values := evaluate(tree[1], scores)) > 0:
        return math.log(values[chosen]) - math.log(math.fsum(values[:chosen] + values[chosen + 1 :]))
    values = evaluate(tree, scores)
    p = values[chosen] if len(values) > 1 else values[0] if chosen else 1 - values[0]
    p = min(max(p, LEAST), 1 - LEAST)
    return math.log(p) - math.log1p(-p)


def find_slopes(tree: Tree, scores: Values, empty: Values, chosen: int) -> Values:
    """Return what each unit of each score adds to the log-odds of a class, between `empty` and `scores`.

    This is the rescale rule of DeepLIFT (Shrikumar et al. 2017, "Learning Important Features Through
    Propagating Activation Differences", ICML). What many values change together is divided by their mean
    slopes, which are logarithmic means for a softmax (Ang 2004, "Decomposition analysis for policymaking in
    energy", Energy Policy 32). The changes of the scores times their slopes add up to the change of the
    log-odds, but for rounding.
    """
    slopes = [0.0] * len(scores)
    tree, outer = _find_outer_slopes(tree, scores, empty, chosen)
    _spread(tree, scores, empty, outer, slopes)
    return slopes


def _find_outer_slopes(tree: Tree, scores: Values, empty: Values, chosen: int) -> tuple[Tree, Values]:
    """Return the tree before the last link, or itself, and what its values add to the log-odds."""
    if tree[0] == "sigmoid":
        return tree[1], [1.0 if chosen else -1.0]
    if tree[0] in ("softmax", "share"):
        before, after = evaluate(tree[1], empty), evaluate(tree[1], scores)
        own, own_after = before.pop(chosen), after.pop(chosen)
        if tree[0] == "softmax":
            outer = [-weight for weight in _soft_weights(before, after)]
            outer.insert(chosen, 1.0)
            return tree[1], outer
        if min(own, own_after, *before, *after) > 0:
            outer = [-_log_slope(math.fsum(before), math.fsum(after))] * len(before)
            outer.insert(chosen, _log_slope(own, own_after))
            return tree[1], outer
    before, after = evaluate(tree, empty), evaluate(tree, scores)
    odds = [find_log_odds(tree, values, chosen) for values in (empty, scores)]
    if len(after) == 1:
        return tree, [_slope(before[0], after[0], *odds)]
    outer = [0.0] * len(after)
    outer[chosen] = _slope(before[chosen], after[chosen], *odds)
    return tree, outer


def _spread(tree: Tree, scores: Values, empty: Values, outer: Values, slopes: Values) -> None:
    """Add to `slopes` what each score adds to the values of the tree, times the slopes of those."""
    kind, *given = tree
    if kind == "scores":
        for i, slope in zip(given[0], outer, strict=True):
            slopes[i] += slope
    elif kind == "mean":
        for share, part in zip(*given, strict=True):
            _spread(part, scores, empty, [share * slope for slope in outer], slopes)
    elif kind == "stack":
        start = 0
        for part in given[0]:
            end = start + len(evaluate(part, empty))
            _spread(part, scores, empty, outer[start:end], slopes)
            start = end
    else:
        inner, *options = given
        before, after = evaluate(inner, empty), evaluate(inner, scores)
        ends = LINKS[kind](before, *options), LINKS[kind](after, *options)
        _spread(inner, scores, empty, _SLOPES.get(kind, _each)(before, after, *ends, outer), slopes)


def _slope(before: float, after: float, start: float, end: float) -> float:
    return (end - start) / (after - before) if after != before else 0.0


def _log_slope(before: float, after: float) -> float:
    return _slope(before, after, math.log(before), math.log(after))


def _each(before: Values, after: Values, start: Values, end: Values, outer: Values) -> Values:
    """The link is a function of each value."""
    return list(map(mul, outer, map(_slope, before, after, start, end)))


def _softmax_slopes(before: Values, after: Values, start: Values, end: Values, outer: Values) -> Values:
    means = list(map(_logarithmic_mean, start, end))
    common = math.fsum(map(mul, outer, means))
    weights = _soft_weights(before, after)
    return [slope * mean - common * weight for slope, mean, weight in zip(outer, means, weights, strict=True)]


def _share_slopes(before: Values, after: Values, start: Values, end: Values, outer: Values) -> Values:
    totals = math.fsum(before), math.fsum(after)
    if min(*before, *after) > 0:  # as a difference of logarithms
        means = list(map(mul, outer, map(_logarithmic_mean, start, end)))
        common = math.fsum(means) * _log_slope(*totals)
        return [mean * _log_slope(b, a) - common for mean, b, a in zip(means, before, after, strict=True)]
    if not all(totals):
        return [0.0] * len(before)
    mean = (1 / totals[0] + 1 / totals[1]) / 2  # as a product with the reciprocal of the total
    common = math.fsum(map(mul, outer, [(b + a) / 2 for b, a in zip(before, after, strict=True)]))
    return [slope * mean - common / (totals[0] * totals[1]) for slope in outer]


def _soft_weights(before: Values, after: Values) -> Values:
    """Return what each value adds to the logarithm of the sum of their exponentials."""
    means = list(map(_logarithmic_mean, _softmax(before), _softmax(after)))
    total = math.fsum(means)
    return [mean / total if total else 0.0 for mean in means]


def _logarithmic_mean(a: float, b: float) -> float:
    if a == b or not a or not b:
        return a if a == b else 0.0
    return (a - b) / math.log(a / b)


def _softmax(values: Values) -> Values:
    largest = max(values)
    return _share([math.exp(value - largest) for value in values])


def _share(values: Values, otherwise: float = 0.0) -> Values:
    """Divide by the sum; all are `otherwise` if it is 0."""
    total = math.fsum(values)
    return [value / total if total else otherwise for value in values]


def _lines(values: Values, slopes: Values, starts: Values) -> Values:
    return [slope * value + start for value, slope, start in zip(values, slopes, starts, strict=True)]


def _clip(values: Values) -> Values:
    return [(min(max(value, -1.0), 1.0) + 1) / 2 for value in values]


def _interpolate(values: Values, knots: Sequence[tuple[Values, Values]]) -> Values:
    """Each value has knots of its own: places in ascending order, and the results there."""
    return [_interpolate_one(value, *own) for value, own in zip(values, knots, strict=True)]


def _interpolate_one(value: float, places: Values, results: Values) -> float:
    right = bisect_right(places, value)
    if right == 0 or right == len(places):
        return results[min(right, len(places) - 1)]
    x, y = places[right - 1], results[right - 1]
    return y + (results[right] - y) / (places[right] - x) * (value - x)


LINKS: Mapping[str, Callable[..., Values]] = {
    "sigmoid": lambda values: list(map(sigmoid, values)),
    "softmax": _softmax,
    "share": _share,
    "lines": _lines,
    "clip": _clip,
    "steps": _interpolate,
}
_SLOPES: Mapping[str, Callable[..., Values]] = {"softmax": _softmax_slopes, "share": _share_slopes}
