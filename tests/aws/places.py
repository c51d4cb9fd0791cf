"""Requests as the events of API Gateway, load balancers, function URLs and VPC Lattice show them."""

from typing import Any

# What stands in front of the route in an address, and how an event shows it. REST events are as localstack's
# record of AWS has them (pull request 12296), those of HTTP APIs as serverless-express' (issue 465).
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "REST, its own address": ("rest", {"path": "{route}", "resource": "/{proxy+}"}),
    "REST, a domain": ("rest", {"path": "/mood{route}", "resource": "/{proxy+}"}),
    "REST, a domain and no stage in its mapping": (
        "rest",
        {"path": "/mood/v1{route}", "resource": "/{proxy+}"},
    ),
    "REST, a domain without a base path": ("rest", {"path": "/v1{route}", "resource": "/{proxy+}"}),
    "REST, a resource for each route": ("rest", {"path": "/mood{route}", "resource": "{route}"}),
    "sam local": ("rest", {"path": "{route}", "resource": "/{proxy+}", "stage": "Prod"}),
    "HTTP API": ("http-api", {"path": "{route}", "stage": "$default"}),
    "HTTP API, a stage": ("http-api", {"path": "/prod{route}", "stage": "prod"}),
    "HTTP API, a stage like a route": ("http-api", {"path": "/predict{route}", "stage": "predict"}),
    "HTTP API, a stage and a route": (
        "http-api",
        {"path": "/prod{route}", "stage": "prod", "key": "ANY /{proxy+}"},
    ),
    "HTTP API, payload 1.0": ("http-api-payload-1", {"path": "{route}", "stage": "$default"}),
    "HTTP API, payload 1.0 and a stage": ("http-api-payload-1", {"path": "/prod{route}", "stage": "prod"}),
    "function URL": ("function-url", {"path": "{route}", "stage": "$default"}),
    "load balancer": ("alb", {"path": "{route}"}),
    "VPC Lattice": ("vpc-lattice", {"path": "{route}"}),
    "VPC Lattice, version 2.0": ("vpc-lattice-2", {"path": "{route}"}),
}


def place(event: Any, route: str, shown: dict[str, Any]) -> Any:
    """The event as AWS would send it for a route in such a place."""
    path = shown["path"].format(route=route)
    template = shown.get("resource", shown.get("key", "")).replace("{route}", route)
    if "resource" in shown:
        event["resource"] = "/" if route == "/" else template
    if "{proxy+}" in template:
        event["pathParameters"] = {"proxy": route[1:]} if route != "/" else None
    else:
        event.pop("pathParameters", None)
    context = event.get("requestContext", {})
    if "stage" in shown:
        context["stage"] = shown["stage"]
    if "http" in context:
        event["rawPath"] = context["http"]["path"] = path
        event["routeKey"] = context["routeKey"] = shown.get("key", "$default")
    else:
        event["raw_path" if "raw_path" in event else "path"] = path
    if shown.get("stage") == "Prod":  # sam local shows the resource here
        context["path"] = "/{proxy+}"
    return event


def set_method(event: Any, method: str) -> None:
    context = event.get("requestContext", {})
    context.get("http", event)["method" if "httpMethod" not in event else "httpMethod"] = method
