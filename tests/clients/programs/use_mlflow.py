import numpy
import pandas
from mlflow.deployments import get_deploy_client
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from report import PORT, TEXTS, URL, print_report

CLIENT = ScoringServerClient("127.0.0.1", int(PORT))


def invoke(data, **asked):
    return CLIENT.invoke(data, **asked).get_predictions()[["label", "probability"]].to_dict("list")


def wait():
    CLIENT.wait_server_ready(timeout=10, scoring_server_proc=None)
    return True


print_report(
    "mlflow",
    {
        "ping": CLIENT.ping,
        "wait_server_ready": wait,
        "invoke, a list": lambda: invoke(TEXTS),
        "invoke, an array of numpy": lambda: invoke(numpy.array(TEXTS)),
        "invoke, a DataFrame": lambda: invoke(pandas.DataFrame({"id": [1, 2], "text": TEXTS})),
        "invoke, params": lambda: invoke(TEXTS, params={"threshold": 0.9}),
        "invoke, params that are unknown": lambda: invoke(TEXTS, params={"thresold": 0.9}),
        "invoke, a string": lambda: invoke("I love this"),
        "deployments predict": lambda: get_deploy_client(URL).predict(endpoint="e", inputs={"inputs": TEXTS}),
    },
)
