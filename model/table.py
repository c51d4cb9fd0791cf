"""The features of a text as scikit-learn's vectorizers find them, and the numbers that a model has for them.

The texts of a table are made small, freed of accents, and cut into pieces: the tokens of the text, its
characters, or the characters of each padded word. The features are the n-grams of each piece.

There are two ways through a text, and tests check that they agree: `count` is the fast one, and `places` says
where each feature is.
"""

import re
import sys
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple

MAX_CACHED_WORDS = 16_384
MAX_CACHED_CHARACTERS = 32  # of a word: nobody can fill the memory with long ones
CHUNK = 1 << 16  # bytes of forms that are decoded at a time: one emoji makes Python store four for each
_BLANKS = re.compile(r"\s\s+")


class Place(NamedTuple):
    """A feature is in `text[start:end]`. `column` is None if the model has no numbers for it."""

    column: int | None
    form: str
    start: int
    end: int


class Table:
    """`rows[row][column]` are the numbers of the features that have columns.

    `forms` names the features that have columns, in order. If the features are hashed, it has the slots that
    have columns of their own as 32-bit numbers, and all other slots share one more column.
    """

    def __init__(self, spec: Mapping[str, Any], forms: bytes, rows: bytes) -> None:
        self.analyzer: str = spec["analyzer"]
        self.stop_words = frozenset[str](spec["stop_words"])
        self._low, self._high = spec["ngrams"]
        self._lowercase: bool = spec["lowercase"]
        self._accents: str | None = spec["strip_accents"]
        self._pattern = re.compile(spec["token_pattern"], spec["flags"])
        self._hashed: bool = spec["slots"] > 0
        self.rows = _read_rows(rows, spec["columns"])
        self._columns: dict[Any, int]
        self._key: Callable[[str], Any]
        if self._hashed:
            from model.murmur import make_slot  # only these tables need it

            self._columns = dict(zip(_read_numbers("I", forms), count(), strict=False))
            self._key = make_slot(spec["slots"], spec["signed"])
        else:
            self._columns = _number(forms, spec["separator"])
            self._key = self._columns.get
        self._cached_keys = lru_cache(MAX_CACHED_WORDS)(self._keys)

    def count(self, text: str) -> tuple[list[int], list[float]]:
        """Return the columns of the features in `text`, and how often each is there."""
        counts = Counter(self._find_keys(self.prepare(text)))
        if not self._hashed:
            counts.pop(None, 0)
            return list(counts), list(map(float, counts.values()))
        sums: dict[int, float] = {}
        for key, times in counts.items():
            slot = max(key, ~key)
            sums[slot] = sums.get(slot, 0.0) + (times if key >= 0 else -times)
        return [self._columns.get(slot, len(self._columns)) for slot in sums], list(sums.values())

    def knows(self, columns: list[int]) -> bool:
        """Tell whether one of the columns is not that which unknown features share."""
        return (
            min(columns, default=len(self._columns)) < len(self._columns) if self._hashed else bool(columns)
        )

    def prepare(self, text: str) -> str:
        """Return `text` in small letters and without accents, where the vectorizer does so."""
        text = text.lower() if self._lowercase else text
        if not self._accents or text.isascii():
            return text
        text = unicodedata.normalize("NFKD", text)
        if self._accents == "ascii":
            return text.encode("ascii", "ignore").decode()
        return "".join([c for c in text if not unicodedata.combining(c)])

    def places(self, text: str) -> Iterator[Place]:
        """Yield the place of each feature of `text`."""
        prepared = self.prepare(text)
        origins = [i for i, c in enumerate(text) for _ in range(len(self.prepare(c)))]

        def find(start: int, end: int) -> tuple[int, int]:
            first = origins[start] if start < len(origins) else len(text)
            return first, origins[end - 1] + 1 if end > start else first

        for piece, spans in self._place_pieces(prepared, find):
            for start, end in self._cuts(len(piece)):
                form = " ".join(piece[start:end]) if self.analyzer == "word" else piece[start:end]
                yield Place(self._column(form), str(form), spans[start][0], spans[end - 1][1])

    def _column(self, form: Any) -> int | None:
        key = self._key(form)
        return self._columns.get(max(key, ~key), len(self._columns)) if self._hashed else key

    def _find_keys(self, prepared: str) -> Iterable[Any]:
        """Return the key of each feature."""
        if self.analyzer == "word":
            return map(self._key, self._join(self._find_tokens(prepared)))
        if self.analyzer == "char_wb":
            return chain.from_iterable(map(self._word_keys, prepared.split()))
        return self._keys(_BLANKS.sub(" ", prepared))

    def _find_tokens(self, prepared: str) -> list[str]:
        tokens = self._pattern.findall(prepared)
        return [token for token in tokens if token not in self.stop_words] if self.stop_words else tokens

    def _join(self, tokens: list[str]) -> Iterable[str]:
        """Return the n-grams of tokens."""
        if self._high == 1:
            return tokens
        grams = (
            map(" ".join, zip(*[tokens[i:] for i in range(n)], strict=False)) if n > 1 else tokens
            for n in range(self._low, self._high + 1)
        )
        return chain.from_iterable(grams)

    def _word_keys(self, word: str) -> tuple[Any, ...]:
        return (self._cached_keys if len(word) <= MAX_CACHED_CHARACTERS else self._keys)(f" {word} ")

    def _keys(self, piece: str) -> tuple[Any, ...]:
        return tuple(map(self._key, [piece[start:end] for start, end in self._cuts(len(piece))]))

    def _cuts(self, length: int) -> Iterator[tuple[int, int]]:
        """Yield the n-grams of a piece of that length. A padded word that is too short counts once, whole."""
        if self.analyzer == "char_wb" and length < self._low:
            yield 0, length
        for n in range(self._low, min(self._high, length) + 1):
            for start in range(length - n + 1):
                yield start, start + n

    def _place_pieces(
        self, prepared: str, find: Callable[[int, int], tuple[int, int]]
    ) -> Iterator[tuple[Sequence[str], list[tuple[int, int]]]]:
        """Yield what `_pieces` returns, and where each token or character is from."""
        if self.analyzer == "word":
            group = self._pattern.groups
            found = [
                (match[group] or "", find(*match.span(group if match[group] is not None else 0)))
                for match in self._pattern.finditer(prepared)
            ]
            kept = [(token, span) for token, span in found if token not in self.stop_words]
            yield [token for token, _ in kept], [span for _, span in kept]
        elif self.analyzer == "char_wb":
            for match in re.finditer(r"\S+", prepared):
                spans = [find(i, i + 1) for i in range(*match.span())]
                before, after = (spans[0][0],) * 2, (spans[-1][1],) * 2
                yield f" {match[0]} ", [before, *spans, after]
        else:
            matches = re.finditer(r"\s\s+|(?s:.)", prepared)
            yield _BLANKS.sub(" ", prepared), [find(*match.span()) for match in matches]


def _number(forms: bytes, separator: str) -> dict[Any, int]:
    """Return the column of each form."""
    columns: dict[Any, int] = {}
    column, start, mark = count(), 0, separator.encode()
    while start <= len(forms):
        end = forms.find(mark, start + CHUNK)
        end = len(forms) if end < 0 else end
        decoded = forms[start:end].decode("utf-8", "surrogatepass").split(separator)
        columns.update(zip(decoded, column, strict=False))
        start = end + len(mark)
    return columns


def _read_rows(content: bytes, width: int) -> list["array[float]"]:
    whole = memoryview(content)  # a copy of all rows would need their memory twice
    return [_read_numbers("d", whole[start : start + 8 * width]) for start in range(0, len(whole), 8 * width)]


def _read_numbers(kind: str, content: "bytes | memoryview") -> "array[Any]":
    """Return the numbers of a file, which is little-endian."""
    numbers = array(kind)
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
