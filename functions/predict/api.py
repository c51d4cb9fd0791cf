"""The HTTP door: behind Lambda through Mangum, or behind any ASGI server."""

from functools import cache
from typing import Any

from mangum import Mangum
from mangum.types import LambdaContext
from starlette.types import ASGIApp

from predict import warm
from predict.http import app, gateway


def create() -> ASGIApp:
    """For ASGI servers: the app that the environment describes. Raises ArtifactError or SettingsError.

    `sentiment serve` also bounds connections and the time of a request, which are the server's part.
    """
    return app.build(*warm.load_model())


def handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry."""
    return warm.up(event) or gateway.respond(event, context, _make_adapter())


@cache
def _make_adapter() -> Mangum:
    return gateway.adapt(create())
