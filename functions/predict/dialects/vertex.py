"""Vertex AI's predict: KServe's bodies below Google's paths, with Google's errors.

https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/predict
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.dialects import kserve_v1
from predict.dialects.request import Call, Fault, Refusal, Request, describe
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

_STATUSES = {  # https://cloud.google.com/apis/design/errors
    400: "INVALID_ARGUMENT",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}

READS = kserve_v1.READS
EXAMPLES = kserve_v1.EXAMPLES
BAD_EXAMPLE = kserve_v1.BAD_EXAMPLE

decode = kserve_v1.decode


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> dict[str, Any]:
    """A prediction for each instance, in order, and the model."""
    answer = kserve_v1.encode(request, predictions, model)
    return {**answer, "model": model.name, "modelVersionId": model.version}


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """Google's error object: its client breaks on any other."""
    status = 400 if status == 422 else status
    name = _STATUSES.get(status, "INVALID_ARGUMENT" if status < 500 else "INTERNAL")
    error = {"code": status, "message": describe(detail, faults), "status": name}
    return Refusal({"error": error}, "application/json", status)


def show(call: Call, model: Classifier) -> Mapping[str, Any]:
    """The endpoint, which Google's SDK reads before it predicts. Raises ArtifactError."""
    model.check()
    if "deployed" in call.parameters:
        return {"id": call.parameters["deployed"], "displayName": model.name}
    places = ("project", "location", "endpoint")
    name = "/".join(f"{place}s/{call.parameters[place]}" for place in places)
    return {"name": name, "displayName": model.name, "deployedModels": [{"id": model.version}]}


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.vertex(settings)
