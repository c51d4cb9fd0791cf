"""Which events are HTTP requests: the dispatcher and the HTTP door must agree on it."""

from typing import Any

_AUTHORIZERS = ("authorizationToken", "methodArn", "routeArn")  # only an authorizer's event has one of them


def is_http(event: Any) -> bool:
    """A request that API Gateway, a load balancer or a function URL hands on; no authorizer, no websocket."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict) or "connectionId" in context:
        return False
    if not event.keys().isdisjoint(_AUTHORIZERS):
        return False
    return "httpMethod" in event or isinstance(context.get("http"), dict)
