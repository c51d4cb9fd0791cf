"""The time that is left before Lambda ends the function."""

from collections.abc import Callable

MIN_MILLISECONDS = 3_000  # a batch of rows or records is scored and written in less
MAX_MILLISECONDS = 900_000  # Lambda's own limit

Remaining = Callable[[], int]  # milliseconds, as `context.get_remaining_time_in_millis` answers

_MORE_TIME = "The object needs more time: split it, or give the function more memory."


class LocalContext:
    """The context of an invocation outside Lambda, which has as much time as Lambda allows."""

    def get_remaining_time_in_millis(self) -> int:
        return MAX_MILLISECONDS


class OutOfTimeError(TimeoutError):
    """Raise when an object cannot be finished in time; no part of its result becomes visible."""

    def __init__(self, message: str = _MORE_TIME) -> None:
        super().__init__(message)


def is_near(remaining: Remaining) -> bool:
    """Whether there is too little time for one more batch."""
    return remaining() < MIN_MILLISECONDS


def check(remaining: Remaining) -> None:
    """Raises OutOfTimeError where the deadline is near."""
    if is_near(remaining):
        raise OutOfTimeError
