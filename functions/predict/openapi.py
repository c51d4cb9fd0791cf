"""The OpenAPI description of the HTTP door: the schemas, and examples that the model really answers."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.routing import Route

from model import Classifier
from predict import blog, native, problem
from predict.answer import Dialect, answer
from predict.request import MAX_FAULTS, MAX_ID_CHARACTERS, InvalidRequest
from predict.settings import Settings

NATIVE_EXAMPLES: dict[str, Any] = {
    "a text": {"text": "I love this"},
    "a text, explained": {"text": "not sad :)", "explain": True, "uncertain": [0.4, 0.6]},
    "texts": {"texts": ["what a beautiful day", "my head hurts"], "threshold": 0.6},
    "tweets": {"tweets": [{"id": "1285", "text": "so sad that summer is over"}, {"id": "1286", "text": ""}]},
}
BLOG_EXAMPLES: dict[str, Any] = {
    "tweets by id": {"1": "ugh, another Monday", "2": "Thank you all for the lovely birthday wishes!"}
}
BAD_EXAMPLE: dict[str, Any] = {"texts": ["I love this", 5]}

PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_ERRORS = {
    400: "The body is not JSON in UTF-8.",
    413: "The body is too long.",
    415: "The body is not declared to be JSON.",
    422: "The body is JSON, but not a request; each of `errors` points at a field.",
}


def describe(routes: Iterable[Route], model: Classifier, settings: Settings) -> dict[str, Any]:
    """What FastAPI generates from the routes, with bodies, answers and examples filled in."""
    app = FastAPI(
        title="Sentiment",
        summary="Tweets in, their sentiment out.",
        version=model.version,
        servers=[{"url": "."}],  # relative, as all of /docs: right under any stage or domain
    )
    for route in routes:
        methods = sorted((route.methods or set()) - {"HEAD"})
        app.add_api_route(route.path, route.endpoint, methods=methods, summary=route.name)
    document = app.openapi()
    operations = (
        ("/predict", native, "PredictRequest", "PredictResponse", NATIVE_EXAMPLES),
        ("/api/v1/predict", blog, "TweetsById", "LabelsById", BLOG_EXAMPLES),
    )
    for path, dialect, request, response, examples in operations:
        document["paths"][path]["post"] |= _operation(dialect, request, response, examples, model)
    return {**document, "components": {"schemas": _schemas(settings)}}


def page() -> HTMLResponse:
    """Swagger UI, its scripts from the image: the stock page fetches them from elsewhere."""
    return get_swagger_ui_html(
        title="Sentiment",
        openapi_url="openapi.json",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="data:,",
    )


def _operation(
    dialect: Dialect,
    request: str,
    response: str,
    examples: dict[str, Any],
    model: Classifier,
) -> dict[str, Any]:
    roomy = Settings()  # the examples, unlike the schemas, do not depend on the limits that are set
    asked = {name: {"value": example} for name, example in examples.items()}
    answered = {name: {"value": answer(dialect, example, model, roomy)} for name, example in examples.items()}
    errors: dict[str, Any] = {
        str(status): {
            "description": description,
            "content": {problem.MEDIA_TYPE: {"schema": _ref("Problem")}},
        }
        for status, description in _ERRORS.items()
    }
    try:
        dialect.decode(BAD_EXAMPLE, roomy)
    except InvalidRequest as exc:
        errors["422"]["content"][problem.MEDIA_TYPE]["example"] = problem.invalid_request(exc)
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(request), "examples": asked}},
        },
        "responses": {
            "200": {
                "description": "An answer for each text, in order.",
                "content": {"application/json": {"schema": _ref(response), "examples": answered}},
            },
            **errors,
        },
    }


def _ref(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _schemas(settings: Settings) -> dict[str, Any]:
    text = {"type": "string", "maxLength": settings.max_characters}
    threshold = {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": settings.threshold,
        "description": "The label is positive from this probability up.",
    }
    options = {
        "threshold": threshold,
        "uncertain": {
            "anyOf": [
                {"type": "array", "minItems": 2, "maxItems": 2, "items": PROBABILITY},
                {"type": "null"},
            ],
            "description": "The label is neither strictly between these two, the lower first.",
        },
        "explain": {"type": "boolean", "default": False, "description": "What each part adds to the logit."},
    }
    place = {name: {"type": "integer", "minimum": 0} for name in ("start", "end")}
    id_in = {
        "anyOf": [
            {"type": "string", "maxLength": MAX_ID_CHARACTERS},
            {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
            {"type": "null"},
        ],
        "description": "Sent back with the answer; the tweet's place, from 0, where there is none.",
    }
    return {
        "Tweet": _object({"id": id_in, "text": text}, required=["text"], extra=True),
        "PredictRequest": {
            "oneOf": [
                _object({form: schema, **options}, required=[form])
                for form, schema in {
                    "text": text,
                    "texts": {"type": "array", "maxItems": settings.max_texts, "items": text},
                    "tweets": {"type": "array", "maxItems": settings.max_texts, "items": _ref("Tweet")},
                }.items()
            ]
        },
        "Prediction": _object(
            {
                "id": {"type": ["string", "integer"]},
                "label": {"enum": ["negative", "positive", "uncertain"]},
                "probability": {**PROBABILITY, "description": "Of positive."},
                "warnings": {
                    "type": "array",
                    "items": {"enum": ["empty", "no_known_words", "truncated"]},
                    "description": "Why the answer means little.",
                },
                "explanation": _ref("Explanation"),
            },
            required=["id", "label", "probability", "warnings"],
        ),
        "Explanation": _object(
            {
                "logit": {"type": "number", "description": "The bias and all contributions."},
                "bias": {"type": "number"},
                "terms": {
                    "type": "array",
                    "items": _object(
                        {
                            "feature": {"type": "string"},
                            "form": {"type": "string"},
                            **place,
                            "contribution": {"type": "number"},
                        }
                    ),
                },
                "dropped": {"type": "array", "items": _object({**place, "reason": {"type": "string"}})},
            }
        ),
        "PredictResponse": _object(
            {
                "model": _object({"name": {"type": "string"}, "version": {"type": "string"}}),
                "predictions": {"type": "array", "items": _ref("Prediction")},
            }
        ),
        "TweetsById": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": settings.max_texts,
            "propertyNames": {"maxLength": MAX_ID_CHARACTERS},
            "additionalProperties": text,
        },
        "LabelsById": {"type": "object", "additionalProperties": {"enum": ["Negative", "Positive"]}},
        "Problem": _object(
            {
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "errors": {
                    "type": "array",
                    "maxItems": MAX_FAULTS,
                    "items": _object({"pointer": {"type": "string"}, "detail": {"type": "string"}}),
                },
            },
            required=["title", "status", "detail"],
        ),
    }


def _object(
    properties: dict[str, Any], required: list[str] | None = None, extra: bool = False
) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": extra,
    }
