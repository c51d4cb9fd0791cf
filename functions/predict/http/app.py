"""The routes of the HTTP door. Starlette serves them; only the description imports FastAPI."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from model import ArtifactError, Classifier
from predict import dialects as forms
from predict.dialects import DIALECTS, Shown, Table, problem
from predict.dialects.request import Bytes, Call
from predict.http import errors, prefix
from predict.http.body import Reader
from predict.http.identity import Identity
from predict.http.later import Later
from predict.http.origins import Origins
from predict.http.turns import Turns
from predict.settings import Settings

Endpoint = Callable[[Request], Awaitable[Response]]

_NOT_READY = "The model does not answer as when it was trained."
_AT_ONCE = ("native", "post")  # whose routes are made at the start: other doors import these dialects too


def build(model: Classifier, settings: Settings, dialects: Table = DIALECTS) -> ASGIApp:
    """The app around a model, settings and dialects. Raises SettingsError."""
    speaking: dict[Any, str] = {}
    chosen = forms.choose(settings.dialects, dialects)
    make = partial(_make_routes, chosen, model, settings, Reader(settings), Turns(), speaking)
    later = Later(lambda: make([name for name in chosen if name not in _AT_ONCE]))
    described = [
        *make([name for name in chosen if name in _AT_ONCE]),
        Route("/health", _health, name="The process is alive"),
        Route("/ready", _ready(model), name="The model answers as it did after training"),
        Route("/model", _manifest(model), name="The model's manifest: corpus, split, metrics, versions"),
    ]
    documentation = _documentation(described, later, chosen, model, settings)
    index = Route("/", _index(model, [*described, *documentation]))
    handlers = errors.handlers(partial(_find_refusal, speaking, chosen))
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


def _make_routes(
    dialects: Table,
    model: Classifier,
    settings: Settings,
    reader: Reader,
    turns: Turns,
    speaking: dict[Any, str],
    names: Sequence[str],
) -> list[Route]:
    """The routes of the dialects with these names; `speaking` gets the name for each endpoint."""
    routes = []
    for name in names:
        for operation, summary in dialects[name].items():
            method, path = operation.split(" ")
            if method == "POST":
                endpoint = _predict(name, path, model, settings, reader, turns)
            else:
                endpoint = _show(name, path, model)
            speaking[endpoint] = name
            routes.append(Route(path, endpoint, name=summary, methods=[method]))
    return routes


def _predict(
    name: str, path: str, model: Classifier, settings: Settings, reader: Reader, turns: Turns
) -> Endpoint:
    async def predict(request: Request) -> Response:
        dialect, call = forms.load(name), _find_model(request, path, model)
        body = await reader.read(request, dialect.READS, call)
        asked = dialect.decode(body, settings, call)
        predictions = await turns.predict(model, asked, request.is_disconnected)
        answer = dialect.encode(asked, predictions, model)
        if isinstance(answer, Bytes):
            return Response(answer.content, 200, answer.headers, answer.media_type)
        return JSONResponse(answer)

    return predict


def _show(name: str, path: str, model: Classifier) -> Endpoint:
    async def show(request: Request) -> JSONResponse:
        dialect = cast(Shown, forms.load(name))
        try:
            return JSONResponse(dialect.show(_find_model(request, path, model), model))
        except ArtifactError as exc:
            raise HTTPException(503, _NOT_READY) from exc

    return show


def _find_model(request: Request, path: str, model: Classifier) -> Call:
    """Where the request is sent. Raises HTTPException if the path names another model or version."""
    parameters = request.path_params
    for name, value in (("model", model.name), ("version", model.version)):
        if parameters.get(name, value) != value:
            raise HTTPException(404, f"The {name} here is {value}: put it into the path.")
    return Call(path, parameters, request.headers)


def _find_refusal(speaking: Mapping[Any, str], dialects: Table, request: Request) -> errors.Refuse:
    """The form of the dialect whose endpoint or whose kind of path was asked for, a problem elsewhere."""
    endpoint = request.scope.get("endpoint")
    name = speaking.get(endpoint) if endpoint else forms.guess(request.scope["path"], dialects)
    return forms.load(name).refuse if name else problem.refuse


def _index(model: Classifier, linked: Sequence[Route | Mount]) -> Endpoint:
    """What a load balancer or a curious person asks for. The links are relative: right under any prefix."""
    links = {route.path.lstrip("/"): route.name for route in linked if isinstance(route, Route)}

    async def index(_request: Request) -> JSONResponse:
        return JSONResponse({**model.identity, "status": "alive", "links": links})  # as KServe asks for it

    return index


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def _ready(model: Classifier) -> Endpoint:
    async def ready(_request: Request) -> JSONResponse:
        try:
            model.check()
        except ArtifactError as exc:
            raise HTTPException(503, _NOT_READY) from exc
        return JSONResponse({"status": "ready", "model": model.identity})

    return ready


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
