"""A bounded cache for values that are computed from short pieces of text."""

from collections.abc import Callable
from typing import TypeVar

MAX_ENTRIES = 32_768  # in one generation; the cache keeps two generations
MAX_KEY_CHARACTERS = 32  # longer keys are rare and would fill the memory, so they are not kept

T = TypeVar("T")


class GenerationalCache(dict[str, T]):
    """A cache that forgets the keys that were not used for the longest time.

    `cache[key]` returns `compute(key)`. The cache keeps two generations of values. New values go into the
    young generation, which is the dictionary itself. When it holds `max_entries` values, it replaces the old
    generation, and an empty young generation starts. The values of the replaced generation are forgotten,
    except those that were used in the meantime: a value that is found in the old generation moves to the
    young one. Memory is therefore bounded by two generations, and a key that is used often stays.

    The class extends `dict` so that looking up a present key calls no Python code.
    """

    def __init__(self, compute: Callable[[str], T], max_entries: int = MAX_ENTRIES) -> None:
        super().__init__()
        self._compute = compute
        self._max_entries = max_entries
        self._old: dict[str, T] = {}

    def __missing__(self, key: str) -> T:
        value = self._old.pop(key, None)
        if value is None:
            value = self._compute(key)
        if len(key) <= MAX_KEY_CHARACTERS:
            if len(self) >= self._max_entries:
                self._old = self.copy()
                self.clear()
            self[key] = value
        return value
