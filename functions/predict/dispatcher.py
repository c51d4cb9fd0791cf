"""The image's default command: tells where an event comes from, and loads that door alone."""

from importlib import import_module
from typing import Any

from predict import sources, tools


def handler(event: object, context: Any) -> Any:
    """Lambda's entry. Raises UnknownEventError, and what the door raises."""
    door = sources.door(event)
    if door == "warm-up":
        tools.served()
        return {"status": "warm"}
    return import_module(f"predict.{door}").handler(event, context)
