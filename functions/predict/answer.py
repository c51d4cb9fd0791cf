"""What every door does with a request: decode, predict, encode."""

from typing import Any, Protocol

from model import Classifier, Prediction
from predict.request import Request
from predict.settings import Settings


class Dialect(Protocol):
    """A module that knows one form of requests and answers."""

    def decode(self, body: object, settings: Settings) -> Request: ...

    def encode(
        self, request: Request, predictions: list[Prediction], model: Classifier
    ) -> dict[str, Any]: ...


def answer(dialect: Dialect, body: object, model: Classifier, settings: Settings) -> dict[str, Any]:
    """The answer to the JSON value `body`, in its own dialect. Raises InvalidRequest."""
    request = dialect.decode(body, settings)
    return dialect.encode(request, model.predict(request.texts, request.threshold, request.uncertain), model)
