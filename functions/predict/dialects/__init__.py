"""The dialects: each module here knows one form of requests, answers and errors."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from model import Classifier, Prediction
from predict.dialects.request import DIRECT, Call, Fault, Read, Refusal, Request, refuse_bounds
from predict.settings import Settings, SettingsError
from predict.telemetry.line import current

if TYPE_CHECKING:
    from predict.dialects import (
        azure,
        hugging_face,
        inference_v2,
        kserve_v1,
        native,
        post,
        sagemaker,
        vertex,
    )
    from predict.dialects.schemas import Schemas

Table = Mapping[str, Mapping[str, str]]

# The modules by name. Each has a summary for every method and path; a path may have parameters. A module is
# imported when one of its paths is asked for. `{model}` and `{version}` must be those of the model.
DIALECTS: Table = {
    "native": {"POST /predict": "Sentiment of a text, of texts, or of tweets"},
    "post": {"POST /api/v1/predict": "Sentiment of tweets by id, as in the blog post"},
    "inference_v2": {
        "POST /v2/models/{model}/infer": "Open Inference Protocol: sentiment of texts",
        "POST /v2/models/{model}/versions/{version}/infer": "Open Inference Protocol: of one version",
        "GET /v2": "Open Inference Protocol: the server",
        "GET /v2/health/live": "Open Inference Protocol: the server is alive",
        "GET /v2/health/ready": "Open Inference Protocol: the server is ready",
        "GET /v2/models/{model}": "Open Inference Protocol: inputs and outputs of the model",
        "GET /v2/models/{model}/versions/{version}": "Open Inference Protocol: those of a version",
        "GET /v2/models/{model}/ready": "Open Inference Protocol: the model is ready",
        "GET /v2/models/{model}/versions/{version}/ready": "Open Inference Protocol: the version is ready",
    },
    "kserve_v1": {
        "POST /v1/models/{model}:predict": "KServe V1: sentiment of instances",
        "POST /v1/models/{model}:explain": "KServe V1: what each part of an instance adds",
        "GET /v1/models": "KServe V1: the models",
        "GET /v1/models/{model}": "KServe V1: the model is ready",
    },
    "vertex": {
        "POST /v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict": (
            "Vertex AI: sentiment of instances"
        ),
        "GET /v1/projects/{project}/locations/{location}/endpoints/{endpoint}": "Vertex AI: the endpoint",
        "POST /v1/endpoints/{endpoint}/deployedModels/{deployed}:predict": (
            "Vertex AI: where it sends instances to a container that names no route"
        ),
        "GET /v1/endpoints/{endpoint}/deployedModels/{deployed}": (
            "Vertex AI: where it asks whether such a container is ready"
        ),
    },
    "sagemaker": {
        "POST /invocations": "SageMaker and MLflow: sentiment of texts or of a table",
        "POST /endpoints/{endpoint}/invocations": "SageMaker's runtime and MLflow's deployments: the same",
        "GET /ping": "SageMaker and MLflow: the model is ready",
    },
    "azure": {"POST /score": "Azure ML: sentiment of texts or of a table"},
    "hugging_face": {
        "POST /": "Hugging Face: the scores of each label",
        "POST /models/{model}": "Hugging Face: the scores of each label",
    },
}


class Dialect(Protocol):
    """What a module of this package has."""

    __name__: str  # of the module

    READS: Mapping[str, Read]  # the body's media types, "" where none is declared, and what reads them
    EXAMPLES: Mapping[str, Any]  # requests by name; /docs shows them with the answers that the model gives
    BAD_EXAMPLE: Any  # a request that is refused; /docs shows it with its error

    def decode(self, body: Any, settings: Settings, call: Call, /) -> Request:
        """The request in `body`, which READS gives, or a JSON value. Raises InvalidRequestError."""

    def encode(self, request: Request, predictions: Sequence[Prediction], model: Classifier, /) -> Any:
        """The answer as a JSON value or as Bytes; `predictions[i]` is that of `request.texts[i]`."""

    def refuse(self, status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
        """An error in the dialect's own form; `faults` are those of an InvalidRequestError."""

    def schema(self, settings: Settings) -> "Schemas":
        """The pydantic models that describe requests, answers and errors, imported here alone."""


class Shown(Dialect, Protocol):
    """What a module has whose paths can be read with GET too."""

    def show(self, call: Call, model: Classifier) -> Mapping[str, Any]:
        """The answer to a GET as a JSON object. Raises ArtifactError: it is not ready."""


@cache
def load(name: str) -> Dialect:
    """The module of that name, imported when it is first asked for."""
    from importlib import import_module  # other doors have two dialects, and import them by name

    return cast(Dialect, import_module(f".{name}", __name__))


def guess(path: str, dialects: Table) -> str | None:
    """The dialect that has the path with the most first steps in common with one that nobody has."""
    best, most = None, 0
    for name, operations in dialects.items():
        for operation in operations:
            known = operation.partition(" /")[2].split("/")
            steps = [mine == its for mine, its in zip(path.removeprefix("/").split("/"), known, strict=False)]
            common = steps.index(False) if False in steps else len(steps)
            if known[0] and common > most:
                best, most = name, common
    return best


def choose(names: str, dialects: Table = DIALECTS) -> Table:
    """Those of `dialects` that the setting DIALECTS has. Raises SettingsError."""
    if names == "all":
        return dialects
    chosen = [name.strip() for name in names.split(",")]
    for name in chosen:
        if name not in dialects:
            known = ", ".join(dialects)
            raise SettingsError(
                f"DIALECTS must be all, or names with commas between of {known}: not {name!r}"
            )
    return {name: dialects[name] for name in chosen}


def respond(
    dialect: Dialect, body: object, model: Classifier, settings: Settings, call: Call = DIRECT
) -> Any:
    """The answer to the JSON value `body`, in its own dialect. Raises InvalidRequestError."""
    line = current()
    line.dialect = dialect.__name__.rpartition(".")[2]
    request = dialect.decode(body, settings, call)
    refuse_bounds(request, model.labels)
    predictions = model.predict(request.texts, request.threshold, request.uncertain)
    line.tally.add(request.texts, predictions)
    return dialect.encode(request, predictions, model)


if TYPE_CHECKING:  # mypy compares each module with the protocol
    _SHOWN: tuple[Shown, ...] = (inference_v2, kserve_v1, sagemaker, vertex)
    _OTHERS: tuple[Dialect, ...] = (azure, hugging_face, native, post)
