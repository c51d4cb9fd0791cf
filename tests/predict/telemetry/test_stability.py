import random
from math import log

import pytest

from predict.telemetry import stability


def test_equal_shares_have_no_distance_and_empty_bins_are_no_error() -> None:
    assert stability.index([3, 5, 0], [3, 5, 0]) == 0
    assert stability.index([0, 0], [0, 0]) == 0
    assert stability.index([10, 0, 0], [0, 0, 10]) > 5


def test_the_index_is_that_of_its_formula() -> None:
    expected, observed = [0.2, 0.3, 0.5], [0.3, 0.3, 0.4]
    index = (0.3 - 0.2) * log(0.3 / 0.2) + (0.4 - 0.5) * log(0.4 / 0.5)
    millions = [[share * 1e9 for share in shares] for shares in (expected, observed)]
    assert stability.index(*millions) == pytest.approx(index, rel=1e-6)


def test_equal_sources_differ_as_a_chi_squared_variable_does() -> None:
    """Its mean is the number of bins less one: Yurdakul and Naranjo 2020."""
    rng, bins = random.Random(0), 10

    def draw(count: int) -> list[int]:
        found = [0] * bins
        for bin in rng.choices(range(bins), k=count):
            found[bin] += 1
        return found

    rounds = [stability.index(draw(2_000), draw(1_000)) / (1 / 2_000 + 1 / 1_000) for _ in range(500)]
    assert sum(rounds) / len(rounds) == pytest.approx(bins - 1, rel=0.1)
