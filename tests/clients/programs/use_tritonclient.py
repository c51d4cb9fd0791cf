import numpy
import tritonclient.http as triton
from report import MODEL, PORT, TEXTS, VERSION, print_report

CLIENT = triton.InferenceServerClient(f"127.0.0.1:{PORT}")


def infer(binary=True, shape=None, client=CLIENT, outputs=None, datatype="BYTES", **asked):
    texts = numpy.array(
        TEXTS if datatype == "BYTES" else [0.5, 0.6], dtype=object if datatype == "BYTES" else "f4"
    )
    tensor = triton.InferInput("text", shape or [len(TEXTS)], datatype)
    tensor.set_data_from_numpy(texts.reshape(shape) if shape else texts, binary_data=binary)
    answer = client.infer(MODEL, [tensor], outputs=outputs, **asked)
    result = {}
    for output in answer.get_response()["outputs"]:
        values = answer.as_numpy(output["name"]).tolist()
        result[output["name"]] = [v.decode() if isinstance(v, bytes) else v for v in values]
    return result


def wanted(binary, *names, **asked):
    return [triton.InferRequestedOutput(name, binary_data=binary, **asked) for name in names]


print_report(
    "tritonclient",
    {
        "is_server_live": CLIENT.is_server_live,
        "is_server_ready": CLIENT.is_server_ready,
        "is_model_ready": lambda: CLIENT.is_model_ready(MODEL),
        "is_model_ready, a version": lambda: CLIENT.is_model_ready(MODEL, VERSION),
        "is_model_ready, another version": lambda: CLIENT.is_model_ready(MODEL, "3"),
        "get_server_metadata": CLIENT.get_server_metadata,
        "get_model_metadata": lambda: CLIENT.get_model_metadata(MODEL)["inputs"],
        "get_model_config": lambda: CLIENT.get_model_config(MODEL),
        "get_inference_statistics": lambda: CLIENT.get_inference_statistics(MODEL),
        "infer": infer,
        "infer, [N, 1]": lambda: infer(shape=[len(TEXTS), 1]),
        "infer, binary_data=False": lambda: infer(binary=False),
        "infer, outputs as bytes": lambda: infer(
            binary=False, outputs=wanted(True, "label", "probabilities")
        ),
        "infer, outputs as JSON": lambda: infer(
            binary=False,
            outputs=wanted(False, "probability"),
            request_id="7",
            model_version=VERSION,
            parameters={"threshold": 0.9},
            headers={"x-api-key": "k"},
        ),
        "infer, threshold": lambda: infer(parameters={"threshold": 0.9}),
        "infer below /mood": lambda: infer(client=triton.InferenceServerClient(f"127.0.0.1:{PORT}/mood")),
        "infer, another version": lambda: infer(model_version="3"),
        "infer, class_count": lambda: infer(outputs=wanted(True, "label", class_count=2)),
        "infer, numbers": lambda: infer(datatype="FP32"),
        "infer, gzip": lambda: infer(request_compression_algorithm="gzip"),
    },
)
