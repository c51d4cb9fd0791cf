"""The native dialect's options, where another dialect has an object of parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from predict.dialects.native import OPTIONS, find_option_faults, length_fault, read_options
from predict.dialects.request import Fault, InvalidRequestError, Request, pointer
from predict.limits import type_fault
from predict.settings import Settings


def take(body: Mapping[str, Any], name: str) -> Any:
    """The member that has options; null and nothing are an empty object."""
    return {} if body.get(name) is None else body[name]


def find_faults(given: Any, where: str) -> Iterator[Fault]:
    """Why `given` is not an object of options; `where` is a pointer to it."""
    if fault := type_fault(given, dict):
        yield Fault(where, fault)
        return
    for name in given:
        if name not in OPTIONS:
            yield Fault(f"{where}{pointer(name)}", f"is not an option: those are {', '.join(OPTIONS)}")
    yield from find_option_faults(given, where)


def build(
    texts: list[str], given: Mapping[str, Any], where: str, settings: Settings, form: Any = None
) -> Request:
    """The request of texts and options without a fault; `where` is a pointer to what asks to explain them.

    Raises InvalidRequestError: too much to explain.
    """
    threshold, uncertain, explain = read_options(given, settings)
    if explain and (fault := length_fault(texts, settings)):
        raise InvalidRequestError([Fault(where, fault)])
    return Request(list(range(len(texts))), texts, threshold, uncertain, explain, form)
