"""The population stability index: how far counts in bins are from those that were expected.

    Σ (oᵢ - eᵢ) · ln(oᵢ / eᵢ)        over the bins; eᵢ and oᵢ are the expected and the observed shares

Source: Siddiqi 2006, *Credit Risk Scorecards*, who takes less than 0.1 for no change, and from 0.25 on for a
large one. Of n texts that are as the m expected ones were, it is about (1/n + 1/m) times a chi-squared
variable with one degree of freedom less than there are bins (Yurdakul and Naranjo 2020, *Statistical
properties of the population stability index*, Journal of Risk Model Validation 14(4)).
"""

from collections.abc import Mapping, Sequence
from math import log

_NEARLY_NONE = 0.5  # is added to each bin: an empty one would make the index infinite


def index(expected: Sequence[float], observed: Sequence[float]) -> float:
    """The index of two lists of counts in the same bins: 0 for equal shares, and no upper bound."""
    pairs = list(zip(_shares(expected), _shares(observed), strict=True))
    return sum((seen - known) * log(seen / known) for known, seen in pairs)


def spread(histogram: Mapping[str, int], bins: int) -> list[int]:
    """All counts of a histogram that names only the bins that are not empty."""
    return [histogram.get(str(bin), 0) for bin in range(bins)]


def _shares(counts: Sequence[float]) -> list[float]:
    total = sum(counts) + _NEARLY_NONE * len(counts)
    return [(count + _NEARLY_NONE) / total for count in counts]
