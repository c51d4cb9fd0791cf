"""The time that a context of Lambda reports."""

import time
from collections.abc import Callable

from predict.deadline import MAX_MILLISECONDS


def endless() -> int:
    return MAX_MILLISECONDS


class Context:
    """The context of an invocation with so many milliseconds left."""

    def __init__(self, left: int = MAX_MILLISECONDS) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


def ticking(left: int) -> Callable[[], int]:
    """So many milliseconds from now, as Lambda counts them."""
    end = time.monotonic() + left / 1_000
    return lambda: int((end - time.monotonic()) * 1_000)


def ending(after: int) -> Callable[[], int]:
    """Report enough time for the first `after` calls, then too little."""
    left = [endless()] * after

    def remaining() -> int:
        return left.pop() if left else 100

    return remaining
