"""The options of a request, wherever a dialect has them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from predict.dialects.request import Fault, InvalidRequestError, Request, pointer
from predict.limits import is_probability, type_fault
from predict.settings import Settings

NAMES = ("threshold", "uncertain", "explain")


class Options(NamedTuple):
    """As those of Request."""

    threshold: float
    uncertain: tuple[float, float] | None
    explain: bool


def read(given: Mapping[str, Any], settings: Settings) -> Options:
    """Those that are `given`, and the settings for the rest."""
    band = given.get("uncertain", settings.uncertain)
    return Options(
        given.get("threshold", settings.threshold), band and (band[0], band[1]), given.get("explain", False)
    )


def find_faults(given: Mapping[str, Any], where: str = "") -> Iterator[Fault]:
    """Options that cannot be read; `where` is a pointer to the object that has them."""
    if "threshold" in given and not is_probability(given["threshold"]):
        yield Fault(f"{where}/threshold", "must be a number from 0 to 1")
    if given.get("uncertain") is not None and not _is_band(given["uncertain"]):
        yield Fault(f"{where}/uncertain", "must be two numbers from 0 to 1, the lower first, or null")
    if "explain" in given and (fault := type_fault(given["explain"], bool)):
        yield Fault(f"{where}/explain", fault)


def find_object_faults(given: Any, where: str) -> Iterator[Fault]:
    """The same of an object that has options alone, or is null."""
    if fault := type_fault(given, dict, type(None)):
        yield Fault(where, fault)
    elif given:
        for name in given:
            if name not in NAMES:
                detail = f"is not an option: those are {', '.join(NAMES)}"
                yield Fault(f"{where}{pointer(name)}", detail)
        yield from find_faults(given, where)


def build(
    texts: list[str], given: Mapping[str, Any], where: str, settings: Settings, form: Any = None
) -> Request:
    """The request of texts and options without a fault. Raises InvalidRequestError: too much to explain."""
    chosen = read(given, settings)
    if chosen.explain and (fault := length_fault(texts, settings)):
        raise InvalidRequestError([Fault(f"{where}/explain", fault)])
    return Request(list(range(len(texts))), texts, *chosen, form)


def length_fault(texts: Sequence[str], settings: Settings) -> str | None:
    """Why so much text cannot be explained at once, or None."""
    characters = sum(map(len, texts))
    if characters <= settings.max_characters:
        return None
    cure = f"at most {settings.max_characters:,} are explained: send several requests"
    return f"is asked of {characters:,} characters, {cure}"


def _is_band(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(is_probability, value))
        and bool(value[0] <= value[1])
    )
