"""The texts of a list, as clients of other servers write them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from predict.dialects.request import Fault, InvalidRequestError, pointer
from predict.limits import count_fault, text_fault, type_fault
from predict.settings import Settings

T = TypeVar("T")


def unwrap(values: Sequence[Any]) -> list[Any]:
    """A row of one text, and an object with a `text`, are that text."""
    return [_unwrap(value) for value in values]


def find_faults(values: Any, where: str, settings: Settings) -> Iterator[Fault]:
    """Why `values` are no texts; `where` is a pointer to them."""
    if fault := type_fault(values, list) or count_fault(len(values), settings.max_texts):
        yield Fault(where, fault)
        return
    for index, text in enumerate(unwrap(values)):
        if fault := text_fault(text, settings.max_characters):
            yield Fault(f"{where}/{index}", fault)


def take(values: Iterable[T], where: str, settings: Settings, beside: int = 0) -> list[T]:
    """All values, which may be as many as texts, and `beside` more. Others are not even looked at.

    Raises InvalidRequestError.
    """
    most = settings.max_texts + beside
    taken = list(islice(values, most + 1))
    if len(taken) > most:
        detail = f"has more than {settings.max_texts:,} texts: send several requests"
        raise InvalidRequestError([Fault(where, detail)])
    return taken


def find_unknown(body: Any, names: Sequence[str], needed: str) -> Iterator[Fault]:
    """Members of a request that its dialect does not have; `needed` says what it must be."""
    if not isinstance(body, dict):
        yield Fault("", needed)
        return
    for name in body:
        if name not in names:
            yield Fault(pointer(name), f"is not a field of a request: those are {', '.join(names)}")


def _unwrap(value: Any) -> Any:
    if isinstance(value, dict) and "text" in value:
        return value["text"]
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    return value
