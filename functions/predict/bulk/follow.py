"""`sentiment bulk`: starts a job, shows how far it is, stops it, and starts it again.

Without AWS, the server of `aws-durable-execution-sdk-python-testing` answers at AWS_ENDPOINT_URL_LAMBDA.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from predict.bulk import order
from predict.bulk.order import Order

POLL = 2  # seconds
RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"
BUCKET = "s3://"


class Progress(NamedTuple):
    """How far a job is. `listed` grows while the job lists its prefix."""

    status: str  # RUNNING, SUCCEEDED, FAILED, TIMED_OUT or STOPPED
    done: int  # objects
    listed: int
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `sentiment bulk`."""
    actions = parser.add_subparsers(dest="action", required=True)
    start = actions.add_parser("start", help="score all objects whose keys start so; prints the job's ARN")
    start.add_argument("source", help="s3://bucket/beginning-of-keys")
    start.add_argument("--function", required=True, help="the output BulkFunction of the stack")
    usual = Order._field_defaults
    start.add_argument(
        "--concurrency", type=int, default=usual["concurrency"], help="invocations (default: %(default)s)"
    )
    start.add_argument(
        "--tolerate",
        type=float,
        metavar="PERCENT",
        default=usual["tolerated_percentage"],
        help="of the objects may fail (default: %(default)s)",
    )
    start.add_argument(
        "--batch", type=int, default=usual["batch_objects"], help="objects at once (default: %(default)s)"
    )
    start.add_argument("--name", default="", help="of the job's folder among the results")
    for action, about in {
        "status": "show how far a job is, and its summary",
        "stop": "stop a job; what is scored stays",
        "resume": "start a stopped or failed job again; what is scored is not scored twice",
    }.items():
        actions.add_parser(action, help=about).add_argument("job", help="its ARN")
    for action in ("start", "resume", "status"):
        actions.choices[action].add_argument("--wait", action="store_true", help="until the job ends")


def run(asked: argparse.Namespace) -> None:
    """Raises OrderError; RuntimeError where AWS refuses, or where the job that is shown has failed."""
    client = _client()
    try:
        if asked.action == "stop":
            stop(client, asked.job)
            return
        if asked.action == "start":
            job = start(client, asked.function, _read_order(asked))
            print(job, flush=True)
        elif asked.action == "resume":
            job = resume(client, asked.job)
            print(job, flush=True)
        else:
            job = asked.job
        if asked.action == "status" or asked.wait:
            _show(client, job, asked.wait)
    except client.exceptions.ClientError as exc:
        raise RuntimeError(f"AWS refused: {exc}") from exc


def start(client: Any, function: str, asked: Order) -> str:
    """The ARN of the new execution."""
    payload = json.dumps(asked._asdict())
    answer = client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
    return str(answer["DurableExecutionArn"])


def resume(client: Any, job: str) -> str:
    """The ARN of a new execution with the same order. Raises RuntimeError while the old one runs."""
    found = client.get_durable_execution(DurableExecutionArn=job)
    if found["Status"] == RUNNING:
        raise RuntimeError("The job runs: there is nothing to resume.")
    return start(client, found["FunctionArn"], order.read(json.loads(found["InputPayload"])))


def stop(client: Any, job: str) -> None:
    """Stop the job, and then its pages, which would go on without it."""
    pages = _running(client, job)
    client.stop_durable_execution(DurableExecutionArn=job)
    for page in pages:
        client.stop_durable_execution(DurableExecutionArn=page)


def progress(client: Any, job: str) -> Progress:
    """Reads the history of the job and of its pages that run."""
    found = client.get_durable_execution(DurableExecutionArn=job)
    listed = done = 0
    for event in _history(client, job):
        name = event.get("Name") or ""
        if event["EventType"] == "StepSucceeded" and name.startswith("list"):
            listed += sum(objects for _, _, objects, _ in _payload(event, "StepSucceededDetails"))
        elif event["EventType"] == "ChainedInvokeSucceeded":
            done += _payload(event, "ChainedInvokeSucceededDetails")["objects"]
    if found["Status"] == RUNNING:
        done += sum(_count_objects(client, page) for page in _running(client, job))
    end = found.get("EndTimestamp")
    seconds = (end.timestamp() if end else time.time()) - found["StartTimestamp"].timestamp()
    return Progress(found["Status"], done, listed, seconds)


def _count_objects(client: Any, page: str) -> int:
    """Those in the batches that the door has answered. A second attempt is of objects that count already."""
    return sum(
        int(event["Name"].split()[0])
        for event in _history(client, page)
        if event["EventType"] == "ChainedInvokeSucceeded" and event["Name"].endswith("objects")
    )


def _running(client: Any, job: str) -> list[str]:
    """The executions of the pages that have begun and not ended."""
    pages: dict[str, str] = {}
    for event in _history(client, job):
        if event["EventType"] == "ChainedInvokeStarted":
            pages[event["Id"]] = event["ChainedInvokeStartedDetails"].get("DurableExecutionArn", "")
        elif event["EventType"].startswith("ChainedInvoke"):
            pages.pop(event["Id"], None)
    return [page for page in pages.values() if page]


def _history(client: Any, execution: str) -> Iterator[Mapping[str, Any]]:
    pages = client.get_paginator("get_durable_execution_history").paginate(
        DurableExecutionArn=execution, IncludeExecutionData=True
    )
    for page in pages:
        yield from page["Events"]


def _payload(event: Mapping[str, Any], details: str) -> Any:
    return json.loads(event[details]["Result"]["Payload"])


def _show(client: Any, job: str, wait: bool) -> None:
    """Print the progress, and at the end the summary. Raises RuntimeError where the job has failed."""
    while True:
        now = progress(client, job)
        rate = now.done / now.seconds if now.seconds else 0
        counts = f"{now.done:,} of {now.listed:,} objects, {rate:,.1f} a second, {now.seconds:,.0f} s"
        again = wait and now.status == RUNNING
        if sys.stderr.isatty() or not again:
            print(f"{now.status}: {counts}", end="\r" if again else "\n", file=sys.stderr, flush=True)
        if not again:
            break
        time.sleep(POLL)
    found = client.get_durable_execution(DurableExecutionArn=job)
    if now.status == SUCCEEDED:
        print(json.dumps(json.loads(found["Result"]), indent=2))
    elif now.status != RUNNING:
        why = found.get("Error", {}).get("ErrorMessage") or "its log says why"
        raise RuntimeError(f"The job is {now.status}: {why}")


def _read_order(asked: argparse.Namespace) -> Order:
    bucket, _, prefix = asked.source.removeprefix(BUCKET).partition("/")
    if not asked.source.startswith(BUCKET):
        raise order.OrderError("The source must be s3://bucket/beginning-of-keys.")
    chosen = Order(bucket, prefix, asked.concurrency, asked.tolerate, asked.batch, asked.name)
    return order.read(chosen._asdict())


def _client() -> Any:
    try:
        import boto3  # the extra `bulk` has it, and the image has not
    except ImportError as exc:
        raise RuntimeError("Bulk jobs need boto3: pip install 'tweet-sentiment[bulk]'.") from exc
    return boto3.client("lambda")
