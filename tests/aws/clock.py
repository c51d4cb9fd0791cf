"""What a context of Lambda tells of the time that is left."""

from collections.abc import Callable


def endless() -> int:
    return 900_000


def ending(after: int) -> Callable[[], int]:
    """Enough time for so many questions, then too little."""
    left = [endless()] * after

    def remaining() -> int:
        return left.pop() if left else 100

    return remaining
