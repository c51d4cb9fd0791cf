"""The page at `/` for people: one document with its style and script, which ask the other routes."""

import json
import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape

from model import Classifier
from predict.http.message import HttpRequest, HttpResponse, send_new
from predict.settings import Settings

_FOLDER = os.path.join(os.path.dirname(__file__), "static")
_STYLE, _SCRIPT, _SETTINGS = "/* page.css */", "/* page.js */", 'data-settings="{}"'


def is_preferred(accept: str) -> bool:
    """Whether a header Accept names HTML, and JSON no earlier."""
    weights: dict[str, float] = {}
    for media_range in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in media_range.split(";"))
        weights[media_type] = _weigh(parameters)
    return 0 < weights.get("text/html", 0) >= weights.get("application/json", 0)


def respond(request: HttpRequest, settings: Settings, model: Classifier) -> HttpResponse:
    """The page, or 304 where the client has it."""
    threshold = model.threshold if settings.threshold is None else settings.threshold
    content, headers = _assemble(settings._replace(threshold=threshold), len(model.labels))
    return send_new(request, content, "text/html; charset=utf-8", headers)


@cache
def _assemble(settings: Settings, labels: int) -> tuple[bytes, dict[str, str]]:
    """The document and its headers. All is in it: a gateway may ask for a key where it is asked for more.

    The script takes the address of the page as it sees it, which no server behind a proxy knows.
    """
    page, style, script = (_read(name) for name in ("index.html", "page.css", "page.js"))
    shown = ("threshold", "uncertain", "max_texts", "max_characters", "max_bytes", "text_column")
    values = escape(json.dumps({"labels": labels} | {name: getattr(settings, name) for name in shown}))
    content = page.replace(_SETTINGS, f'data-settings="{values}"')
    content = content.replace(_STYLE, style).replace(_SCRIPT, script)
    encoded = content.encode()
    return encoded, {
        "cache-control": "no-cache",
        "content-security-policy": (
            f"default-src 'none'; script-src {_name(script)}; style-src {_name(style)}; "
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        "etag": f'"{sha256(encoded).hexdigest()[:16]}"',
        "referrer-policy": "same-origin",
        "vary": "Accept",
        "x-content-type-options": "nosniff",
    }


def _read(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read()


def _name(inline: str) -> str:
    """How a Content-Security-Policy names a script or a style in the page."""
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


def _weigh(parameters: list[str]) -> float:
    quality = next((value for name, _, value in (p.partition("=") for p in parameters) if name == "q"), "1")
    try:
        return float(quality)
    except ValueError:
        return 0
