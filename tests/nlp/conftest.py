import time
from collections.abc import Callable

import pytest


@pytest.fixture
def assert_linear() -> Callable[[Callable[[str], object], str], None]:
    """Fails where a function takes far more than ten times as long for ten times the text."""

    def check(function: Callable[[str], object], piece: str) -> None:
        def seconds(length: int) -> float:
            text = piece * (length // len(piece))
            started = time.process_time()
            function(text)
            return time.process_time() - started

        short = min(seconds(20_000) for _ in range(3))
        assert min(seconds(200_000) for _ in range(3)) < 40 * short + 0.01  # quadratic would be 100 times

    return check
