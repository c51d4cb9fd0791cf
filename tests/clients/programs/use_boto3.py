import json

import boto3
from botocore.config import Config
from report import TEXTS, URL, print_report


def client(url):
    return boto3.client(
        "sagemaker-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def invoke(body, url=URL, **asked):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client(url).invoke_endpoint(EndpointName="e", Body=content, **asked)
    read = answer["Body"].read().decode()
    return json.loads(read) if answer["ContentType"] == "application/json" else read.splitlines()


LINES = "".join(f"{text}\n" for text in TEXTS).encode()
print_report(
    "boto3",
    {
        "invoke_endpoint": lambda: invoke({"instances": TEXTS}),
        "invoke_endpoint, JSON": lambda: invoke(
            {"inputs": TEXTS}, ContentType="application/json", Accept="application/json"
        ),
        "invoke_endpoint, CSV": lambda: invoke(LINES, ContentType="text/csv"),
        "invoke_endpoint, CSV in and out": lambda: invoke(
            b"id,text\n1," + LINES.replace(b"\n", b"\n2,", 1), ContentType="text/csv", Accept="text/csv"
        ),
        "invoke_endpoint, lines of JSON": lambda: invoke(
            "".join(json.dumps({"text": text}) + "\n" for text in TEXTS).encode(),
            ContentType="application/jsonlines",
            Accept="application/jsonlines",
        ),
        "invoke_endpoint below /mood": lambda: invoke({"instances": TEXTS}, url=f"{URL}/mood"),
        "invoke_endpoint, a number": lambda: invoke({"instances": [5]}),
        "invoke_endpoint, TargetModel": lambda: invoke({"instances": TEXTS}, TargetModel="m.tar.gz"),
        "invoke_endpoint, numbers": lambda: invoke(b"\x93NUMPY", ContentType="application/x-npy"),
    },
)
