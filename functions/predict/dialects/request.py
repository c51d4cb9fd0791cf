"""What every dialect decodes to, and what can be wrong with a request."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from predict.limits import PLAIN_NAME

MAX_FAULTS = 20  # in one answer, so that a request of many bad texts gets a short one


class Request(NamedTuple):
    """The answer to `texts[i]` carries `ids[i]`; the label is positive from `threshold` up.

    None leaves the threshold to the model. Strictly between the bounds of `uncertain` the label is uncertain;
    `explain` asks for the reasons.
    """

    ids: list[str | int]
    texts: list[str]
    threshold: float | None = None
    uncertain: tuple[float, float] | None = None
    explain: bool = False


class Fault(NamedTuple):
    """`pointer` is a JSON pointer (RFC 6901) to the field, "" the whole body; `detail` names the cure."""

    pointer: str
    detail: str


class Refusal(NamedTuple):
    """An error as a dialect writes it: the JSON object `body`, sent as `media_type`."""

    body: Mapping[str, Any]
    media_type: str


class InvalidRequestError(ValueError):
    """Raise when JSON is not a request; `faults` say why, at most MAX_FAULTS of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer or 'the request'} {fault.detail}" for fault in faults))
        self.faults = faults


def refuse_any(faults: Iterable[Fault]) -> None:
    """Raises InvalidRequestError where there is a fault."""
    if found := list(islice(faults, MAX_FAULTS)):
        raise InvalidRequestError(found)


def pointer(key: str) -> str:
    """To the field `key` of the body; to the whole body if `key` is not a plain name and may be a tweet."""
    return f"/{key}" if PLAIN_NAME.fullmatch(key) else ""
