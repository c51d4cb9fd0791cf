"""The OpenAPI description: FastAPI generates it from the schemas, with examples that the model answers."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import BaseModel
from starlette.responses import HTMLResponse
from starlette.routing import Route

from model import Classifier
from predict.dialects import Dialect, respond
from predict.dialects.request import InvalidRequestError
from predict.dialects.schemas import Schemas
from predict.http.errors import INVALID
from predict.settings import Settings

_ERRORS = {
    400: "The body is not JSON in UTF-8.",
    413: "The body is too long.",
    415: "The body is not declared to be JSON.",
    422: "The body is JSON, but not a request.",
}
_PREDICTIONS, _SERVICE = "Predictions", "Service"
_TAGS = [
    {"name": _PREDICTIONS, "description": "Texts in, their sentiment out."},
    {"name": _SERVICE, "description": "What is served, and how it is."},
]
_KEY = "ApiKey"


def describe(
    routes: Iterable[Route], dialects: Sequence[Dialect], model: Classifier, settings: Settings
) -> dict[str, Any]:
    """The document: `routes` gives the paths and summaries, `dialects` the bodies."""
    app = FastAPI(
        title="Sentiment",
        summary="Tweets in, their sentiment out.",
        version=model.version,
        # relative, as all of /docs: right under any stage or domain
        servers=[{"url": ".", "description": "The host of this description."}],
        openapi_tags=_TAGS,
    )
    by_path = {path: dialect for dialect in dialects for path in dialect.ROUTES}
    schemas = {path: dialect.schema(settings) for path, dialect in by_path.items()}
    for route in routes:
        if route.path in by_path:
            its = schemas[route.path]
            operation = _operation(by_path[route.path], its, model)
            app.post(route.path, summary=route.name, tags=[_PREDICTIONS], **operation)(_takes(its.request))
        else:
            app.get(route.path, summary=route.name, tags=[_SERVICE])(route.endpoint)
    document = app.openapi()
    _offer_key(document)
    for path, dialect in by_path.items():
        _show_errors(document["paths"][path]["post"]["responses"], dialect)
    return document


def page() -> HTMLResponse:
    """Swagger UI, its scripts from the image: FastAPI's own page loads them from a CDN."""
    return get_swagger_ui_html(
        title="Sentiment",
        openapi_url="openapi.json",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="data:,",
    )


def _takes(body: type[BaseModel]) -> Callable[..., None]:
    def predict(_request: Any) -> None: ...  # FastAPI reads the annotation; nobody calls it

    predict.__annotations__["_request"] = body
    return predict


def _operation(dialect: Dialect, schemas: Schemas, model: Classifier) -> dict[str, Any]:
    defaults = Settings()  # the schemas show the limits that are set, the examples do not depend on them
    asked = {name: {"value": example} for name, example in dialect.EXAMPLES.items()}
    answered = {
        name: {"value": respond(dialect, example, model, defaults)}
        for name, example in dialect.EXAMPLES.items()
    }
    return {
        "response_model": schemas.answer,
        "responses": {
            200: {
                "description": "An answer for each text, in order.",
                "content": {"application/json": {"examples": answered}},
            },
            **{
                status: {"model": schemas.refusal, "description": description}
                for status, description in _ERRORS.items()
            },
        },
        "openapi_extra": {"requestBody": {"content": {"application/json": {"examples": asked}}}},
    }


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
    """FastAPI declares errors as plain JSON: give them their own media type, and one of them an example."""
    for status, description in _ERRORS.items():
        media_type = dialect.refuse(status, description).media_type
        content = responses[str(status)]["content"]
        content[media_type] = content.pop("application/json")
    try:
        dialect.decode(dialect.BAD_EXAMPLE, Settings())
    except InvalidRequestError as exc:
        refusal = dialect.refuse(422, INVALID, exc.faults)
        responses["422"]["content"][refusal.media_type]["example"] = refusal.body
