"""Which events are HTTP requests: the dispatcher and the HTTP door must agree on it."""

from typing import Any

_AUTHORIZERS = ("authorizationToken", "methodArn", "routeArn")  # only an authorizer's event has one of them


def is_http(event: Any) -> bool:
    """A request that API Gateway, a load balancer, a function URL or VPC Lattice hands on.

    An authorizer's event is none, nor is a websocket's.
    """
    if not isinstance(event, dict):
        return False
    context = event.get("requestContext")
    if not isinstance(context, dict):
        return "raw_path" in event and "method" in event  # VPC Lattice, version 1.0
    if "connectionId" in context or not event.keys().isdisjoint(_AUTHORIZERS):
        return False
    return "httpMethod" in event or isinstance(context.get("http"), dict) or "serviceNetworkArn" in context
