"""Routes that few requests ask for."""

from collections.abc import Callable, Sequence
from functools import cache

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send


class Later(BaseRoute):
    """Routes that are made when no other has matched: a cold start does not wait for their patterns."""

    def __init__(self, make: Callable[[], Sequence[Route]]) -> None:
        self.routes = cache(make)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found: tuple[Match, Scope] = (Match.NONE, {})
        for route in self.routes():
            match, inner = route.matches(scope)
            if match.value > found[0].value:
                found = match, {**inner, "later": route}
        return found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["later"].handle(scope, receive, send)
