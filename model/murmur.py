"""The slots of hashed features, as scikit-learn's HashingVectorizer numbers them."""

from collections.abc import Callable
from functools import lru_cache

MAX_CACHED_FORMS = 65_536
MAX_CACHED_CHARACTERS = 32  # of a form: nobody can fill the memory with long ones


def make_slot(slots: int, signed: bool) -> Callable[[str], int]:
    """Return the function that finds the slot of a form, or its complement if the form counts down."""

    def find(form: str) -> int:
        number = hash_bytes(form.encode("utf-8", "surrogatepass"))
        negative = number >= 1 << 31
        slot = ((1 << 32) - number if negative else number) % slots
        return ~slot if negative and signed else slot

    cached = lru_cache(MAX_CACHED_FORMS)(find)
    return lambda form: cached(form) if len(form) <= MAX_CACHED_CHARACTERS else find(form)


def hash_bytes(data: bytes) -> int:
    """Return MurmurHash3_x86_32 with the seed 0 (Austin Appleby, public domain)."""
    number = 0
    for start in range(0, len(data), 4):
        block = int.from_bytes(data[start : start + 4], "little") * 0xCC9E2D51 & 0xFFFFFFFF
        number ^= _rotate(block, 15) * 0x1B873593 & 0xFFFFFFFF
        if start + 4 <= len(data):
            number = (_rotate(number, 13) * 5 + 0xE6546B64) & 0xFFFFFFFF
    number ^= len(data)
    number = (number ^ number >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    number = (number ^ number >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return number ^ number >> 16


def _rotate(number: int, bits: int) -> int:
    return (number << bits | number >> 32 - bits) & 0xFFFFFFFF
