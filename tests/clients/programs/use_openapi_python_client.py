import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from report import MODEL, TEXTS, URL, print_report

DESCRIPTION = Path(__file__).parents[3] / "docs" / "openapi.json"

with TemporaryDirectory() as folder:
    (Path(folder) / "plain.yaml").write_text("post_hooks: []\n")  # which only format
    command = [Path(sys.executable).parent / "openapi-python-client", "generate", "--path", DESCRIPTION]
    options = ["--meta", "none", "--output-path", f"{folder}/generated", "--config", f"{folder}/plain.yaml"]
    subprocess.run([*command, *options], check=True, capture_output=True)  # it warns of CSV
    sys.path.insert(0, folder)
    import generated
    from generated import models as m

    def ask(place, *path, url=URL, **body):
        operation = import_module(f"generated.api.{place}")
        with generated.Client(base_url=url, raise_on_unexpected_status=True) as client:
            answer = operation.sync(*path, client=client, **body)
        return answer if isinstance(answer, list) else answer.to_dict()

    def records(answer):
        return [{name: each[name] for name in ("label", "probability")} for each in answer["predictions"]]

    tensor = m.InputTensor(name="text", shape=[len(TEXTS)], datatype="BYTES", data=TEXTS)
    tweets = [m.Tweet(id=str(index), text=text) for index, text in enumerate(TEXTS)]
    by_id = m.TweetsById.from_dict(dict(enumerate(TEXTS)))
    others = "protocols_of_other_servers"
    print_report(
        "openapi-python-client",
        {
            "predict, a text": lambda: records(ask("predictions.predict", body=m.OneText(text=TEXTS[0]))),
            "predict, texts": lambda: records(ask("predictions.predict", body=m.Texts(texts=TEXTS))),
            "predict, a threshold": lambda: records(
                ask("predictions.predict", body=m.Texts(texts=TEXTS, threshold=0.9))
            ),
            "predict, tweets": lambda: records(ask("predictions.predict", body=m.Tweets(tweets=tweets))),
            "predict, explained": lambda: ask(
                "predictions.predict", body=m.OneText(text=TEXTS[0], explain=True)
            )["predictions"][0]["explanation"],
            "predict below /mood": lambda: records(
                ask("predictions.predict", url=f"{URL}/mood", body=m.Texts(texts=TEXTS))
            ),
            "predict, a number": lambda: ask("predictions.predict", body=m.Texts(texts=[5]))["errors"][0][
                "detail"
            ],
            "by id": lambda: ask("predictions.api_v1_predict", body=by_id),
            "Open Inference": lambda: ask(
                f"{others}.v2_models_model_infer", MODEL, body=m.InferenceRequest(inputs=[tensor])
            )["outputs"][1]["data"],
            "Open Inference, another model": lambda: ask(
                f"{others}.v2_models_model_infer", "bert", body=m.InferenceRequest(inputs=[tensor])
            )["error"],
            "KServe V1": lambda: records(
                ask(f"{others}.v1_models_model_predict", MODEL, body=m.InstancesRequest(instances=TEXTS))
            ),
            "SageMaker": lambda: records(ask(f"{others}.invocations", body=m.Inputs(inputs=TEXTS))),
            "Hugging Face": lambda: [
                score.to_dict()
                for score in ask(f"{others}.hugging_face", body=m.ClassificationRequest(inputs=TEXTS[0]))[0]
            ],
        },
    )
