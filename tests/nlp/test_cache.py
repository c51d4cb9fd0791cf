from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from nlp.cache import MAX_ENTRIES, MAX_KEY_CHARACTERS, GenerationalCache


def computed_for(keys: Iterable[str], max_entries: int = MAX_ENTRIES) -> list[str]:
    """Look up the keys, and return those whose values the cache computes, in order."""
    computed: list[str] = []

    def compute(key: str) -> str:
        computed.append(key)
        return key.upper()

    cache = GenerationalCache(compute, max_entries)
    assert [cache[key] for key in keys] == [key.upper() for key in keys]
    return computed


def test_a_value_is_computed_once() -> None:
    assert computed_for(["a", "b", "a", "b"]) == ["a", "b"]


def test_an_empty_value_is_computed_once() -> None:
    values = iter([()])
    cache = GenerationalCache(lambda key: next(values))
    assert [cache["the"], cache["the"]] == [(), ()]


def test_the_value_of_a_long_key_is_computed_each_time() -> None:
    long = "a" * (MAX_KEY_CHARACTERS + 1)
    assert computed_for([long, long, long[1:], long[1:]]) == [long, long, long[1:]]


def test_a_key_that_is_used_again_survives_the_next_generation() -> None:
    assert computed_for("abcabdea", max_entries=2) == ["a", "b", "c", "d", "e", "a"]


@given(st.text("abcdef"))
def test_the_cache_keeps_at_most_two_generations(keys: str) -> None:
    cache = GenerationalCache(str.upper, max_entries=2)
    for key in keys:
        assert cache[key] == key.upper()
        assert len(cache) <= 2
        assert len(cache._old) <= 2
