"""`sentiment redrive` against moto's SQS, SNS, Kinesis and DynamoDB, and functions in this process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from predict import notifications, streams
from predict.deadline import MAX_MILLISECONDS
from predict.warm import Tools
from tests.aws import endpoint, functions, tables
from tests.aws.functions import Functions, Invocation
from tests.aws.results import lines as read_lines
from tests.aws.results import written
from tests.predict.test_letters import ASYNC, BUS_ATTRIBUTES, DYNAMODB, FUNCTION, KINESIS, SNS_ATTRIBUTES

Client = Callable[[str], Any]
Redrive = Callable[..., "subprocess.CompletedProcess[str]"]
SENTIMENT = Path(sys.executable).with_name("sentiment")
LISTED = "sentiment: {} found. Nothing was sent: add --send to send them back.\n"


@pytest.fixture
def lambdas() -> Iterator[Functions]:
    with functions.serving() as started:
        yield started


@pytest.fixture
def redrive(moto: str, lambdas: Functions) -> Redrive:
    """The command, as a person types it."""
    variables = {**endpoint.variables(moto), "AWS_ENDPOINT_URL_LAMBDA": lambdas.url}
    return lambda *arguments: subprocess.run(
        [SENTIMENT, "redrive", *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def letters(client: Client) -> str:
    """The name of a new queue."""
    return make_queue(client, f"failed-{uuid4().hex}")


def make_queue(client: Client, name: str, **attributes: str) -> str:
    client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return name


def find_url(client: Client, name: str) -> str:
    url: str = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return url


def find_arn(name: str) -> str:
    return f"arn:aws:sqs:us-east-1:123456789012:{name}"


def put(client: Client, name: str, body: object, attributes: dict[str, str] | None = None) -> str:
    """Put a letter into a queue, and return its id."""
    said = {key: {"DataType": "String", "StringValue": value} for key, value in (attributes or {}).items()}
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client("sqs").send_message(
        QueueUrl=find_url(client, name), MessageBody=text, MessageAttributes=said
    )
    return str(answer["MessageId"])


def take(client: Client, name: str) -> list[str]:
    """The bodies of what a reader of the queue gets now, which stay in the queue."""
    answer = client("sqs").receive_message(
        QueueUrl=find_url(client, name), MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return sorted(message["Body"] for message in answer.get("Messages", []))


def lines(ended: "subprocess.CompletedProcess[str]") -> list[list[str]]:
    return [line.split("\t") for line in ended.stdout.splitlines()]


def labels(tools: Tools) -> list[str]:
    """Of the rows that the door wrote."""
    return [row["label"] for content in written(tools.results).values() for row in read_lines(content)]


def test_a_message_that_sqs_moved_goes_back_with_its_attributes(
    client: Client, letters: str, redrive: Redrive
) -> None:
    policy = {"deadLetterTargetArn": find_arn(letters), "maxReceiveCount": 1}
    source = make_queue(client, f"tweets-{uuid4().hex}", RedrivePolicy=json.dumps(policy))
    put(client, source, "so sad", {"lang": "en"})
    assert take(client, source) == ["so sad"]
    assert take(client, source) == []
    listed = redrive(letters)
    assert (listed.returncode, listed.stderr) == (0, LISTED.format(1))
    [[fate, _, *rest]] = lines(listed)
    assert (fate, *rest[:2]) == ("found", "message", "ReceivedTooOften")
    assert "so sad" not in listed.stdout
    assert take(client, letters) == ["so sad"]
    sent = redrive(letters, "--send")
    assert (sent.returncode, sent.stderr, lines(sent)[0][0]) == (0, "", "sent")
    assert take(client, letters) == []
    [message] = client("sqs").receive_message(
        QueueUrl=find_url(client, source), MessageAttributeNames=["All"]
    )["Messages"]
    assert (message["Body"], message["MessageAttributes"]["lang"]["StringValue"]) == ("so sad", "en")


def test_the_messages_of_a_fifo_queue_go_back_in_their_groups(client: Client, redrive: Redrive) -> None:
    name = uuid4().hex
    dead = make_queue(client, f"failed-{name}.fifo", FifoQueue="true")
    policy = json.dumps({"deadLetterTargetArn": find_arn(dead), "maxReceiveCount": 5})
    source = make_queue(client, f"tweets-{name}.fifo", FifoQueue="true", RedrivePolicy=policy)
    for text in ("first", "second"):
        client("sqs").send_message(
            QueueUrl=find_url(client, dead),
            MessageBody=text,
            MessageGroupId="tweets",
            MessageDeduplicationId=text,
        )
    ended = redrive(dead, "--send")
    assert (ended.returncode, ended.stderr, [line[0] for line in lines(ended)]) == (0, "", ["sent", "sent"])
    found = client("sqs").receive_message(
        QueueUrl=find_url(client, source), MaxNumberOfMessages=10, AttributeNames=["All"]
    )["Messages"]
    assert [(each["Body"], each["Attributes"]["MessageGroupId"]) for each in found] == [
        ("first", "tweets"),
        ("second", "tweets"),
    ]


def test_a_message_in_a_queue_that_is_nobodys_dead_letter_queue_is_kept(
    client: Client, letters: str, redrive: Redrive
) -> None:
    put(client, letters, "so sad")
    ended = redrive(letters, "--send")
    assert (ended.returncode, lines(ended)[0][0]) == (1, "kept")
    assert "0 queues have this dead-letter queue" in ended.stdout
    assert take(client, letters) == ["so sad"]


def test_an_invocation_is_repeated_and_only_those_of_the_reason(
    client: Client, letters: str, redrive: Redrive, lambdas: Functions
) -> None:
    put(client, letters, ASYNC)
    late = {**ASYNC, "requestContext": {**ASYNC["requestContext"], "condition": "EventAgeExceeded"}}
    put(client, letters, {**late, "responsePayload": None})
    ended = redrive(letters, "--reason", "notscored", "--send")
    [[fate, _, shape, reason, target, _]] = lines(ended)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (fate, shape, reason) == ("sent", "invocation", "RetriesExhausted NotScoredError")
    assert target == f"{FUNCTION}:$LATEST"
    assert lambdas.invoked == [Invocation(target, "Event", ASYNC["requestPayload"])]
    [kept] = take(client, letters)
    assert json.loads(kept)["requestContext"]["condition"] == "EventAgeExceeded"


def put_stream(client: Client) -> dict[str, Any]:
    """A stream with four records, and the letter of the two in the middle."""
    kinesis, name = client("kinesis"), uuid4().hex
    kinesis.create_stream(StreamName=name, ShardCount=1)
    numbers = [
        kinesis.put_record(StreamName=name, Data=text.encode(), PartitionKey="1")["SequenceNumber"]
        for text in ("before", "I love this", "I hate this", "behind")
    ]
    batch = {
        "shardId": "shardId-000000000000",
        "startSequenceNumber": numbers[1],
        "endSequenceNumber": numbers[2],
        "batchSize": 2,
        "streamArn": f"arn:aws:kinesis:us-east-1:123456789012:stream/{name}",
    }
    return {**KINESIS, "KinesisBatchInfo": {**KINESIS["KinesisBatchInfo"], **batch}}


def test_the_records_of_a_batch_are_fetched_and_scored(
    client: Client, letters: str, redrive: Redrive, lambdas: Functions, tools: Tools
) -> None:
    put(client, letters, put_stream(client))
    lambdas.answer = lambda event: streams.score(event, tools, lambda: MAX_MILLISECONDS)
    listed = redrive(letters)
    assert lines(listed)[0][2:] == [
        "stream",
        "RetryAttemptsExhausted Unhandled",
        FUNCTION,
        "2 of 2 records are left",
    ]
    assert lambdas.invoked == []
    sent = redrive(letters, "--send")
    assert (sent.returncode, sent.stderr, lines(sent)[0][0]) == (0, "", "sent")
    assert labels(tools) == ["positive", "negative"]
    assert take(client, letters) == []


def give_back(event: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["kinesis"]["sequenceNumber"]}]}


def fail(event: Any) -> None:
    raise OSError("The store failed.")


@pytest.mark.parametrize(
    ("answer", "said"), [(give_back, "back again"), (fail, "the function failed again: OSError")]
)
def test_a_batch_that_fails_again_stays(
    client: Client,
    letters: str,
    redrive: Redrive,
    lambdas: Functions,
    answer: functions.Answer,
    said: str,
) -> None:
    put(client, letters, put_stream(client))
    lambdas.answer = answer
    ended = redrive(letters, "--send")
    assert (ended.returncode, lines(ended)[0][0]) == (1, "kept")
    assert said in lines(ended)[0][-1]
    assert len(take(client, letters)) == 1


def test_the_records_of_a_table_are_fetched_and_scored(
    client: Client, letters: str, redrive: Redrive, lambdas: Functions, tools: Tools
) -> None:
    dynamodb, streamed, name = client("dynamodb"), client("dynamodbstreams"), uuid4().hex
    arn = tables.create(dynamodb, name, "NEW_IMAGE")
    for text in ("I love this", "I hate this", "behind"):
        item = {"id": {"S": text}, "text": {"S": text}, "photo": {"B": b"\xff"}}
        dynamodb.put_item(TableName=name, Item=item)
    shard = streamed.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streamed.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    found = streamed.get_records(ShardIterator=start["ShardIterator"])["Records"]
    first, last = (found[place]["dynamodb"]["SequenceNumber"] for place in (0, 1))
    batch = {"shardId": shard, "startSequenceNumber": first, "endSequenceNumber": last, "streamArn": arn}
    put(client, letters, {**DYNAMODB, "DDBStreamBatchInfo": {**DYNAMODB["DDBStreamBatchInfo"], **batch}})
    lambdas.answer = lambda event: streams.score(event, tools, lambda: MAX_MILLISECONDS)
    ended = redrive(letters, "--send")
    assert (ended.returncode, ended.stderr, lines(ended)[0][0]) == (0, "", "sent"), ended.stdout
    assert labels(tools) == ["positive", "negative"]


def test_a_batch_whose_stream_is_gone_stays_and_the_others_go(
    client: Client, letters: str, redrive: Redrive, lambdas: Functions
) -> None:
    put(client, letters, KINESIS)
    put(client, letters, ASYNC)
    ended = redrive(letters, "--send")
    assert ended.returncode == 1
    assert sorted(line[0] for line in lines(ended)) == ["kept", "sent"]
    assert "ResourceNotFoundException" in ended.stdout
    assert len(lambdas.invoked) == 1


def test_an_event_that_eventbridge_could_not_deliver_goes_to_its_target(
    client: Client, letters: str, redrive: Redrive, lambdas: Functions, event: Callable[[str], Any]
) -> None:
    target, notice = make_queue(client, f"input-{uuid4().hex}"), event("object-created")
    put(client, letters, notice, {**BUS_ATTRIBUTES, "TARGET_ARN": find_arn(target)})
    put(client, letters, event("eventbridge"), {**BUS_ATTRIBUTES, "TARGET_ARN": FUNCTION})
    ended = redrive(letters, "--send")
    assert (ended.returncode, ended.stderr, len(lines(ended))) == (0, "", 2)
    assert [json.loads(body) for body in take(client, target)] == [notice]
    assert lambdas.invoked == [Invocation(FUNCTION, "Event", event("eventbridge"))]
    assert take(client, letters) == []


def test_a_notification_goes_to_the_subscription_that_did_not_get_it(
    client: Client,
    letters: str,
    redrive: Redrive,
    lambdas: Functions,
    tools: Tools,
    event: Callable[[str], Any],
) -> None:
    sns = client("sns")
    topic = sns.create_topic(Name=f"tweets-{uuid4().hex}")["TopicArn"]
    policy = json.dumps({"deadLetterTargetArn": find_arn(letters)})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=f"{FUNCTION}-other")
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION, Attributes={"RedrivePolicy": policy})
    notification = {**event("sns")["Records"][0]["Sns"], "TopicArn": topic}
    put(client, letters, notification, SNS_ATTRIBUTES)
    ended = redrive(letters, "--send")
    assert (ended.returncode, ended.stderr, lines(ended)[0][2]) == (0, "", "undelivered")
    [invocation] = lambdas.invoked
    assert (invocation.function, invocation.kind) == (FUNCTION, "Event")
    assert notifications.score(invocation.event, tools, lambda: MAX_MILLISECONDS) == {"scored": 1}


def test_more_letters_than_one_answer_of_sqs_has_are_listed_once_and_shown_again(
    client: Client, letters: str, redrive: Redrive
) -> None:
    ids = {put(client, letters, ASYNC) for _ in range(25)}
    for _ in range(2):
        listed = [line[1] for line in lines(redrive(letters))]
        assert (len(listed), set(listed)) == (25, ids)


def test_a_queue_that_is_not_there_is_named(redrive: Redrive) -> None:
    ended = redrive("no-such-queue")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("sentiment: AWS refuses: ")
    assert "NonExistentQueue" in ended.stderr
