"""Which member of a JSON object holds the text, and which one of a page holds the objects."""

from typing import Any

from predict.files import text_column

MISSING = object()


def find(members: dict[str, Any], wanted: str) -> list[str]:
    """The names of the members that may hold the text, as of columns; `wanted` may have dots."""
    if wanted:
        return [] if get(members, wanted) is MISSING else [wanted]
    strings = (name for name, value in members.items() if isinstance(value, str) or name == text_column.TEXT)
    return text_column.find(strings, "")


def get(members: dict[str, Any], path: str) -> Any:
    """The value of the member called `path`, else of what its dots lead to; MISSING if there is none."""
    if path in members:
        return members[path]
    value: Any = members
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def names(members: dict[str, Any]) -> list[str]:
    """The names of the members, and with dots those of the objects among them."""
    return [
        path
        for name, value in members.items()
        for path in ([f"{name}.{inner}" for inner in value] if isinstance(value, dict) and value else [name])
    ]


def find_arrays(members: dict[str, Any], wanted: str) -> list[str]:
    """The names of the arrays of objects with a text; where the name of a text is exact, those alone."""
    found = {name: texts for name, value in members.items() if (texts := find_in_first(value, wanted))}
    exact = [name for name, texts in found.items() if texts == [wanted or text_column.TEXT]]
    return exact or [*found]


def find_in_first(value: Any, wanted: str) -> list[str]:
    """The names of the members that may hold the text in the first object of an array."""
    first = value[0] if isinstance(value, list) and value else None
    return find(first, wanted) if isinstance(first, dict) else []
