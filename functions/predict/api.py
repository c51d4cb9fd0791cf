"""The HTTP door: Starlette, behind Lambda by way of Mangum, or behind any ASGI server; FastAPI describes it.

FastAPI would be more than half of a cold start, so it is imported by who asks for the description.
"""

from functools import cache
from typing import Any

from mangum import Mangum
from mangum.types import LambdaContext
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import model
from model import ArtifactError, Classifier
from predict import blog, body, gateway, native, problem, settings
from predict.answer import answer
from predict.settings import Settings


def app(model: Classifier, settings: Settings) -> Starlette:
    """The routes, around a model and settings that are given; the name of each is its summary in /docs."""

    async def predict(request: Request) -> JSONResponse:
        asked = await body.read(request, settings.max_bytes)
        return JSONResponse(answer(native, asked, model, settings))

    async def predict_by_id(request: Request) -> JSONResponse:
        asked = await body.read(request, settings.max_bytes)
        return JSONResponse(answer(blog, asked, model, settings))

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> JSONResponse:
        try:
            model.check()
        except ArtifactError as exc:
            raise HTTPException(503, "The model does not answer as when it was trained.") from exc
        return JSONResponse({"status": "ready", "model": native.identity(model)})

    async def manifest(request: Request) -> JSONResponse:
        return JSONResponse(dict(model.manifest))

    @cache
    def description() -> dict[str, Any]:
        from predict import openapi

        return openapi.describe(described, model, settings)

    # no coroutines, so that they do not hold up other requests
    def document(request: Request) -> JSONResponse:
        return JSONResponse(description())

    def docs(request: Request) -> HTMLResponse:
        from predict import openapi

        return openapi.page()

    described = [
        Route("/predict", predict, name="Sentiment of a text, of texts, or of tweets", methods=["POST"]),
        Route(
            "/api/v1/predict",
            predict_by_id,
            name="Sentiment of tweets by id, as in the blog post",
            methods=["POST"],
        ),
        Route("/health", health, name="The process is alive"),
        Route("/ready", ready, name="The model is loaded, unchanged, and answers as when it was trained"),
        Route("/model", manifest, name="The model's manifest: corpus, split, metrics, versions"),
    ]
    documentation = [
        Route("/openapi.json", document),
        Route("/docs", docs),
        Mount("/docs", StaticFiles(packages=[("fastapi_offline", "static")])),
    ]
    routed = Starlette(routes=[*described, *documentation], exception_handlers=problem.HANDLERS)
    routed.router.redirect_slashes = False  # a redirected POST may lose its body
    return routed


def create() -> Starlette:
    """For ASGI servers: the app that the environment describes. Raises ArtifactError or SettingsError."""
    environment = settings.read()
    return app(model.load(environment.model), environment)


def handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry."""
    return gateway.respond(event, context, _adapter())


@cache
def _adapter() -> Mangum:
    return gateway.adapter(create())
