"""What the door says of itself: whether it is alive and ready, its model, its routes, and how to ask them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from model import ArtifactError, Classifier
from predict.dialects import Table
from predict.http.message import HttpError, HttpRequest, HttpResponse, reply, send, send_new
from predict.http.routes import Operation
from predict.settings import Settings

Handler = Callable[[HttpRequest], HttpResponse]

NOT_READY = "The model does not answer as when it was trained."
SERVICE = (
    Operation("GET", "/health", "The process is alive"),
    Operation("GET", "/ready", "The model answers as it did after training"),
    Operation("GET", "/model", "The model's manifest: corpus, split, metrics, versions"),
    Operation("GET", "/model/card", "The model's card for people, in Markdown"),
)
DOCUMENTATION = (
    Operation("GET", "/openapi.json", "The description of all routes"),
    Operation("GET", "/docs", "A page to try them"),
)
_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}  # which that page loads
FILES = tuple(Operation("GET", f"/docs/{name}", "") for name in _FILES)
INDEX = Operation("GET", "/", "A page for people, and links for programs")


def is_described(operation: Operation) -> bool:
    """Whether the description has it, too."""
    return operation not in (*DOCUMENTATION, *FILES)


def make_handlers(
    model: Classifier, settings: Settings, described: Sequence[Operation], dialects: Table
) -> Mapping[str, Handler]:
    """By path. `described` are the operations that the description has."""

    @cache
    def describe() -> dict[str, Any]:
        from predict.http import openapi  # FastAPI, which takes long

        return openapi.describe(described, dialects, model, settings)

    def document(_request: HttpRequest) -> HttpResponse:
        return reply(describe())

    def show_documentation(_request: HttpRequest) -> HttpResponse:
        from predict.http import openapi  # as above

        return send(openapi.page(), "text/html; charset=utf-8")

    def show_manifest(_request: HttpRequest) -> HttpResponse:
        return reply(dict(model.manifest))

    def show_card(_request: HttpRequest) -> HttpResponse:
        if not model.card:
            raise HttpError(404, "The artifact of the model has no card.")
        return send(model.card, "text/markdown; charset=utf-8")

    def tell_readiness(_request: HttpRequest) -> HttpResponse:
        try:
            model.check()
        except ArtifactError as exc:
            raise HttpError(503, NOT_READY) from exc
        return reply({"status": "ready", "model": model.identity})

    return {
        "/health": lambda _request: reply({"status": "ok"}),
        "/ready": tell_readiness,
        "/model": show_manifest,
        "/model/card": show_card,
        "/openapi.json": document,
        "/docs": show_documentation,
        "/": _make_index(model, settings, described),
        **{f"/docs/{name}": _load_file for name in _FILES},
        settings.aip_health_route: tell_readiness,
    }


def _make_index(model: Classifier, settings: Settings, described: Sequence[Operation]) -> Handler:
    """A page for people; for load balancers and programs JSON, whose links are right under any prefix."""
    ours = (operation for operation in described if operation.dialect in ("native", "post", None))
    shown = [operation for operation in ours if operation.path != "/"]
    links = {operation.path[1:]: operation.summary for operation in (*shown, *DOCUMENTATION)}
    said = {**model.identity, "status": "alive", "links": links}  # alive, as KServe asks for it

    def index(request: HttpRequest) -> HttpResponse:
        accept = request.headers.get("accept", "")
        if "text/html" in accept.lower():
            from predict.http import page  # only people wait for it

            if page.is_preferred(accept):
                return page.respond(request, settings, model)
        return reply(said, headers={"vary": "Accept"})

    return index


def _load_file(request: HttpRequest) -> HttpResponse:
    name = request.path.rpartition("/")[2]
    content, tag = _read_file(name)
    return send_new(request, content, f"{_FILES[name]}; charset=utf-8", {"etag": tag})


@cache
def _read_file(name: str) -> tuple[bytes, str]:
    """A file of `fastapi_offline`, whose import would be FastAPI's, and its tag."""
    from hashlib import sha256  # only /docs waits for these two
    from importlib.util import find_spec

    found = find_spec("fastapi_offline")
    [folder] = found.submodule_search_locations if found and found.submodule_search_locations else [""]
    with open(f"{folder}/static/{name}", "rb") as file:
        content = file.read()
    return content, f'"{sha256(content).hexdigest()[:16]}"'
