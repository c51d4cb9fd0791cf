"""JSON as RFC 8259 defines it, without what parsers disagree on: no NaN, no repeated names."""

import json
from typing import Any, NoReturn


class NotJsonError(ValueError):
    """Raise when a text is not JSON; the message says why and where, and shows nothing of the text."""


def loads(text: str) -> Any:
    """As `json.loads`. Raises NotJsonError."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as exc:
        raise NotJsonError(f"is not JSON at line {exc.lineno}, column {exc.colno}: {exc.msg}") from exc
    except RecursionError as exc:
        raise NotJsonError("is nested too deeply") from exc
    except NotJsonError:
        raise
    except ValueError as exc:  # int() takes a limited number of digits
        raise NotJsonError("has a number of too many digits") from exc


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise NotJsonError("has an object with a repeated name: one of the values would be lost")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"is not JSON: {name} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_build_object, parse_constant=_refuse_constant)
