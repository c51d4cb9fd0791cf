"""What a person at a terminal may see: no control characters, and tables and colours.

`rich` draws them. It knows what the terminal can show, and that NO_COLOR asks for no colours. Its import
takes longer than an answer, so it waits for a terminal. Where it is not installed, all is plain text.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from rich.console import Console

# They turn the order of what a terminal shows: Unicode's Bidi_Control.
_BIDI = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# The blue and the orange of the page, weak to strong, under black letters: no red, no green.
_ADDS = ("#cfe3fa", "#8cbdf5", "#4a98f0")
_TAKES = ("#fbe0cc", "#f5ae7d", "#ee8133")
_STEPS = (0.5, 1.0)  # of a contribution to the log-odds
_LEAST = 0.005  # that is shown


def clean(text: str) -> str:
    """The text without the control characters that a terminal would obey."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text.translate(_BIDI)
    )


def clean_line(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def find(stream: TextIO) -> "Console | None":
    """The terminal that a stream leads to. None if it leads elsewhere, or without `rich`."""
    if not stream.isatty():
        return None
    try:
        from rich.console import Console  # only a terminal needs it
    except ImportError:
        return None
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def show_table(
    console: "Console", head: Sequence[str], rows: Iterable[Sequence[str]], note: str = "", words: int = 1
) -> None:
    """The first columns have `words`, the others numbers."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, caption=note or None, caption_justify="left", header_style="bold cyan")
    for place, name in enumerate(head):
        justify: Literal["left", "right"] = "left" if place < words else "right"
        table.add_column(name, justify=justify, style="" if place else "bold", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def show_pieces(console: "Console", start: str, pieces: Iterable[tuple[str, float]]) -> None:
    """A line: `start`, and pieces of a text, each on a tint of what it adds to the log-odds or takes away."""
    from rich.text import Text

    line = Text(start, style="bold")
    for piece, added in pieces:
        line.append(piece, _style(added) if piece.strip() else "")
    console.print(line, soft_wrap=True)


def _style(added: float) -> str:
    if abs(added) < _LEAST:
        return "not bold"
    strength = sum(abs(added) >= step for step in _STEPS)
    return f"not bold black on {(_ADDS if added > 0 else _TAKES)[strength]}"
