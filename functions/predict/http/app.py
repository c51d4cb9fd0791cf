"""The routes of the HTTP door. Starlette serves them; only the description imports FastAPI."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from model import ArtifactError, Classifier
from predict.dialects import DIALECTS, Dialect, respond
from predict.http import body, errors
from predict.settings import Settings

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def build(model: Classifier, settings: Settings, dialects: Sequence[Dialect] = DIALECTS) -> Starlette:
    """The app around a model, settings and dialects."""
    predicting = [(dialect, _predict(dialect, model, settings)) for dialect in dialects]
    described = [
        *(
            Route(path, endpoint, name=summary, methods=["POST"])
            for dialect, endpoint in predicting
            for path, summary in dialect.ROUTES.items()
        ),
        Route("/health", _health, name="The process is alive"),
        Route("/ready", _ready(model), name="The model answers as it did after training"),
        Route("/model", _manifest(model), name="The model's manifest: corpus, split, metrics, versions"),
    ]
    handlers = errors.handlers({endpoint: dialect.refuse for dialect, endpoint in predicting})
    routes = [*described, *_documentation(described, dialects, model, settings)]
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False  # a redirected POST may lose its body
    return app


def _predict(dialect: Dialect, model: Classifier, settings: Settings) -> Endpoint:
    async def predict(request: Request) -> JSONResponse:
        asked = await body.read(request, settings.max_bytes)
        return JSONResponse(respond(dialect, asked, model, settings))

    return predict


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def _ready(model: Classifier) -> Endpoint:
    async def ready(_request: Request) -> JSONResponse:
        try:
            model.check()
        except ArtifactError as exc:
            raise HTTPException(503, "The model does not answer as when it was trained.") from exc
        return JSONResponse({"status": "ready", "model": model.identity})

    return ready


def _manifest(model: Classifier) -> Endpoint:
    async def manifest(_request: Request) -> JSONResponse:
        return JSONResponse(dict(model.manifest))

    return manifest


def _documentation(
    described: Sequence[Route], dialects: Sequence[Dialect], model: Classifier, settings: Settings
) -> list[Route | Mount]:
    """The first request imports FastAPI, which takes long: threads answer, so that other requests go on."""

    @cache
    def describe() -> dict[str, Any]:
        from predict.http import openapi

        return openapi.describe(described, dialects, model, settings)

    def document(_request: Request) -> JSONResponse:
        return JSONResponse(describe())

    def docs(_request: Request) -> HTMLResponse:
        from predict.http import openapi

        return openapi.page()

    return [
        Route("/openapi.json", document),
        Route("/docs", docs),
        Mount("/docs", StaticFiles(packages=[("fastapi_offline", "static")])),
    ]
