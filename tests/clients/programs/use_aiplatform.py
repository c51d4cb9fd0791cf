from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform, aiplatform_v1
from google.cloud.aiplatform_v1.services.prediction_service.transports.rest import (
    PredictionServiceRestTransport,
)
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Value
from report import PORT, TEXTS, URL, print_report

ENDPOINT = "projects/p/locations/us-central1/endpoints/1"


def value(plain):
    return ParseDict(plain, Value())


def predict(instances=TEXTS, **parameters):
    transport = PredictionServiceRestTransport(
        host=f"127.0.0.1:{PORT}", url_scheme="http", credentials=AnonymousCredentials()
    )
    client = aiplatform_v1.PredictionServiceClient(transport=transport)
    answer = client.predict(
        endpoint=ENDPOINT,
        instances=[value(instance) for instance in instances],
        parameters=value(parameters),
        metadata=[("x-api-key", "k")],
    )
    return plain(answer.predictions)


def plain(predictions):
    return [{"label": p["label"], "probability": p["probability"]} for p in predictions]


def sdk():
    aiplatform.init(
        project="p",
        location="us-central1",
        credentials=AnonymousCredentials(),
        api_endpoint=URL,
        api_transport="rest",
    )
    return plain(aiplatform.Endpoint("1").predict(instances=TEXTS).predictions)


print_report(
    "google-cloud-aiplatform",
    {
        "PredictionServiceClient.predict": predict,
        "PredictionServiceClient.predict, objects": lambda: predict([{"text": text} for text in TEXTS]),
        "PredictionServiceClient.predict, threshold": lambda: predict(threshold=0.9),
        "PredictionServiceClient.predict, a number": lambda: predict([5]),
        "Endpoint.predict": sdk,
    },
)
