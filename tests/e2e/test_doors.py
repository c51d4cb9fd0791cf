"""The event doors in the image, with S3 on loopback: under SAM, and within Lambda's limits."""

import json
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from obstore.store import S3Store

from tests.aws import emulator, endpoint, proxy
from tests.aws.proxy import Proxy
from tests.aws.results import lines, written
from tests.e2e.conftest import SAM, run

CONTENT = b"id,text\n1,I love this\n2,so sad\n3\n"
HANDLERS = {
    "sqs": "predict.queue.handler",
    "kinesis": "predict.streams.handler",
    "sns": "predict.notifications.handler",
    "map-item": "predict.objects.handler",
}
FUNCTIONS = {
    "sqs": "QueueFunction",
    "sqs-fifo": "QueueFunction",
    "sns-in-sqs": "QueueFunction",
    "kinesis": "StreamFunction",
    "dynamodb": "StreamFunction",
    "sns": "NotificationFunction",
    "eventbridge": "NotificationFunction",
    "map-item": "ObjectFunction",
    "s3-test": "ObjectFunction",
}
ANSWERS: dict[str, Any] = {"sns": {"scored": 1}, "eventbridge": {"scored": 1}, "s3-test": {"objects": []}}
NAMED = "AWS_ENDPOINT_URL: ''\n        MODEL:"  # SAM sets only what the template names
TWEETS = {"sqs": 3, "sqs-fifo": 2, "sns-in-sqs": 1, "kinesis": 2, "dynamodb": 2, "sns": 1, "eventbridge": 1}


@pytest.fixture
def variables(moto: str, client: Callable[[str], Any]) -> Mapping[str, str]:
    """The variables of a function with its own results bucket. The input bucket has the samples' object."""
    results = f"results-{uuid4().hex}"
    client("s3").create_bucket(Bucket=results)
    client("s3").create_bucket(Bucket="inbox")
    client("s3").put_object(Bucket="inbox", Key="tweets.csv", Body=CONTENT)
    return {**endpoint.variables(moto), "RESULTS_URL": f"s3://{results}"}


@pytest.fixture
def results(moto: str, variables: Mapping[str, str]) -> S3Store:
    return endpoint.store(variables["RESULTS_URL"].removeprefix("s3://"), moto)


@pytest.fixture
def bridged(engine: None, moto: str) -> Iterator[Proxy]:
    """A proxy that SAM's containers can reach: they are never on the host's network."""
    subnet = run("docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}")
    gateway = next(ip_network(subnet.strip()).hosts())
    with proxy.running(moto, str(gateway)) as started:
        yield started


def rows(results: S3Store) -> list[Any]:
    """The rows of the doors that write tweets."""
    return [row for content in written(results).values() for row in lines(content)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_sam_invokes_the_function_of_a_door(
    built: Path,
    tmp_path: Path,
    event_file: Callable[[str], Path],
    variables: Mapping[str, str],
    results: S3Store,
    bridged: Proxy,
    name: str,
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(built.read_text().replace("MODEL:", NAMED, 1))
    reached = {**variables, "AWS_ENDPOINT_URL": bridged.url}
    (tmp_path / "variables.json").write_text(json.dumps({"Parameters": reached}))
    command: list[str | Path] = [
        SAM,
        "local",
        "invoke",
        FUNCTIONS[name],
        "--template",
        template,
        "--event",
        event_file(name),
    ]
    command += ["--env-vars", tmp_path / "variables.json"]
    answer = json.loads(run(*command))
    if name == "map-item":
        [summary] = answer["objects"]
        assert (summary["rows"], summary["scored"], summary["errors"]) == (3, 2, 1)
        assert len(written(results)) == 3
    else:
        assert answer == ANSWERS.get(name, {"batchItemFailures": []})
        assert len(rows(results)) == TWEETS.get(name, 0)


@pytest.mark.parametrize("name", HANDLERS)
@pytest.mark.parametrize("dispatched", [False, True], ids=["own command", "default command"])
def test_a_door_needs_no_file_system_and_no_rights(
    image: str,
    event: Callable[[str], Any],
    variables: Mapping[str, str],
    results: S3Store,
    name: str,
    dispatched: bool,
) -> None:
    handler = "predict.dispatcher.handler" if dispatched else HANDLERS[name]
    with emulator.running(image, handler, variables) as invoke:
        first = invoke(event(name))
        assert "errorType" not in first
        before = written(results)
        assert before
        assert invoke(event(name)) == first  # warm, and a second delivery
        assert written(results) == before


def test_the_default_command_answers_http_and_refuses_what_is_unknown(
    image: str, event: Callable[[str], Any], variables: Mapping[str, str]
) -> None:
    with emulator.running(image, "predict.dispatcher.handler", variables) as invoke:
        assert invoke(event("warm-up")) == {"status": "warm"}
        assert invoke(event("rest"))["statusCode"] == 200
        refused = invoke({"invocationId": "1", "records": []})
        assert refused["errorType"] == "UnknownEventError"
        assert "records of SQS, SNS, S3, Kinesis or DynamoDB" in refused["errorMessage"]


def test_a_missing_setting_is_named(image: str, event: Callable[[str], Any]) -> None:
    with emulator.running(image, "predict.queue.handler", {}) as invoke:
        refused = invoke(event("sqs"))
    assert refused["errorType"] == "SettingsError"
    assert refused["errorMessage"] == "RESULTS_URL must say where results go, as s3://bucket/folder"


def test_an_object_of_any_size_fits_into_little_memory(
    image: str, client: Callable[[str], Any], variables: Mapping[str, str]
) -> None:
    content = b"text,rest\n" + (b"I love this," + b"x" * 5_000 + b"\n") * 30_000
    client("s3").put_object(Bucket="inbox", Key="large.csv", Body=content)
    event = {"bucket": "inbox", "key": "large.csv"}
    with emulator.running(image, HANDLERS["map-item"], variables, "--memory", "128m") as invoke:
        [summary] = invoke(event)["objects"]
    assert summary["scored"] == 30_000
