"""The direct door: an event is a request, in the native dialect or in the post's."""

from typing import Any

from model import Classifier
from predict import limits, warm
from predict.dialects import native, post, respond
from predict.dialects.request import Fault, InvalidRequestError, pointer, refuse_any
from predict.settings import Settings
from predict.telemetry.emf import watched

BY_ID = "tweets_by_id"  # holds tweets in the post's dialect, whatever their ids are
ACCEPTED = (
    'must be {"text": ...}, {"texts": [...]}, {"tweets": [...]}, {"tweets_by_id": {...}}, or tweets by ids '
    'that are digits or UUIDs, such as {"1": "a tweet"}'
)


def invoke(event: object, model: Classifier, settings: Settings) -> Any:
    """Raises InvalidRequestError: the caller sees a function error, which Step Functions can catch.

    Over HTTP, the path says which dialect a request speaks. Here, only names can. Many events of AWS are
    objects of strings, so that alone does not make an event tweets by id.
    """
    members = event if isinstance(event, dict) else {}
    if BY_ID in members:
        return _invoke_by_id(members, model, settings)
    if not members.keys().isdisjoint(native.FIELDS):
        return respond(native, members, model, settings)
    if limits.are_ids(members):
        return respond(post, members, model, settings)
    raise InvalidRequestError([Fault("", ACCEPTED)])


def _invoke_by_id(event: dict[str, Any], model: Classifier, settings: Settings) -> Any:
    refuse_any(Fault(pointer(name), f"must not be beside {BY_ID}") for name in event if name != BY_ID)
    try:
        return respond(post, event[BY_ID], model, settings)
    except InvalidRequestError as exc:
        inside = [fault._replace(pointer=f"/{BY_ID}{fault.pointer}") for fault in exc.faults]
        raise InvalidRequestError(inside) from exc


@watched("direct")
def handler(event: object, _context: object) -> Any:
    """Lambda's entry."""
    return invoke(event, *warm.load_model())
