"""The Open Inference Protocol, version 2, as KServe, Triton and MLServer speak it.

https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md, with
Triton's extension for binary tensors.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from model import Classifier, Prediction
from predict import __version__
from predict.dialects import answers, options, tensors, texts
from predict.dialects.native import explain
from predict.dialects.request import (
    Bytes,
    Call,
    Fault,
    Read,
    Refusal,
    Request,
    describe,
    pointer,
    refuse_any,
)
from predict.dialects.tensors import HEADER
from predict.limits import count_fault, id_fault, is_probability, text_fault, type_fault
from predict.settings import Settings

if TYPE_CHECKING:
    from predict.dialects.schemas import Schemas

OUTPUTS = {
    "label": "BYTES",
    "probability": "FP64",
    "probabilities": "FP64",
    "warnings": "BYTES",
    "explanation": "BYTES",
}
_DEFAULT = ("label", "probability")
_FIELDS = ("id", "parameters", "inputs", "outputs", "model_name", "model_version")
_PARAMETERS = ("threshold", "binary_data_output", "content_type")
_NEEDED = "must be an object with inputs"

READS: Mapping[str, Read] = {
    "": tensors.read,
    "application/json": tensors.read,
    "application/octet-stream": tensors.read,
}
EXAMPLES: Mapping[str, Any] = {
    "two texts": {
        "id": "42",
        "inputs": [
            {"name": "text", "shape": [2], "datatype": "BYTES", "data": ["I love this", "so sad :("]},
        ],
    },
    "a column of texts, and all outputs": {
        "inputs": [{"name": "text", "shape": [1, 1], "datatype": "BYTES", "data": ["not sad :)"]}],
        "outputs": [{"name": name} for name in OUTPUTS],
        "parameters": {"threshold": 0.6},
    },
}
BAD_EXAMPLE: Any = {"inputs": [{"name": "text", "shape": [1], "datatype": "FP32", "data": [0.5]}]}


class Form(NamedTuple):
    """What the answer looks like: the request's id, and each output with whether it is binary."""

    id: str | None
    outputs: list[tuple[str, bool]]


def decode(body: Any, settings: Settings, call: Call) -> Request:
    """Raises InvalidRequestError."""
    refuse_any(texts.find_unknown(body, _FIELDS, _NEEDED))
    refuse_any(_find_name_faults(body, call))
    _unpack(body.get("inputs"), settings)
    refuse_any(_find_faults(body, settings))
    asked = texts.unwrap(body["inputs"][0]["data"])
    form = Form(body.get("id"), _choose_outputs(body, HEADER in call.headers and call.takes_bytes))
    given = {"explain": any(name == "explanation" for name, _ in form.outputs)}
    if (threshold := (body.get("parameters") or {}).get("threshold")) is not None:
        given["threshold"] = threshold
    return options.build(asked, given, "/outputs", settings, form)


def encode(request: Request, predictions: Sequence[Prediction], model: Classifier) -> Any:
    """A tensor for each output; bytes behind the JSON where the client reads binary tensors."""
    form: Form = request.form
    outputs, contents = [], []
    for name, is_binary in form.outputs:
        tensor, values = _describe(name, len(predictions), model), _values(name, request, predictions, model)
        if is_binary:
            contents.append(tensors.pack(tensor["datatype"], values))
            tensor["parameters"] = {**tensor.get("parameters", {}), "binary_data_size": len(contents[-1])}
        else:
            tensor["data"] = values
        outputs.append(tensor)
    named = {"id": form.id} if form.id is not None else {}
    answer = {"model_name": model.name, "model_version": model.version, **named, "outputs": outputs}
    if not contents:
        return answer
    head = json.dumps(answer).encode()
    return Bytes(b"".join([head, *contents]), "application/octet-stream", {HEADER: str(len(head))})


def refuse(status: int, detail: str, faults: Sequence[Fault] = ()) -> Refusal:
    """The protocol's error, which its clients show; a request that is not one is a 400."""
    return Refusal({"error": describe(detail, faults)}, "application/json", 400 if status == 422 else status)


def show(call: Call, model: Classifier) -> Mapping[str, Any]:
    """What is asked before texts are sent. Raises ArtifactError where it is not ready."""
    if call.path.endswith("/ready"):
        model.check()
        named = {"name": model.name} if "model" in call.parameters else {"live": True}
        return {**named, "ready": True}
    if call.path.endswith("/live"):
        return {"live": True, "ready": True}
    if "model" not in call.parameters:
        return {"name": "sentiment", "version": __version__, "extensions": ["binary_tensor_data"]}
    return {
        "name": model.name,
        "versions": [model.version],
        "platform": "sentiment",
        "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": name, "datatype": datatype, "shape": [-1, *_row(name, model)]}
            for name, datatype in OUTPUTS.items()
        ],
    }


def schema(settings: Settings) -> "Schemas":
    """The pydantic models of this dialect."""
    from predict.dialects import foreign_schemas

    return foreign_schemas.inference_v2(settings)


def _unpack(inputs: Any, settings: Settings) -> None:
    """Put the texts of the one binary tensor in the place of its bytes. Raises InvalidRequestError."""
    for index, tensor in enumerate(inputs if isinstance(inputs, list) and len(inputs) == 1 else ()):
        if isinstance(tensor, dict) and isinstance(content := tensor.get("data"), bytes):
            found = tensors.unpack(content) if tensor.get("datatype") == "BYTES" else ()
            tensor["data"] = texts.take(found, f"/inputs/{index}", settings)


