"""KServe's protocol V1, which is also TensorFlow Serving's: instances in, predictions out.

https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import answers, options, texts
from predict.dialects.request import ANY_JSON, Call, Fault, Refusal, Request, describe, refuse_any
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

_FIELDS = ("instances", "parameters")
_NEEDED = "must be an object with instances"

READS = ANY_JSON
EXAMPLES: Mapping[str, Any] = {
    "two texts": {"instances": ["I love this", "so sad :("]},
    "objects, and another threshold": {
        "instances": [{"text": "what a beautiful day"}],
        "parameters": {"threshold": 0.6},
    },
}
BAD_EXAMPLE: Any = {"instances": ["I love this", 5]}


def decode(body: Any, settings: Settings, call: Call) -> Request:
    """Raises InvalidRequestError."""
    refuse_any(texts.find_unknown(body, _FIELDS, _NEEDED))
    given, explains = options.take(body, "parameters"), call.path.endswith(":explain")
    refuse_any(_find_faults(body, given, settings))
    asked = texts.unwrap(body["instances"])
    chosen = {**given, "explain": True} if explains else given
    return options.build(asked, chosen, "/parameters/explain", settings, explains)


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> dict[str, Any]:
    """A prediction for each instance, in order; on the path that explains, explanations beside them."""
    records = answers.records(request, predictions, model)
    explanations = [record.pop("explanation") for record in records] if request.form else []
    return {"predictions": records} | ({"explanations": explanations} if request.form else {})


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """The protocol's error, which its clients show; a request that is not one is a 400."""
    return Refusal({"error": describe(detail, faults)}, "application/json", 400 if status == 422 else status)


def show(call: Call, model: Classifier) -> Mapping[str, Any]:
    """Raises ArtifactError where the model is not ready."""
    if "model" not in call.parameters:
        return {"models": [model.name]}
    model.check()
    return {"name": model.name, "ready": True}


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.kserve_v1(settings)


def _find_faults(body: dict[str, Any], given: Any, settings: Settings) -> Iterator[Fault]:
    yield from options.find_faults(given, "/parameters")
    yield from texts.find_faults(body.get("instances"), "/instances", settings)
