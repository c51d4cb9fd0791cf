"""`sentiment bulk` against AWS's local runner of durable functions, over HTTP."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_durable_execution_sdk_python import durable_execution

from predict import cli
from predict.bulk import follow, orchestra
from predict.bulk.order import Order
from tests.aws import durable, endpoint
from tests.predict.bulk.conftest import GOOD, REFUSED, Watched, wait_until

Sentiment = Callable[..., str]
FUNCTION = f"arn:aws:lambda:{durable.REGION}:{durable.ACCOUNT}:function:BulkFunction:live"


@pytest.fixture
def lambda_url(results: str, door: Watched, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of Lambda with the functions of bulk jobs."""

    def make(url: str) -> dict[str, durable.Handler]:
        run = durable_execution(orchestra.run, boto3_client=endpoint.client("lambda", url))
        return {"BulkFunction": run}

    with durable.serving(make, {"ObjectFunction": door}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
        monkeypatch.setenv("RESULTS_URL", results)
        monkeypatch.setenv("OBJECT_FUNCTION", "ObjectFunction")
        yield url


@pytest.fixture
def sentiment(lambda_url: str, capsys: pytest.CaptureFixture[str]) -> Sentiment:
    """Run `sentiment bulk`, and return what it prints."""

    def sentiment(*arguments: str) -> str:
        capsys.readouterr()
        cli.main(["bulk", *arguments])
        return capsys.readouterr().out

    return sentiment


def test_a_job_is_started_followed_to_its_end_and_shown_again(
    sentiment: Sentiment, bucket: str, lambda_url: str
) -> None:
    endpoint.fill(bucket, {f"in/{number}.csv": GOOD for number in range(6)})
    source = f"s3://{bucket}/in/"
    out = sentiment("start", source, "--function", FUNCTION, "--batch", "2", "--name", "june", "--wait")
    job, _, shown = out.partition("\n")
    summary = json.loads(shown)
    assert (summary["objects"], summary["scored"], summary["results"]) == (6, 12, "bulk/june")
    assert json.loads(sentiment("status", job)) == summary
    progress = follow.progress(endpoint.client("lambda", lambda_url), job)
    assert progress[:3] == ("SUCCEEDED", 6, 6)


def test_a_job_that_is_stopped_stops_its_pages_and_scores_nothing_twice_when_it_is_resumed(
    sentiment: Sentiment, bucket: str, door: Watched, lambda_url: str
) -> None:
    keys = [f"{number:03}.csv" for number in range(60)]
    endpoint.fill(bucket, dict.fromkeys(keys, GOOD))
    client = endpoint.client("lambda", lambda_url)
    job = follow.start(client, FUNCTION, Order(bucket, concurrency=1, batch_objects=1, name="job"))
    wait_until(lambda: len(door.asked) >= 3)
    assert follow.progress(client, job).listed == 60
    sentiment("stop", job)
    wait_until(lambda: follow.progress(client, job).status == "STOPPED")
    with pytest.raises(SystemExit, match="The job is STOPPED"):
        sentiment("status", job)
    stopped = len(door.asked)
    assert stopped < 60
    again, _, shown = sentiment("resume", job, "--wait").partition("\n")
    assert again != job
    assert json.loads(shown)["objects"] == 60
    assert len(door.asked) <= stopped + 1 + 60  # one was on its way


def test_a_failed_job_ends_the_command_with_the_reason(sentiment: Sentiment, bucket: str) -> None:
    endpoint.fill(bucket, {"1.csv": GOOD, "2.png": REFUSED})
    with pytest.raises(SystemExit, match="The job is FAILED: 1 of 2 objects were refused or failed, and 5 %"):
        sentiment("start", f"s3://{bucket}", "--function", FUNCTION, "--name", "job", "--wait")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("start", "inbox/in", "--function", "f"), "The source must be s3://bucket/beginning-of-keys"),
        (("start", "s3://inbox", "--function", "f", "--concurrency", "0"), "concurrency must be a whole"),
        (("status", f"{FUNCTION}:none".replace("function", "durable-execution")), "AWS refused"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    sentiment: Sentiment, arguments: tuple[Any, ...], problem: str
) -> None:
    with pytest.raises(SystemExit, match=f"sentiment: {problem}"):
        sentiment(*arguments)