def _choose_outputs(body: dict[str, Any], sent_binary: bool) -> list[tuple[str, bool]]:
    """Each output, and whether it is binary.

    Triton's client asks for binary outputs unless it is told otherwise, even of somebody who chose JSON for
    the input. A gateway may not carry bytes. So this general wish counts only if bytes have arrived as such.
    """
    default = sent_binary and bool((body.get("parameters") or {}).get("binary_data_output"))
    named = body.get("outputs") or [{"name": name} for name in _DEFAULT]
    return [
        (output["name"], (output.get("parameters") or {}).get("binary_data", default)) for output in named
    ]


def _describe(name: str, count: int, model: Classifier) -> dict[str, Any]:
    """An output without its values."""
    tensor = {"name": name, "datatype": OUTPUTS[name], "shape": [count, *_row(name, model)]}
    if name == "probabilities":
        return {**tensor, "parameters": {"labels": ",".join(model.labels)}}
    return tensor


def _row(name: str, model: Classifier) -> list[int]:
    """The shape of an output for one text."""
    return [len(model.labels)] if name == "probabilities" else []


def _values(
    name: str, request: Request, predictions: Sequence[Prediction], model: Classifier
) -> Sequence[str] | Sequence[float]:
    """Those of an output, flat."""
    if name == "label":
        return [prediction.label for prediction in predictions]
    if name == "probability":
        return [prediction.probability for prediction in predictions]
    if name == "warnings":
        return [",".join(prediction.warnings) for prediction in predictions]
    if name == "explanation":
        return [json.dumps(explain(model, text)) for text in request.texts]
    return [score for prediction in predictions for _, score in answers.scores(model, prediction)]


def _find_name_faults(body: dict[str, Any], call: Call) -> Iterator[Fault]:
    """KServe's client names the model in the body too, where it must be that of the path."""
    for field, name in (("model_name", "model"), ("model_version", "version")):
        if body.get(field) is not None and body[field] != call.parameters.get(name):
            yield Fault(f"/{field}", f"must be the {name} in the path")


def _find_faults(body: dict[str, Any], settings: Settings) -> Iterator[Fault]:
    if body.get("id") is not None and (fault := type_fault(body["id"], str) or id_fault(body["id"])):
        yield Fault("/id", fault)
    yield from _find_parameter_faults(body.get("parameters"), "/parameters", _PARAMETERS)
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        yield Fault("/inputs", "must be an array of one tensor: the texts")
    else:
        yield from _find_input_faults(inputs[0], settings)
    outputs = body.get("outputs")
    if fault := type_fault(outputs, list, type(None)):
        yield Fault("/outputs", fault)
        return
    named: set[str] = set()
    for index, output in enumerate(outputs or ()):
        yield from _find_output_faults(output, f"/outputs/{index}", named)


def _find_parameter_faults(parameters: Any, where: str, known: Sequence[str]) -> Iterator[Fault]:
    if fault := type_fault(parameters, dict, type(None)):
        yield Fault(where, fault)
        return
    for name, value in (parameters or {}).items():
        place = f"{where}{pointer(name)}"
        if name not in known:
            yield Fault(place, f"is not a parameter here: those are {', '.join(known)}")
        elif name == "threshold" and not is_probability(value):
            yield Fault(place, "must be a number from 0 to 1")
        elif name.startswith("binary_data") and (fault := type_fault(value, bool)):
            yield Fault(place, fault)
        elif name == "content_type" and value != "str":
            yield Fault(place, 'must be "str", the type of texts')


def _find_output_faults(output: Any, where: str, named: set[str]) -> Iterator[Fault]:
    name = output.get("name") if isinstance(output, dict) else None
    if not isinstance(name, str) or name not in OUTPUTS or name in named:
        yield Fault(f"{where}/name", f"must be one of {', '.join(OUTPUTS)}, each once")
        return
    named.add(name)
    known = ("binary_data", "content_type")
    yield from _find_parameter_faults(output.get("parameters"), f"{where}/parameters", known)


def _find_input_faults(tensor: Any, settings: Settings) -> Iterator[Fault]:
    where = "/inputs/0"
    if fault := type_fault(tensor, dict):
        yield Fault(where, fault)
        return
    if fault := type_fault(tensor.get("name"), str):
        yield Fault(f"{where}/name", fault)
    if tensor.get("datatype") != "BYTES":
        yield Fault(f"{where}/datatype", "must be BYTES, the type of texts")
    parameters = tensor.get("parameters")
    if isinstance(parameters, dict) and "binary_data_size" in parameters:
        detail = f"needs the header {HEADER} and bytes: set binary_data=False in the client, or send them"
        yield Fault(f"{where}/parameters/binary_data_size", detail)
    else:
        yield from _find_parameter_faults(parameters, f"{where}/parameters", ("content_type",))
    yield from _find_data_faults(tensor, where, settings)


def _find_data_faults(tensor: dict[str, Any], where: str, settings: Settings) -> Iterator[Fault]:
    data: Any = tensor.get("data")
    shape: Any = tensor.get("shape")
    if not _is_shape(shape):
        yield Fault(f"{where}/shape", "must be [N] or [N, 1] for N texts")
    elif isinstance(data, list) and prod(shape) != len(data):
        yield Fault(f"{where}/shape", f"is that of {prod(shape):,} texts, and there are {len(data):,}")
    if fault := type_fault(data, list) or count_fault(len(data), settings.max_texts):
        yield Fault(f"{where}/data", fault)
        return
    for index, text in enumerate(texts.unwrap(data) if shape != [len(data)] else data):
        if fault := text_fault(text, settings.max_characters):
            yield Fault(f"{where}/data/{index}", fault)


def _is_shape(shape: Any) -> bool:
    if not isinstance(shape, list) or any(type(size) is not int or not 0 <= size < 2**31 for size in shape):
        return False
    return len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
