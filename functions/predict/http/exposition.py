"""`/metrics`, where Prometheus reads the figures of a plain server. It needs the extra `serve`."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from predict.http.figures import Figures

PATH = "/metrics"


def expose(figures: Figures, app: ASGIApp) -> ASGIApp:
    """The same app with the figures at their path, which is the server's own: no base path precedes it."""
    registry = CollectorRegistry()
    registry.register(figures)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["path"] == PATH and scope["method"] in ("GET", "HEAD")
        page = Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST) if asked else app
        await page(scope, receive, send)

    return serve
