"""The image's default command: finds the door that an event belongs to, and loads that door alone."""

from importlib import import_module
from typing import Any

from predict.events import sources
from predict.telemetry.emf import watched


@watched("unknown")
def handler(event: object, context: Any) -> Any:
    """Lambda's entry. Raises UnknownEventError, and what the door raises."""
    return import_module(f".{sources.find_door(event)}", __package__).handler(event, context)
