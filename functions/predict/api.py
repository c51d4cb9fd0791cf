"""The HTTP door: FastAPI, behind Lambda by way of Mangum, or behind any ASGI server."""

from functools import cache
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from mangum import Mangum
from mangum.types import LambdaContext

import model
from model import ArtifactError, Classifier
from predict import blog, body, gateway, native, openapi, problem, settings
from predict.answer import answer
from predict.settings import Settings


class Api(FastAPI):
    """The routes, around a model and settings that are given."""

    def __init__(self, model: Classifier, settings: Settings) -> None:
        super().__init__(
            title="Sentiment",
            summary="Tweets in, their sentiment out.",
            version=model.version,
            servers=[{"url": "."}],  # relative, as all of /docs: right under any stage or domain
            docs_url=None,  # the stock page fetches its scripts from elsewhere
            redoc_url=None,
            redirect_slashes=False,  # a redirected POST may lose its body
            exception_handlers=problem.HANDLERS,
        )
        self._model = model
        self._settings = settings

        @self.post("/predict", summary="Sentiment of a text, of texts, or of tweets")
        async def predict(request: Request) -> JSONResponse:
            asked = await body.read(request, settings.max_bytes)
            return JSONResponse(answer(native, asked, model, settings))

        @self.post("/api/v1/predict", summary="Sentiment of tweets by id, as in the blog post")
        async def predict_by_id(request: Request) -> JSONResponse:
            asked = await body.read(request, settings.max_bytes)
            return JSONResponse(answer(blog, asked, model, settings))

        @self.head("/health", include_in_schema=False)
        @self.get("/health", summary="The process is alive")
        async def health() -> JSONResponse:
            return JSONResponse({"status": "ok"})

        @self.get("/ready", summary="The model is loaded, unchanged, and answers as when it was trained")
        async def ready() -> JSONResponse:
            try:
                model.check()
            except ArtifactError as exc:
                raise HTTPException(503, "The model does not answer as when it was trained.") from exc
            return JSONResponse({"status": "ready", "model": native.identity(model)})

        @self.get("/model", summary="The model's manifest: corpus, split, metrics, versions")
        async def manifest() -> JSONResponse:
            return JSONResponse(dict(model.manifest))

        @self.get("/docs", include_in_schema=False)
        async def docs() -> HTMLResponse:
            return get_swagger_ui_html(
                title=self.title,
                openapi_url="openapi.json",
                swagger_js_url="docs/swagger-ui-bundle.js",
                swagger_css_url="docs/swagger-ui.css",
                swagger_favicon_url="data:,",
            )

        self.mount("/docs", StaticFiles(packages=[("fastapi_offline", "static")]))

    def openapi(self) -> dict[str, Any]:
        return openapi.describe(super().openapi(), self._model, self._settings)


def create() -> Api:
    """For ASGI servers: the app that the environment describes. Raises ArtifactError or SettingsError."""
    environment = settings.read()
    return Api(model.load(environment.model), environment)


def handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry."""
    return gateway.respond(event, context, _adapter())


@cache
def _adapter() -> Mangum:
    return gateway.adapter(create())
