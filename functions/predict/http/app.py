"""The routes of the HTTP door. Starlette serves them; only the description imports FastAPI."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from model import ArtifactError, Classifier
from predict.dialects import DIALECTS, Table, choose
from predict.http import errors, prefix
from predict.http.dialect_routes import NOT_READY, DialectRoutes
from predict.http.identity import Identity
from predict.http.later import Later
from predict.http.origins import Origins
from predict.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

_AT_ONCE = ("native", "post")  # whose routes are made at the start: other doors import these dialects too


def build(model: Classifier, settings: Settings, dialects: Table = DIALECTS) -> ASGIApp:
    """The app around a model, settings and dialects. Raises SettingsError."""
    chosen = choose(settings.dialects, dialects)
    routes = DialectRoutes(chosen, model, settings)
    later = Later(lambda: routes.make([name for name in chosen if name not in _AT_ONCE]))
    described = [
        *routes.make([name for name in chosen if name in _AT_ONCE]),
        Route("/health", _health, name="The process is alive"),
        Route("/ready", _ready(model), name="The model answers as it did after training"),
        Route("/model", _manifest(model), name="The model's manifest: corpus, split, metrics, versions"),
        Route("/model/card", _card(model), name="The model's card for people, in Markdown"),
    ]
    documentation = _documentation(described, later, chosen, model, settings)
    index = Route("/", _index(model, settings, [*described, *documentation]))
    handlers = errors.handlers(routes.find_refusal)
    app = Starlette(routes=[*described, *documentation, index, later], exception_handlers=handlers)
    app.router.redirect_slashes = False  # a redirected POST may lose its body
    shared = Origins(app, settings.allowed_origins) if settings.allowed_origins else app
    named = Identity(shared, model)
    return _below(settings.base_path, named) if settings.base_path else named


def _below(base_path: str, app: ASGIApp) -> ASGIApp:
    """The same app below a base path too."""

    async def strip(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": prefix.strip(scope["path"], base_path)}
        await app(scope, receive, send)

    return strip


def _index(model: Classifier, settings: Settings, linked: Sequence[Route | Mount]) -> Endpoint:
    """A page for people; for load balancers and programs JSON, whose links are right under any prefix."""
    links = {route.path.lstrip("/"): route.name for route in linked if isinstance(route, Route)}
    said = {**model.identity, "status": "alive", "links": links}  # alive, as KServe asks for it

    async def index(request: Request) -> Response:
        accept = ",".join(request.headers.getlist("accept"))
        if "text/html" in accept.lower():
            from predict.http import page  # only people wait for it

            if page.is_preferred(accept):
                return page.respond(request, settings, model)
        return JSONResponse(said, headers={"vary": "Accept"})

    return index


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def _ready(model: Classifier) -> Endpoint:
    async def ready(_request: Request) -> JSONResponse:
        try:
            model.check()
        except ArtifactError as exc:
            raise HTTPException(503, NOT_READY) from exc
        return JSONResponse({"status": "ready", "model": model.identity})

    return ready


def _card(model: Classifier) -> Endpoint:
    async def card(_request: Request) -> Response:
        if not model.card:
            raise HTTPException(404, "The artifact of the model has no card.")
        return Response(model.card, media_type="text/markdown")

    return card


def _manifest(model: Classifier) -> Endpoint:
    async def manifest(_request: Request) -> JSONResponse:
        return JSONResponse(dict(model.manifest))

    return manifest


def _documentation(
    described: Sequence[Route], later: Later, dialects: Table, model: Classifier, settings: Settings
) -> list[Route | Mount]:
    """The first request imports FastAPI, which takes long: threads answer, so that other requests go on."""

    @cache
    def describe() -> dict[str, Any]:
        from predict.http import openapi

        return openapi.describe([*described, *later.routes()], dialects, model, settings)

    def document(_request: Request) -> JSONResponse:
        return JSONResponse(describe())

    def docs(_request: Request) -> HTMLResponse:
        from predict.http import openapi

        return openapi.page()

    return [
        Route("/openapi.json", document, name="The description of all routes"),
        Route("/docs", docs, name="A page to try them"),
        Mount("/docs", errors.as_problems(StaticFiles(packages=[("fastapi_offline", "static")]))),
    ]
