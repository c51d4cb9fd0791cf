"""`sentiment redrive`: what lies in a dead-letter queue or failure destination, and how it goes back."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from predict import letters, shards
from predict.letters import Letter

_HIDDEN = 300  # seconds in which no other reader gets a letter; those that stay are shown again at the end
_ANSWER = 910  # seconds until an answer must come; a function may take 900
_NEEDED = "`sentiment redrive` calls AWS: run `pip install 'tweet-sentiment[aws]'`"


class KeptError(RuntimeError):
    """Raise when a letter cannot be sent back: it stays in its queue."""


def run(queue: str, reason: str, send: bool) -> None:
    """Print a line for each letter: what became of it, its id, shape, reason, and where it goes.

    Only letters whose reason contains `reason`, whatever its case. A sent letter is deleted, after that. The
    process ends with status 1 if one cannot be sent. Raises ValueError without boto3, or if AWS refuses.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError  # the image has no boto3
    except ImportError as exc:
        raise ValueError(_NEEDED) from exc
    refused = (BotoCoreError, ClientError)
    try:
        url = queue if "://" in queue else _client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        found, failed = 0, 0
        for message in _receive(url):
            letter = letters.read(message)
            if reason.casefold() not in letter.reason.casefold():
                continue
            found += 1
            try:
                fate, more = _handle(letter, message, url, send)
            except (KeptError, *refused) as exc:
                fate, more, failed = "kept", str(exc), failed + 1
            target = letter.target or letter.topic
            print(fate, message["MessageId"], letter.shape, letter.reason, target, more, sep="\t", flush=True)
    except refused as exc:
        raise ValueError(f"AWS refuses: {exc}") from exc
    if not send:
        print(f"sentiment: {found} found. Nothing was sent: add --send to send them back.", file=sys.stderr)
    if failed:
        sys.exit(1)


def _handle(letter: Letter, message: Mapping[str, Any], url: str, send: bool) -> tuple[str, str]:
    """What became of a letter, and what else there is to say. Raises KeptError."""
    records = shards.fetch(_client(letter.place.service), letter.place) if letter.place else []
    more = f"{len(records)} of {letter.place.records} records are left" if letter.place else ""
    if letter.place and not records:
        raise KeptError("its stream has dropped the records")
    if send:
        _send(letter, message, url, records)
        _client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return "sent" if send else "found", more


def _receive(url: str) -> Iterator[Mapping[str, Any]]:
    """Yield each message once. Those that were not deleted are shown to others again at the end."""
    sqs = _client("sqs")
    received: dict[str, str] = {}
    try:
        while True:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_HIDDEN,
                WaitTimeSeconds=1,  # asks all of SQS's servers: an empty answer means an empty queue
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            new = [found for found in answer.get("Messages", []) if found["MessageId"] not in received]
            received.update((found["MessageId"], found["ReceiptHandle"]) for found in new)
            if not new:
                return
            yield from new
    finally:
        handles = list(received.values())
        for start in range(0, len(handles), 10):
            shown = [
                {"Id": str(place), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for place, handle in enumerate(handles[start : start + 10])
            ]
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=shown)  # says which were deleted


def _send(letter: Letter, message: Mapping[str, Any], url: str, records: Sequence[dict[str, Any]]) -> None:
    if letter.shape == "stream":
        for piece in shards.cut(records):
            _invoke_and_wait(letter.target, piece)
    elif letter.shape == "message":
        _send_message(_find_url(letter.target) if letter.target else _find_source(url), message)
    else:
        target, content = _find_subscription(letter, url) if letter.topic else (letter.target, letter.content)
        service = target.split(":")[2]
        if service == "lambda":
            _client("lambda").invoke(FunctionName=target, InvocationType="Event", Payload=content)
        elif service == "sqs":
            _client("sqs").send_message(QueueUrl=_find_url(target), MessageBody=content)
        else:
            raise KeptError(f"only queues and functions are sent to, not {service}")


def _send_message(url: str, message: Mapping[str, Any]) -> None:
    group = message["Attributes"].get("MessageGroupId")
    fifo = {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}
    _client("sqs").send_message(
        QueueUrl=url,
        MessageBody=message["Body"],
        MessageAttributes=message.get("MessageAttributes", {}),
        **(fifo if url.endswith(".fifo") else {}),
    )


def _find_url(arn: str) -> str:
    account, name = arn.split(":")[4:6]
    found: str = _client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    return found


def _find_source(url: str) -> str:
    """The queue whose dead-letter queue this is. Raises KeptError if it is not one."""
    sources = _client("sqs").list_dead_letter_source_queues(QueueUrl=url)["queueUrls"]
    if len(sources) != 1:
        raise KeptError(f"{len(sources)} queues have this dead-letter queue: the letter does not say which")
    return str(sources[0])


def _find_subscription(letter: Letter, url: str) -> tuple[str, str]:
    """The endpoint that the topic could not reach, and what it would have got. Raises KeptError."""
    sns, arn = _client("sns"), _find_arn(url)
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=letter.topic)
    for subscription in (found for page in pages for found in page["Subscriptions"]):
        name = subscription["SubscriptionArn"]
        attributes = sns.get_subscription_attributes(SubscriptionArn=name)["Attributes"]
        if json.loads(attributes.get("RedrivePolicy", "{}")).get("deadLetterTargetArn") == arn:
            if subscription["Protocol"] == "sqs":
                return subscription["Endpoint"], letter.content
            record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": name}
            event = {"Records": [{**record, "Sns": json.loads(letter.content)}]}
            return subscription["Endpoint"], json.dumps(event)
    raise KeptError("no subscription of the topic has this dead-letter queue")


def _find_arn(url: str) -> str:
    answer = _client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def _invoke_and_wait(function: str, event: str) -> None:
    """Raises KeptError if the function fails, or gives a record back."""
    answer = _client("lambda").invoke(FunctionName=function, Payload=event)
    said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise KeptError(f"the function failed again: {said.get('errorType')}")
    if failed := said.get("batchItemFailures"):
        raise KeptError(f"the function gave the record {failed[0]['itemIdentifier']} back again")


@cache
def _client(service: str) -> Any:
    import boto3  # the image has none
    from botocore.config import Config

    return boto3.client(service, config=Config(read_timeout=_ANSWER))
