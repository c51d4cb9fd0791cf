"""The path of a route, without what is in front of it: a stage, a domain's base path, a proxy's path."""

import re
from collections.abc import Mapping
from typing import Any


def strip(path: str, prefix: str) -> str:
    """The path below `prefix`, or `path` itself if it is elsewhere: /prod is not in front of /production."""
    if path == prefix:
        return "/"
    return path[len(prefix) :] if path.startswith(f"{prefix}/") else path


def find_route(event: Mapping[str, Any], path: str) -> str:
    """The path of the route in an event of API Gateway, `path` itself in other events.

    The resource (REST) or the route key (HTTP API) says which part of the path is the API's own. If it says
    nothing, as with `$default`, an HTTP API has its stage in front, unless the stage is `$default` too. A
    REST API never has its stage in `path`. Raises AttributeError or TypeError if the event is broken.
    """
    template = event.get("resource") or event.get("routeKey", "").partition(" ")[2]
    parameters = event.get("pathParameters") or {}
    own = re.sub(r"{([^{}+]+)\+?}", lambda found: str(parameters.get(found[1], "")).lstrip("/"), template)
    if own == "/" or (own.startswith("/") and path.endswith(own)):
        return own
    return strip(path, f"/{event['requestContext'].get('stage')}") if "version" in event else path
