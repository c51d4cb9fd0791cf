"""The OpenAPI description: FastAPI generates it from the schemas, with examples that the model answers."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import BaseModel
from starlette.responses import Response

from model import ArtifactError, Classifier
from predict import __version__
from predict.dialects import Dialect, Shown, Table, load, respond
from predict.dialects.request import INVALID, Bytes, Call, InvalidRequestError
from predict.dialects.schemas import Schemas
from predict.http.routes import Operation
from predict.settings import Settings

_ERRORS = {
    400: "The body is not JSON in UTF-8.",
    413: "The body is too long.",
    415: "The body is not declared to be JSON.",
    422: "The body is JSON, but not a request.",
}
_PREDICTIONS, _OTHERS, _SERVICE = "Predictions", "Protocols of other servers", "Service"
_TAGS = [
    {"name": _PREDICTIONS, "description": "Texts in, their sentiment out."},
    {"name": _OTHERS, "description": "The same for their clients, unmodified."},
    {"name": _SERVICE, "description": "What is served, and how it is."},
]
_KEY = "ApiKey"


class _Markdown(Response):
    media_type = "text/markdown"


_OF_THE_DOOR: dict[str, dict[str, Any]] = {  # what its own operations answer beside JSON, or instead
    "/": {"responses": {200: {"content": {"text/html": {}}}}},
    "/model/card": {
        "response_class": _Markdown,
        "responses": {404: {"description": "The artifact of the model has no card."}},
    },
}

_TENSORS = "application/octet-stream"
_BINARY = (
    f"Binary tensors are read too: {_TENSORS}, with the length of the JSON before them in the header "
    "Inference-Header-Content-Length. docs/dialects.md says when they are sent."
)
_ELSEWHERE = {404: "The path names another model or version."}
_BYTES = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_LINES = "application/x-ndjson"


def describe(
    operations: Iterable[Operation], dialects: Table, model: Classifier, settings: Settings
) -> dict[str, Any]:
    """The document: `operations` gives the paths and summaries, `dialects` the bodies."""
    app = FastAPI(
        title="Sentiment",
        summary="Tweets in, their sentiment out.",
        description=f"The model is {model.name} {model.version}.",
        version=__version__,
        # relative, as all of /docs: right under any stage or domain
        servers=[{"url": ".", "description": "The host of this description."}],
        openapi_tags=_TAGS,
    )
    loaded = {name: load(name) for name in dialects}
    schemas = {name: dialect.schema(settings) for name, dialect in loaded.items()}
    described = list(operations)
    for method, path, summary, name in described:
        route: dict[str, Any] = {
            "summary": summary,
            "tags": [_tag(name)],
            "operation_id": _identify(path, name if name and method == "POST" else "index"),
        }
        if name and method == "POST":
            route |= _operation(loaded[name], schemas[name], path, model)
            app.post(path, **route)(_takes(schemas[name].request))
        else:
            shown = _show(cast(Shown, loaded[name]), path, model) if name else {}
            answer = _OF_THE_DOOR.get(path, shown)
            app.get(path, **route, **answer)(show)
    document = app.openapi()
    _offer_key(document)
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    for method, path, _, name in described:
        if name and method == "POST":
            _show_errors(document["paths"][path]["post"]["responses"], loaded[name])
    return document


def show() -> None:  # FastAPI reads the name of what answers; nobody calls it
    pass


def page() -> bytes:
    """Swagger UI, its scripts from the image: FastAPI's own page loads them from a CDN."""
    found = get_swagger_ui_html(
        title="Sentiment",
        openapi_url="openapi.json",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="data:,",
    )
    return bytes(found.body)


def _tag(dialect: str | None) -> str:
    if dialect is None:
        return _SERVICE
    return _PREDICTIONS if dialect in ("native", "post") else _OTHERS


def _identify(path: str, at_root: str) -> str:
    """What a generated client calls the operation: the steps of the path, which `/` has not."""
    return re.sub(r"\W+", "_", path).strip("_") or at_root


def _takes(body: type[BaseModel]) -> Callable[..., None]:
    def predict(_request: Any) -> None: ...  # FastAPI reads the annotation; nobody calls it

    predict.__annotations__["_request"] = body
    return predict


