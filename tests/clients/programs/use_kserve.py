import asyncio

import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from report import MODEL, TEXTS, URL, print_report


def ask(protocol, call):
    async def run():
        client = InferenceRESTClient(RESTConfig(protocol=protocol))
        try:
            return await call(client)
        finally:
            await client.close()

    return asyncio.run(run())


def infer(texts, binary=None, url=URL, **asked):
    tensor = InferInput("text", [len(texts)], "BYTES", data=texts if binary is None else None)
    if binary is not None:
        tensor.set_data_from_numpy(numpy.array(texts, dtype=object), binary_data=binary)
    request = InferRequest(model_name=MODEL, infer_inputs=[tensor], request_id="7", **asked)
    answer = ask("v2", lambda client: client.infer(url, request, model_name=MODEL))
    return {"id": answer.id, **{output.name: output.as_numpy().tolist() for output in answer.outputs}}


print_report(
    "kserve",
    {
        "v1 is_server_live": lambda: ask("v1", lambda client: client.is_server_live(URL)),
        "v1 is_model_ready": lambda: ask("v1", lambda client: client.is_model_ready(URL, MODEL)),
        "v1 infer": lambda: ask("v1", lambda c: c.infer(URL, {"instances": TEXTS}, model_name=MODEL)),
        "v1 explain": lambda: ask(
            "v1", lambda client: client.explain(URL, model_name=MODEL, data={"instances": TEXTS})
        ),
        "v1 infer, a number": lambda: ask(
            "v1", lambda client: client.infer(URL, {"instances": [5]}, model_name=MODEL)
        ),
        "v2 is_server_live": lambda: ask("v2", lambda client: client.is_server_live(URL)),
        "v2 is_server_ready": lambda: ask("v2", lambda client: client.is_server_ready(URL)),
        "v2 is_model_ready": lambda: ask("v2", lambda client: client.is_model_ready(URL, MODEL)),
        "v2 is_model_ready, another model": lambda: ask("v2", lambda c: c.is_model_ready(URL, "bert")),
        "v2 infer": lambda: infer(TEXTS),
        "v2 infer, numpy as JSON": lambda: infer(TEXTS, binary=False),
        "v2 infer, numpy as bytes": lambda: infer(TEXTS, binary=True),
        "v2 infer below /mood": lambda: infer(TEXTS, url=f"{URL}/mood"),
        "v2 infer, a parameter that is unknown": lambda: infer(TEXTS, parameters={"thresold": 0.9}),
    },
)
