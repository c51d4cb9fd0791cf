"""Which column of a table, or which member of an object, holds the text."""

from collections.abc import Iterable, Sequence

TEXT = "text"

# Case, blanks, "_" and "-" do not count.
NAMES = (
    TEXT,
    "tweet",
    "tweet text",
    "full text",
    "content",
    "review",
    "review text",
    "review body",
    "body",
    "message",
    "comment",
    "comment text",
    "sentence",
)

_MAX_SHOWN, _MAX_SHOWN_CHARACTERS = 20, 60


def _simplify(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " \t\r\n_-\ufeff")


_SIMPLE = tuple(map(_simplify, NAMES))


def find(names: Iterable[str], wanted: str) -> list[str]:
    """Those of `names` that may hold the text: the `wanted` one, else `text`, else those in NAMES."""
    names = list(names)
    exact = wanted or TEXT
    if exact in names:
        return [exact]
    if stripped := [name for name in names if name.strip() == exact]:
        return stripped
    return [] if wanted else [name for name in names if _simplify(name) in _SIMPLE]


def explain(names: Sequence[str], found: Sequence[str], wanted: str, kind: str) -> str:
    """Why not exactly one of `names` was found, and the cure. `kind` is "column" or "member"."""
    if found:
        return f"{show(found)} may each hold the text: name one of these {kind}s with TEXT_COLUMN."
    close = suggest(names, wanted)
    meant = f" Did you mean {close}?" if close else ""
    there = f"The {kind}s are {show(names)}."
    if wanted:
        return f"No {kind} is called {wanted}, as TEXT_COLUMN says.{meant} {there}"
    cure = f"Call one of them {TEXT}, or name it with TEXT_COLUMN."
    return f"No {kind} has a name that says it holds the text.{meant} {there} {cure}"


def suggest(names: Iterable[str], wanted: str) -> str:
    """The one of `names` that is closest to what was wanted, or ""."""
    import difflib  # only a refusal needs it

    simple = {_simplify(part): name for name in names for part in (name, name.rpartition(".")[2])}
    for target in [_simplify(wanted)] if wanted else _SIMPLE:
        if close := difflib.get_close_matches(target, simple, 1, 0.75):
            return simple[close[0]]
    return ""


def show(names: Iterable[str]) -> str:
    """The names, the first of them if they are many."""
    names = list(names)
    more = f" and {len(names) - _MAX_SHOWN:,} more" if len(names) > _MAX_SHOWN else ""
    return ", ".join(map(_shorten, names[:_MAX_SHOWN])) + more


def _shorten(name: str) -> str:
    if len(name) > _MAX_SHOWN_CHARACTERS:
        return f"{name[:_MAX_SHOWN_CHARACTERS]}…"
    return name or '""'
