"""Cross-origin requests: which pages of other hosts may call the door from a browser."""

from predict.http.message import HttpRequest, HttpResponse

_PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": "authorization, content-type, x-api-key",
    "access-control-max-age": "3600",  # seconds that a browser need not ask again
}


def preflight(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponse | None:
    """The answer to a browser that asks what a page may do, or None."""
    asks = request.method == "OPTIONS" and "access-control-request-method" in request.headers
    return HttpResponse(204, _PREFLIGHT) if asks and request.headers.get("origin") in allowed else None


def share(request: HttpRequest, response: HttpResponse, allowed: tuple[str, ...]) -> HttpResponse:
    """The same response, errors included, which the pages of `allowed` origins may read."""
    vary = response.headers.get("vary")
    # or a cache would give one page the answer of another
    headers = {**response.headers, "vary": f"{vary}, Origin" if vary else "Origin"}
    if (origin := request.headers.get("origin")) in allowed:
        headers["access-control-allow-origin"] = origin
    return response._replace(headers=headers)
