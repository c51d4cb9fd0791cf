"""The path of a route, without what is in front of it: a stage, a domain's base path, a proxy's path."""

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
    own: str = event.get("resource") or event.get("routeKey", "").partition(" ")[2]
    if own.startswith("/"):
        for name, value in (event.get("pathParameters") or {}).items():
            for place in (f"{{{name}+}}", f"{{{name}}}"):
                own = own.replace(place, value.lstrip("/"))
        if own == "/" or path.endswith(own):
            return own
    return strip(path, f"/{event['requestContext'].get('stage')}") if "version" in event else path
