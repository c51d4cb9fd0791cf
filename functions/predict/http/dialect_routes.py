"""The routes of the dialects. A dialect is imported when one of them is asked for."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from model import ArtifactError, Classifier
from predict.dialects import Shown, Table, guess, load, problem
from predict.dialects.request import Bytes, Call, refuse_bounds
from predict.http.answer_size import refuse_long
from predict.http.body import Reader
from predict.http.errors import Refuse
from predict.http.turns import Turns
from predict.settings import Settings
from predict.telemetry.line import current

Endpoint = Callable[[Request], Awaitable[Response]]

TAKES_BYTES = "predict.takes_bytes"  # a member of an event: its body was in base64
NOT_READY = "The model does not answer as when it was trained."


class DialectRoutes:
    """Makes routes around a model. They share a reader of bodies, and their long requests take turns."""

    def __init__(self, dialects: Table, model: Classifier, settings: Settings) -> None:
        self._dialects = dialects
        self._model = model
        self._settings = settings
        self._reader = Reader(settings)
        self._turns = Turns()
        self._names: dict[Any, str] = {}  # of the dialects, by endpoint

    def make(self, names: Sequence[str]) -> list[Route]:
        """Those of the dialects with these names."""
        routes = []
        for name in names:
            for operation, summary in self._dialects[name].items():
                method, path = operation.split(" ")
                endpoint = self._predict(name, path) if method == "POST" else self._show(name, path)
                self._names[endpoint] = name
                routes.append(Route(path, endpoint, name=summary, methods=[method]))
        return routes

    def find_refusal(self, request: Request) -> Refuse:
        """What writes an error: the dialect that was asked, or for a path that nobody has, the nearest."""
        endpoint = request.scope.get("endpoint")
        name = self._names.get(endpoint) if endpoint else guess(request.scope["path"], self._dialects)
        return load(name).refuse if name else problem.refuse

    def _predict(self, name: str, path: str) -> Endpoint:
        async def predict(request: Request) -> Response:
            line = current()
            line.dialect = name
            dialect, call = load(name), self._find_model(request, path)
            body = await self._reader.read(request, dialect.READS, call)
            asked = dialect.decode(body, self._settings, call)
            refuse_bounds(asked, self._model.labels)
            predictions = await self._turns.predict(self._model, asked, request.is_disconnected)
            line.answer(asked.texts, predictions)
            answer = dialect.encode(asked, predictions, self._model)
            if isinstance(answer, Bytes):
                response = Response(answer.content, 200, answer.headers, answer.media_type)
            else:
                response = JSONResponse(answer)
            refuse_long(response, len(asked.texts), request.scope.get("aws.event"))
            return response

        return predict

    def _show(self, name: str, path: str) -> Endpoint:
        async def show(request: Request) -> Response:
            dialect, call = cast(Shown, load(name)), self._find_model(request, path)
            try:
                return JSONResponse(dialect.show(call, self._model))
            except ArtifactError as exc:
                raise HTTPException(503, NOT_READY) from exc

        return show

    def _find_model(self, request: Request, path: str) -> Call:
        """Where the request is sent. Raises HTTPException if the path names another model or version."""
        parameters = request.path_params
        for name, value in (("model", self._model.name), ("version", self._model.version)):
            if parameters.get(name, value) != value:
                raise HTTPException(404, f"The {name} here is {value}: put it into the path.")
        event = request.scope.get("aws.event") or {}
        return Call(path, parameters, request.headers, event.get(TAKES_BYTES, True))