def _operation(dialect: Dialect, schemas: Schemas, path: str, model: Classifier) -> dict[str, Any]:
    defaults = Settings()  # the schemas show the limits that are set, the examples do not depend on them
    call = Call(path, _parameters(path, model))
    asked = {name: {"value": example} for name, example in dialect.EXAMPLES.items()}
    answered = {
        name: {"value": respond(dialect, example, model, defaults, call)}
        for name, example in dialect.EXAMPLES.items()
    }
    # a dialect that reads another type than JSON answers with it too, where it is asked for
    others = {name: _BYTES for name in dialect.READS if name not in ("", "application/json")}
    first = next(iter(dialect.EXAMPLES.values()))
    lines = respond(dialect, first, model, defaults, call._replace(headers={"accept": _LINES}))
    in_lines = {_LINES: _show_text(lines.content)} if isinstance(lines, Bytes) else {}
    # these are JSON and what follows it, which a schema cannot say, and generated clients fall over
    taken = {name: content for name, content in others.items() if name != _TENSORS}
    return {
        "description": _BINARY if _TENSORS in others else None,
        "response_model": schemas.answer,
        "responses": {
            200: {
                "description": "An answer for each text, in order.",
                "content": {"application/json": {"examples": answered}, **others, **in_lines},
            },
            **{
                status: {"model": schemas.refusal, "description": description}
                for status, description in _find_errors(dialect, path).items()
            },
        },
        "openapi_extra": {
            "requestBody": {"content": {"application/json": {"examples": asked}, **taken}},
            **_declare_parameters(path, model),
        },
    }


def _show_text(content: bytes) -> dict[str, Any]:
    return {"schema": {"type": "string"}, "example": content.decode()}


def _show(dialect: Shown, path: str, model: Classifier) -> dict[str, Any]:
    """A GET of a dialect, with the answer that the model gives."""
    example: dict[str, Any] = {}
    with suppress(ArtifactError):  # the description is there for a model that is not ready, too
        example = {"example": dialect.show(Call(path, _parameters(path, model)), model)}
    return {
        "responses": {
            200: {"content": {"application/json": example}},
            503: {"description": "The model does not answer as when it was trained."},
            **({404: {"description": _ELSEWHERE[404]}} if "{model}" in path else {}),
        },
        "openapi_extra": _declare_parameters(path, model),
    }


def _parameters(path: str, model: Classifier) -> dict[str, str]:
    """The parameters of a path, with those of the model, and examples of the others."""
    known = {"model": model.name, "version": model.version}
    return {name: known.get(name, name) for name in re.findall(r"{(\w+)}", path)}


def _declare_parameters(path: str, model: Classifier) -> dict[str, Any]:
    declared = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": example}
        for name, example in _parameters(path, model).items()
    ]
    return {"parameters": declared} if declared else {}


def _find_errors(dialect: Dialect, path: str) -> dict[int, str]:
    """What each status says: a dialect may have one for two reasons."""
    errors: dict[int, list[str]] = {}
    for status, description in (_ERRORS | (_ELSEWHERE if "{model}" in path else {})).items():
        errors.setdefault(dialect.refuse(status, description).status or status, []).append(description)
    return {status: " ".join(descriptions) for status, descriptions in sorted(errors.items())}


def _offer_key(document: dict[str, Any]) -> None:
    """The door itself asks for no key, a gateway in front of it may."""
    document["components"]["securitySchemes"] = {
        _KEY: {
            "type": "apiKey",
            "in": "header",
            "name": "X-Api-Key",
            "description": "Only where a gateway asks for one.",
        }
    }
    document["security"] = [{}, {_KEY: []}]


def _show_errors(responses: dict[str, Any], dialect: Dialect) -> None:
    """FastAPI declares errors as plain JSON: give them their own media type, and one of them an example.

    It also declares a 422 of its own, which a dialect may not have.
    """
    if dialect.refuse(422, "").status not in (None, 422):
        del responses["422"]
    for status, response in responses.items():
        if status != "200":
            media_type = dialect.refuse(int(status), "").media_type
            response["content"][media_type] = response["content"].pop("application/json")
    try:
        dialect.decode(dialect.BAD_EXAMPLE, Settings(), Call())
    except InvalidRequestError as exc:
        refusal = dialect.refuse(422, INVALID, exc.faults)
        responses[str(refusal.status or 422)]["content"][refusal.media_type]["example"] = refusal.body
