import time
from collections.abc import Callable
from math import log
from statistics import linear_regression

import pytest

SIZES = (2_000, 4_000, 8_000, 16_000)  # characters
MAX_EXPONENT = 1.5  # halfway between linear and quadratic
MAX_ATTEMPTS = 10


@pytest.fixture
def assert_linear() -> Callable[[Callable[[str], object], str], None]:
    """Fail if the time of a function grows faster than linearly with the length of the text.

    The exponent of the growth is the slope of a line through the logarithms of four sizes and their CPU
    times. One attempt with a small exponent suffices: load on the machine can spoil an attempt, but no luck
    makes a quadratic function look linear.
    """

    def check(function: Callable[[str], object], piece: str) -> None:
        exponents: list[float] = []
        while not exponents or min(exponents) > MAX_EXPONENT:
            assert len(exponents) < MAX_ATTEMPTS, f"exponents of the growth for {piece!r}: {exponents}"
            exponents.append(growth(function, piece))

    return check


def growth(function: Callable[[str], object], piece: str) -> float:
    seconds = [measure(function, piece * (size // len(piece))) for size in SIZES]
    return linear_regression([*map(log, SIZES)], [*map(log, seconds)]).slope


def measure(function: Callable[[str], object], text: str) -> float:
    started = time.thread_time_ns()
    function(text)
    return max(time.thread_time_ns() - started, 1)
