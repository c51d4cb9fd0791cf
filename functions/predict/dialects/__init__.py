"""The dialects: each module here knows one form of requests, answers and errors."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from model import Classifier, Prediction
from predict.dialects import native, post
from predict.dialects.request import Fault, Refusal, Request
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas


class Dialect(Protocol):
    """What a module of this package has."""

    ROUTES: Mapping[str, str]  # a summary of each path that takes a POST
    EXAMPLES: Mapping[str, Any]  # requests by name; /docs shows them with the answers that the model gives
    BAD_EXAMPLE: Any  # a request that is refused; /docs shows it with its error

    def decode(self, body: object, settings: Settings) -> Request:
        """The request in the JSON value `body`. Raises InvalidRequestError."""

    def encode(self, request: Request, predictions: Sequence[Prediction], model: Classifier, /) -> Any:
        """The answer as a JSON value; `predictions[i]` is that of `request.texts[i]`."""

    def refuse(self, status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
        """An error in the dialect's own form; `faults` are those of an InvalidRequestError."""

    def schema(self, settings: Settings) -> "Schemas":
        """The pydantic models that describe requests, answers and errors, imported here alone."""


DIALECTS: tuple[Dialect, ...] = (native, post)


def respond(dialect: Dialect, body: object, model: Classifier, settings: Settings) -> Any:
    """The answer to the JSON value `body`, in its own dialect. Raises InvalidRequestError."""
    request = dialect.decode(body, settings)
    return dialect.encode(request, model.predict(request.texts, request.threshold, request.uncertain), model)
