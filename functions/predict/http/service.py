"""The HTTP door as one function: from a request to its response, whoever carries them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import cast

from model import ArtifactError, Classifier
from predict.dialects import DIALECTS, Dialect, Shown, Table, choose, guess, load, problem
from predict.dialects.request import INVALID, Bytes, Call, Fault, InvalidRequestError, Request, refuse_bounds
from predict.http import about, answer_size, body, prefix, turns
from predict.http.identity import name_model
from predict.http.message import HttpError, HttpRequest, HttpResponse, reply, send
from predict.http.routes import Operation, Routes
from predict.settings import Settings
from predict.telemetry.line import current

Exchange = Generator[None, bytes, HttpResponse]

_NOWHERE = "There is nothing at this path: /docs shows what there is."
_ELSEWHERE = "This path takes another method: see the header Allow."
_CRASH = "The server failed to answer: the request was not at fault."


class Service:
    """Answers requests with a model. Raises SettingsError for settings that name no dialect."""

    def __init__(self, model: Classifier, settings: Settings, dialects: Table = DIALECTS) -> None:
        self._model = model
        self._named = name_model(model)
        self._settings = settings
        self._dialects = choose(settings.dialects, dialects)
        self._routes = Routes(
            [*_list_operations(self._dialects, settings), about.INDEX, *about.DOCUMENTATION, *about.FILES]
        )
        described = [*filter(about.is_described, self._routes)]
        self._about = about.make_handlers(model, settings, described, self._dialects)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The response to a request that is there with its body."""
        exchange = self.exchange(request)
        try:
            next(exchange)
            exchange.send(request.body)
            while True:
                next(exchange)
        except StopIteration as ended:
            return cast(HttpResponse, ended.value)

    def exchange(self, request: HttpRequest) -> Exchange:
        """As `answer`, in steps: yields where the body must be sent to it, and then before each turn.

        An HttpError that is thrown in becomes the response.
        """
        if base_path := self._settings.base_path:
            request = request._replace(path=prefix.strip(request.path, base_path))
        if allowed := self._settings.allowed_origins:
            from predict.http import origins  # most serve no pages of others

            response = origins.preflight(request, allowed) or (yield from self._respond(request))
            response = origins.share(request, response, allowed)
        else:
            response = yield from self._respond(request)
        return self._name(response, request.id)

    def refuse(self, status: int, detail: str, id: str) -> HttpResponse:
        """The response to a request that no route has seen."""
        return self._name(_refuse(None, status, detail), id)

    def _name(self, response: HttpResponse, id: str) -> HttpResponse:
        headers = {**response.headers, **self._named, "x-request-id": id}
        return HttpResponse(response.status, headers, response.content)

    def _respond(self, request: HttpRequest) -> Exchange:
        method = "GET" if request.method == "HEAD" else request.method
        methods, parameters = self._routes.find(method, request.path)
        operation = methods.get(method)
        if not operation:
            return self._refuse_route(request.path, methods)
        current().dialect = operation.dialect or ""
        try:
            if not operation.dialect:
                return self._about[operation.path](request)
            if parameters:
                self._find_model(parameters)
            call = Call(operation.path, parameters, request.headers, request.takes_bytes)
            dialect = load(operation.dialect)
            if operation.method == "GET":
                return self._show(cast(Shown, dialect), call)
            return (yield from self._predict(dialect, call, request.most))
        except HttpError as exc:
            return _refuse(operation.dialect, exc.status, exc.detail, (), exc.headers)
        except InvalidRequestError as exc:
            return _refuse(operation.dialect, 422, INVALID, exc.faults)
        except Exception:
            import logging  # a request that is answered needs none

            logging.getLogger(__name__).exception("A request was not answered.")
            return _refuse(operation.dialect, 500, _CRASH)

    def _refuse_route(self, path: str, methods: Mapping[str, Operation]) -> HttpResponse:
        if not methods:
            return _refuse(guess(path, self._dialects), 404, _NOWHERE)
        allowed = [*methods, "HEAD"] if "GET" in methods else methods
        dialect = next(iter(methods.values())).dialect
        return _refuse(dialect, 405, _ELSEWHERE, (), {"allow": ", ".join(sorted(allowed))})

    def _find_model(self, parameters: Mapping[str, str]) -> None:
        """Raises HttpError if the path names another model or version."""
        for name, value in (("model", self._model.name), ("version", self._model.version)):
            if parameters.get(name, value) != value:
                raise HttpError(404, f"The {name} here is {value}: put it into the path.")

    def _show(self, dialect: Shown, call: Call) -> HttpResponse:
        try:
            return reply(dialect.show(call, self._model))
        except ArtifactError as exc:
            raise HttpError(503, about.NOT_READY) from exc

    def _predict(self, dialect: Dialect, call: Call, most: int | None) -> Exchange:
        read = body.choose(call.headers, dialect.READS)
        content = yield
        asked = dialect.decode(
            body.decode(content, read, call, self._settings.max_bytes), self._settings, call
        )
        refuse_bounds(asked, self._model.labels)
        if asked.lines and most is None:
            return HttpResponse(200, {"content-type": asked.lines}, self._stream(dialect, asked))
        predictions = yield from turns.predict(self._model, asked)
        current().tally.add(asked.texts, predictions)
        answer = dialect.encode(asked, predictions, self._model)
        if isinstance(answer, Bytes):
            response = send(answer.content, answer.media_type, answer.headers)
        else:
            response = reply(answer)
        if most is not None:
            answer_size.refuse_long(cast(bytes, response.content), len(asked.texts), most)
        return response

    def _stream(self, dialect: Dialect, asked: Request) -> Iterator[bytes]:
        """The lines of an answer, a turn at a time."""
        for start, end in turns.cut(asked.texts):
            part = asked._replace(ids=asked.ids[start:end], texts=asked.texts[start:end])
            predictions = self._model.predict(part.texts, part.threshold, part.uncertain)
            current().tally.add(part.texts, predictions)
            yield cast(Bytes, dialect.encode(part, predictions, self._model)).content


def _list_operations(dialects: Table, settings: Settings) -> Iterator[Operation]:
    """Those that are described. The first of two with the same method and path counts."""
    if settings.aip_health_route:
        yield Operation("GET", settings.aip_health_route, "Vertex AI: the model is ready")
    if settings.aip_predict_route and "vertex" in dialects:
        yield Operation("POST", settings.aip_predict_route, "Vertex AI: sentiment of instances", "vertex")
    every = []
    for name, operations in dialects.items():
        for operation, summary in operations.items():
            method, path = operation.split(" ")
            every.append(Operation(method, path, summary, name))
    ours = [operation for operation in every if operation.dialect in ("native", "post")]
    yield from (*ours, *about.SERVICE, *(operation for operation in every if operation not in ours))


def _refuse(
    dialect: str | None,
    status: int,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """An error in the form of a dialect."""
    refusal = (load(dialect).refuse if dialect else problem.refuse)(status, detail, faults)
    return reply(refusal.body, refusal.status or status, headers, refusal.media_type)
