"""What was made of the pieces of text that were read last."""

from collections.abc import Callable
from typing import TypeVar

MOST = 32_768  # pieces; as many again before they are forgotten
LONGEST = 32  # characters: a piece costs memory for as long as the process lives

T = TypeVar("T")


class Remembered(dict[str, T]):
    """`remembered[piece]` is what `make` makes of it; a dictionary, for that answers without a call."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make
        self._before: dict[str, T] = {}

    def __missing__(self, piece: str) -> T:
        made = self._before.pop(piece, None)
        if made is None:
            made = self._make(piece)
        if len(piece) <= LONGEST:
            if len(self) >= MOST:
                self._before = self.copy()
                self.clear()
            self[piece] = made
        return made
