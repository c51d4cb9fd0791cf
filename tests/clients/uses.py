"""Real clients, each in a process and an environment of its own, and what they must get from our server.

`python -m tests.clients.uses` writes the tables in docs/dialects.md and in the README, which show it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import model
from model import Classifier
from predict import __version__
from predict.dialects.native import explain
from predict.settings import Settings
from tests.aws import ports

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
PAGE = ROOT / "docs" / "dialects.md"
README = ROOT / "README.md"
TEXTS = ["I love this", "so sad é"]  # as the programs send them
BASE_PATH = "/mood"


class Refused(NamedTuple):
    """What the client says, or a part of it."""

    text: str


class Use(NamedTuple):
    """A call of a client, the path where it arrives, and what it gives."""

    call: str
    path: str
    result: Any


class Client(NamedTuple):
    """The environment is a folder; `program` is in `programs/`."""

    protocol: str
    environment: str
    program: str
    uses: Sequence[Use]

    @property
    def python(self) -> Path:
        return ROOT / self.environment / "bin" / "python"


@contextmanager
def serving() -> Iterator[int]:
    """Run the plain server on loopback, and yield its port."""
    port = ports.free()
    command = [sys.executable, "-m", "predict.cli", "serve", "--port", str(port)]
    variables = {**os.environ, "BASE_PATH": BASE_PATH}
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            ports.wait_for(port)
            yield port
        finally:
            process.terminate()


def run(client: Client, port: int, served: Classifier) -> dict[str, Any]:
    """What a program prints: the client with its version, and the answers by call."""
    command: list[str | Path] = [
        client.python,
        PROGRAMS / client.program,
        str(port),
        served.name,
        served.version,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2_000:])
    report: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return report


def list_clients(served: Classifier) -> list[Client]:
    """All of them; the answers are those of the model in this process."""
    others = [_kserve(served), _triton(served), _mlserver(served), _mlflow(served), *_clouds(served)]
    return [*others, _generated(served)]


def write(clients: Sequence[Client], versions: Mapping[str, str]) -> str:
    """The rows of the table; `versions` has each client's name and version by its program."""
    rows = [
        (client.protocol, f"`{use.path}`", versions[client.program], use.call, _show(use.result))
        for client in clients
        for use in client.uses
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def summarize(clients: Sequence[Client], versions: Mapping[str, str]) -> str:
    """The rows of the README's table: one for each client."""
    rows = [
        (client.protocol, _list_paths(client.uses), versions[client.program], _count(client.uses))
        for client in clients
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def split_readme() -> tuple[str, str, str]:
    """The README up to the rows that `summarize` writes, these rows, and the rest."""
    text = README.read_text(encoding="utf-8")
    before, start, marked = text.partition("| protocol | endpoint | client | result |\n|---|---|---|---|\n")
    rows, end, after = marked.partition("<!-- end: python -m tests.clients.uses -->\n")
    return before + start, rows, end + after


def split_page() -> tuple[str, str]:
    """The page up to the rows of its last table, and these rows."""
    lines = PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = len(lines) - lines.index("|---|---|---|---|---|\n") - 1
    return "".join(lines[:-rows] if rows else lines), "".join(lines[-rows:] if rows else ())


def _show(result: Any) -> str:
    if isinstance(result, Refused):
        return f"refused: {result.text}".replace("|", "\\|")
    return "no" if result is False else "answered"


def _list_paths(uses: Sequence[Use]) -> str:
    """Where texts are answered."""
    asked = [use.path for use in uses if isinstance(use.result, dict | list)]
    return ", ".join(dict.fromkeys(f"`{path}`" for path in asked if not path.startswith(BASE_PATH)))


def _count(uses: Sequence[Use]) -> str:
    refused = sum(isinstance(use.result, Refused) for use in uses)
    answered = f"{len(uses) - refused} calls answered"
    return f"{answered}, {refused} refused with the reason" if refused else answered


def _records(served: Classifier, texts: Sequence[str] = TEXTS, **options: Any) -> list[dict[str, Any]]:
    return [prediction.as_json() for prediction in served.predict(texts, **options)]


def _columns(served: Classifier, **options: Any) -> dict[str, list[Any]]:
    records = _records(served, **options)
    return {name: [record[name] for record in records] for name in ("label", "probability")}


def _kserve(served: Classifier) -> Client:
    infer, v1 = "/v2/models/{model}/infer", "/v1/models/{model}"
    records, columns = _records(served), {"id": "7", **_columns(served)}
    return Client(
        "KServe V1 and V2",
        ".venv-clients",
        "use_kserve.py",
        [
            Use("v1 is_server_live", "/", True),
            Use("v1 is_model_ready", v1, True),
            Use("v1 infer", f"{v1}:predict", {"predictions": records}),
            Use(
                "v1 explain",
                f"{v1}:explain",
                {"predictions": records, "explanations": [explain(served, text) for text in TEXTS]},
            ),
            Use(
                "v1 infer, a number",
                f"{v1}:predict",
                Refused("/instances/0 must be a string, not a whole number"),
            ),
            Use("v2 is_server_live", "/v2/health/live", True),
            Use("v2 is_server_ready", "/v2/health/ready", True),
            Use("v2 is_model_ready", "/v2/models/{model}/ready", True),
            Use("v2 is_model_ready, another model", "/v2/models/bert/ready", False),
            Use("v2 infer", infer, columns),
            Use("v2 infer, numpy as JSON", infer, columns),
            Use("v2 infer, numpy as bytes", infer, columns),
            Use("v2 infer below /mood", f"{BASE_PATH}{infer}", columns),
            Use(
                "v2 infer, a parameter that is unknown",
                infer,
                Refused("/parameters/thresold is not a parameter here: those are threshold"),
            ),
        ],
    )


def _triton(served: Classifier) -> Client:
    infer, columns = "/v2/models/{model}/infer", _columns(served)
    probabilities = [[1 - probability, probability] for probability in columns["probability"]]
    return Client(
        "Open Inference V2",
        ".venv-clients",
        "use_tritonclient.py",
        [
            Use("is_server_live", "/v2/health/live", True),
            Use("is_server_ready", "/v2/health/ready", True),
            Use("is_model_ready", "/v2/models/{model}/ready", True),
            Use("is_model_ready, a version", "/v2/models/{model}/versions/{version}/ready", True),
            Use("is_model_ready, another version", "/v2/models/{model}/versions/3/ready", False),
            Use(
                "get_server_metadata",
                "/v2",
                {"name": "sentiment", "version": __version__, "extensions": ["binary_tensor_data"]},
            ),
            Use(
                "get_model_metadata",
                "/v2/models/{model}",
                [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
            ),
            Use(
                "get_model_config",
                "/v2/models/{model}/config",
                Refused("[404] There is nothing at this path"),
            ),
            Use(
                "get_inference_statistics",
                "/v2/models/{model}/stats",
                Refused("[404] There is nothing at this path"),
            ),
            Use("infer", infer, columns),
            Use("infer, [N, 1]", infer, columns),
            Use("infer, binary_data=False", infer, columns),
            Use(
                "infer, outputs as bytes",
                infer,
                {"label": columns["label"], "probabilities": probabilities},
            ),
            Use(
                "infer, outputs as JSON",
                "/v2/models/{model}/versions/{version}/infer",
                {"probability": columns["probability"]},
            ),
            Use("infer, threshold", infer, _columns(served, threshold=0.9)),
            Use("infer below /mood", f"{BASE_PATH}{infer}", columns),
            Use(
                "infer, another version",
                "/v2/models/{model}/versions/3/infer",
                Refused("put it into the path"),
            ),
            Use(
                "infer, class_count",
                infer,
                Refused("[400] /outputs/0/parameters/classification is not a parameter here"),
            ),
            Use(
                "infer, numbers", infer, Refused("[400] /inputs/0/datatype must be BYTES, the type of texts")
            ),
            Use("infer, gzip", infer, columns),
        ],
    )


def _mlserver(served: Classifier) -> Client:
    use = partial(Use, path="/v2/models/{model}/infer")
    columns = _columns(served)
    labels = [[label] for label in columns["label"]] * 3
    return Client(
        "Open Inference V2",
        ".venv-mlserver",
        "use_mlserver.py",
        [
            use("StringCodec", result=columns),
            use("StringRequestCodec", result=columns),
            use("PandasCodec.decode_response", result=columns),
            use("outputs", result=["probabilities"]),
            use("mlserver infer", result=labels),
            use("mlserver infer -s 3", result=labels),
        ],
    )


def _mlflow(served: Classifier) -> Client:
    use = partial(Use, path="/invocations")
    columns = _columns(served)
    return Client(
        "MLflow",
        ".venv-clients",
        "use_mlflow.py",
        [
            Use("ping", "/ping", None),
            Use("wait_server_ready", "/ping", True),
            use("invoke, a list", result=columns),
            use("invoke, an array of numpy", result=columns),
            use("invoke, a DataFrame", result=columns),
            use("invoke, params", result=_columns(served, threshold=0.9)),
            use(
                "invoke, params that are unknown",
                result=Refused("/params/thresold is not an option: those are threshold, uncertain, explain"),
            ),
            use("invoke, a string", result=Refused("The body is not JSON at line 1, column 1")),
            Use("deployments predict", "/endpoints/e/invocations", {"predictions": _records(served)}),
        ],
    )


def _clouds(served: Classifier) -> list[Client]:
    records, columns = _records(served), _columns(served)
    invoke = partial(Use, path="/endpoints/e/invocations")
    lines = [f"{record['label']},{record['probability']}" for record in records]
    scores = [{"label": label, "score": score} for label, score in _scores(served)]
    classify = partial(Use, path="/", result=scores)
    plain = _rows(columns)
    path = "/v1/projects/p/locations/l/endpoints/1:predict"
    lenient = _columns(served, threshold=0.9)
    logit = served.logit(TEXTS[0])[0]
    return [
        Client(
            "SageMaker",
            ".venv-clients",
            "use_boto3.py",
            [
                invoke("invoke_endpoint", result={"predictions": records}),
                invoke("invoke_endpoint, JSON", result={"predictions": records}),
                invoke("invoke_endpoint, CSV", result={"predictions": records}),
                invoke("invoke_endpoint, CSV in and out", result=lines),
                invoke("invoke_endpoint, lines of JSON", result=[json.dumps(record) for record in records]),
                Use(
                    "invoke_endpoint below /mood",
                    f"{BASE_PATH}/endpoints/e/invocations",
                    {"predictions": records},
                ),
                invoke(
                    "invoke_endpoint, a number",
                    result=Refused("/instances/0 must be a string, not a whole number"),
                ),
                invoke("invoke_endpoint, TargetModel", result=Refused("one model is served here")),
                invoke(
                    "invoke_endpoint, numbers",
                    result=Refused(
                        "Only JSON is read: send it with the header Content-Type: application/json"
                    ),
                ),
            ],
        ),
        Client(
            "Hugging Face",
            ".venv-clients",
            "use_huggingface_hub.py",
            [
                classify("text_classification"),
                classify("text_classification, base_url"),
                classify("text_classification, the model in the path", path="/models/{model}"),
                classify("text_classification below /mood", path=BASE_PATH),
                classify("text_classification, top_k", result=scores[:1]),
                classify(
                    "text_classification, function_to_apply",
                    result=[{"label": "positive", "score": logit}, {"label": "negative", "score": -logit}],
                ),
                classify("text_classification, a list"),
                classify("text_classification, async"),
                classify(
                    "text_classification, a number",
                    result=Refused("/inputs must be a string or an array, not a whole number"),
                ),
                classify(
                    "zero_shot_classification",
                    result=Refused("/parameters/candidate_labels is not a parameter here"),
                ),
            ],
        ),
        Client(
            "Vertex AI",
            ".venv-clients",
            "use_aiplatform.py",
            [
                Use("PredictionServiceClient.predict", path, plain),
                Use("PredictionServiceClient.predict, objects", path, plain),
                Use(
                    "PredictionServiceClient.predict, threshold",
                    path,
                    _rows(lenient),
                ),
                Use(
                    "PredictionServiceClient.predict, a number",
                    path,
                    Refused("/instances/0 must be a string, not a number"),
                ),
                Use("Endpoint.predict", path, plain),
            ],
        ),
    ]


def _generated(served: Classifier) -> Client:
    """The client that is generated from docs/openapi.json."""
    columns = _columns(served)
    plain = _rows(columns)
    use = partial(Use, path="/predict", result=plain)
    return Client(
        "OpenAPI 3.1",
        ".venv-clients",
        "use_openapi_python_client.py",
        [
            use("predict, a text", result=plain[:1]),
            use("predict, texts"),
            use("predict, a threshold", result=_rows(_columns(served, threshold=0.9))),
            use("predict, tweets"),
            use("predict, explained", result=explain(served, TEXTS[0])),
            use("predict below /mood", path=f"{BASE_PATH}/predict"),
            use("predict, a number", result=Refused("must be a string, not a whole number")),
            Use("by id", "/api/v1/predict", {"0": "Positive", "1": "Negative"}),
            Use("Open Inference", "/v2/models/{model}/infer", columns["probability"]),
            Use(
                "Open Inference, another model",
                "/v2/models/bert/infer",
                Refused("put it into the path"),
            ),
            Use("KServe V1", "/v1/models/{model}:predict", plain),
            Use("SageMaker", "/invocations", plain),
            Use("Hugging Face", "/", [{"label": label, "score": score} for label, score in _scores(served)]),
        ],
    )


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _scores(served: Classifier) -> list[tuple[str, float]]:
    [prediction] = served.predict(TEXTS[:1])
    return [("positive", prediction.probability), ("negative", 1 - prediction.probability)]


def main() -> None:
    """Write the table."""
    served = model.load(Settings().model)
    clients = list_clients(served)
    with serving() as port:
        versions = {client.program: run(client, port, served)["client"] for client in clients}
    PAGE.write_text(split_page()[0] + write(clients, versions), encoding="utf-8")
    before, _, after = split_readme()
    README.write_text(before + summarize(clients, versions) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
