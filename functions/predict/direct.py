"""The direct-invoke door: an event is a request, in the native dialect or in the post's."""

from typing import Any

from model import Classifier
from predict import blog, native, tools
from predict.answer import answer
from predict.settings import Settings


def invoke(event: object, model: Classifier, settings: Settings) -> dict[str, Any]:
    """Raises InvalidRequest: the caller sees a function error, which Step Functions can catch."""
    speaks_native = isinstance(event, dict) and not event.keys().isdisjoint(native.FIELDS)
    return answer(native if speaks_native else blog, event, model, settings)


def handler(event: object, context: object) -> dict[str, Any]:
    """Lambda's entry."""
    return invoke(event, *tools.served())
