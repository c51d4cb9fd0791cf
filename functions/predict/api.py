"""The HTTP door: behind Lambda, or behind any ASGI server."""

from functools import cache
from typing import TYPE_CHECKING, Any

from predict import warm
from predict.http import gateway
from predict.http.service import Service
from predict.telemetry.emf import watched
from predict.telemetry.line import current

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def create() -> "ASGIApp":
    """For ASGI servers: the app that the environment describes. Raises ArtifactError or SettingsError.

    `sentiment serve` also bounds connections and the time of a request, which are the server's part.
    """
    from predict.http import app  # an event waits neither for it nor for what it imports

    return app.build(*warm.load_model())


@watched("http")
def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    response = gateway.respond(event, context, _make_service())
    current().status = response["statusCode"]
    return response


@cache
def _make_service() -> Service:
    return Service(*warm.load_model())
