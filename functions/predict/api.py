"""The HTTP door: behind Lambda at once or through Mangum, or behind any ASGI server."""

from functools import cache
from typing import TYPE_CHECKING, Any

from predict import warm
from predict.http import at_once
from predict.telemetry.emf import watched
from predict.telemetry.line import current

if TYPE_CHECKING:
    from mangum import Mangum
    from starlette.types import ASGIApp


def create() -> "ASGIApp":
    """For ASGI servers: the app that the environment describes. Raises ArtifactError or SettingsError.

    `sentiment serve` also bounds connections and the time of a request, which are the server's part.
    """
    from predict.http import app  # a plain event waits neither for it nor for what it imports

    return app.build(*warm.load_model())


@watched("http")
def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    response = at_once.answer(event, context, *warm.load_model()) or _respond(event, context)
    current().status = response["statusCode"]
    return response


def _respond(event: object, context: Any) -> dict[str, Any]:
    from predict.http import gateway  # as above

    return gateway.respond(event, context, _make_adapter())


@cache
def _make_adapter() -> "Mangum":
    from predict.http import gateway  # as above

    return gateway.adapt(create())
