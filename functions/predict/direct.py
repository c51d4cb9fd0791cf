"""The direct door: an event is a request, in the native dialect or in the post's."""

from typing import Any

from model import Classifier
from predict import warm
from predict.dialects import native, post, respond
from predict.settings import Settings


def invoke(event: object, model: Classifier, settings: Settings) -> Any:
    """Raises InvalidRequestError: the caller sees a function error, which Step Functions can catch."""
    speaks_native = isinstance(event, dict) and not event.keys().isdisjoint(native.FIELDS)
    return respond(native if speaks_native else post, event, model, settings)


def handler(event: object, _context: object) -> Any:
    """Lambda's entry."""
    return invoke(event, *warm.load_model())
