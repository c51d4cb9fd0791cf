"""What every dialect decodes to, and what can be wrong with a request."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from predict import strict_json
from predict.limits import PLAIN_NAME

BOUNDS = "has a threshold or a band, and the model more than two classes: leave them out"
INVALID = "The body is JSON, but not a request: see errors."
MAX_FAULTS = 20  # in one answer, so that a request of many bad texts gets a short one


class Call(NamedTuple):
    """Where a request is sent: the path as the table has it, what its parameters are, and the headers.

    The headers' names are in small letters. `takes_bytes` is false where a gateway has handed the body on as
    text, because it does so with the answer too.
    """

    path: str = ""
    parameters: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    takes_bytes: bool = True


DIRECT = Call()  # of a request that is no HTTP

Read = Callable[[bytes, Call], object]  # from the bytes of a body to what `decode` takes: UnreadableError


class Request(NamedTuple):
    """The answer to `texts[i]` carries `ids[i]`; the label is positive from `threshold` up.

    None leaves the threshold to the model. Strictly between the bounds of `uncertain` the label is uncertain;
    `explain` asks for the reasons. `form` is what the dialect itself keeps for its answer. `lines` is the
    media type of an answer of a line for each text: the answer to some of the texts is a part of it.
    """

    ids: list[str | int]
    texts: list[str]
    threshold: float | None = None
    uncertain: tuple[float, float] | None = None
    explain: bool = False
    form: Any = None
    lines: str = ""


class Fault(NamedTuple):
    """`pointer` is a JSON pointer (RFC 6901) to the field, "" the whole body; `detail` names the cure."""

    pointer: str
    detail: str


class Refusal(NamedTuple):
    """An error as a dialect writes it: the JSON object `body`, sent as `media_type`.

    `status` is there where it is another than the one that the dialect was told.
    """

    body: Mapping[str, Any]
    media_type: str
    status: int | None = None


class Bytes(NamedTuple):
    """An answer that is not JSON."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = {}


class UnreadableError(ValueError):
    """Raise when bytes are not what their type says: `detail` says why, for an answer with `status`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class InvalidRequestError(ValueError):
    """Raise when JSON is not a request; `faults` say why, at most MAX_FAULTS of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer or 'the request'} {fault.detail}" for fault in faults))
        self.faults = faults


def refuse_bounds(request: Request, labels: Sequence[str]) -> None:
    """Raises InvalidRequestError where bounds are given to a model of more than two labels."""
    if len(labels) > 2 and (request.threshold is not None or request.uncertain):
        raise InvalidRequestError([Fault("", BOUNDS)])


def read_json(content: bytes, _call: Call) -> Any:
    """The JSON value. Raises UnreadableError where it is not JSON in UTF-8."""
    try:
        return strict_json.loads(content.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError as exc:
        raise UnreadableError(400, f"The body is not UTF-8 at byte {exc.start}.") from exc
    except strict_json.NotJsonError as exc:
        raise UnreadableError(400, f"The body {exc}.") from exc


DECLARED_JSON: Mapping[str, Read] = {"application/json": read_json}
ANY_JSON: Mapping[str, Read] = {**DECLARED_JSON, "": read_json}  # several clients declare no type at all


def refuse_any(faults: Iterable[Fault]) -> None:
    """Raises InvalidRequestError where there is a fault."""
    if found := list(islice(faults, MAX_FAULTS)):
        raise InvalidRequestError(found)


def pointer(key: str) -> str:
    """To the field `key` of the body; to the whole body if `key` is not a plain name and may be a tweet."""
    return f"/{key}" if PLAIN_NAME.fullmatch(key) else ""


def describe(detail: str, faults: Sequence[Fault]) -> str:
    """One line for dialects whose errors are a text: the faults, or `detail` where there are none."""
    return "; ".join(f"{fault.pointer or 'the body'} {fault.detail}" for fault in faults) or detail
