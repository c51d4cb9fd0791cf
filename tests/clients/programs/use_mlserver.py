import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from mlserver.codecs import NumpyCodec, PandasCodec, StringCodec
from mlserver.codecs.string import StringRequestCodec
from mlserver.types import InferenceRequest, InferenceResponse, RequestOutput
from report import MODEL, PORT, TEXTS, URL, print_report


def post(request):
    content = request.model_dump_json(exclude_none=True).encode()
    asked = urllib.request.Request(
        f"{URL}/v2/models/{MODEL}/infer", content, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked) as answer:
        return InferenceResponse.model_validate_json(answer.read())


def decode(answer):
    label, probability = answer.outputs
    return {
        label.name: StringCodec.decode_output(label),
        probability.name: NumpyCodec.decode_output(probability).tolist(),
    }


def infer(*options):
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        lines = [
            json.dumps({"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": [text]}]})
            for text in TEXTS * 3
        ]
        asked.write_text("".join(f"{line}\n" for line in lines))
        command = [Path(sys.executable).parent / "mlserver", "infer", "-u", f"127.0.0.1:{PORT}", "-m", MODEL]
        subprocess.run(
            [*command, "-i", asked, "-o", answered, "-w", "1", *options], check=True, capture_output=True
        )
        answers = [json.loads(line) for line in answered.read_text().splitlines()]
        return [answer["outputs"][0]["data"] for answer in answers]


texts = InferenceRequest(id="1", inputs=[StringCodec.encode_input("text", TEXTS)])
print_report(
    "mlserver",
    {
        "StringCodec": lambda: decode(post(texts)),
        "StringRequestCodec": lambda: decode(post(StringRequestCodec.encode_request(TEXTS))),
        "PandasCodec.decode_response": lambda: PandasCodec.decode_response(post(texts)).to_dict("list"),
        "outputs": lambda: [
            output.name
            for output in post(
                InferenceRequest(inputs=texts.inputs, outputs=[RequestOutput(name="probabilities")])
            ).outputs
        ],
        "mlserver infer": lambda: infer("-s", "1"),
        "mlserver infer -s 3": lambda: infer("-s", "3"),
    },
)
