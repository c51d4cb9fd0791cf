"""What Lambda does between a queue and a function; moto's own poller ignores partial failures.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import hashlib
from collections.abc import Callable
from typing import Any

Door = Callable[[dict[str, Any]], Any]


class Poller:
    """Receives a batch, calls the door, and deletes the messages that the door does not report as failed."""

    def __init__(self, sqs: Any, url: str, door: Door, batch_size: int = 10) -> None:
        self._sqs, self._url, self._door, self._batch_size = sqs, url, door, batch_size
        names = ["QueueArn"]
        self._arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][
            "QueueArn"
        ]

    def poll(self) -> int:
        """Deliver one batch, and return the number of its messages."""
        received = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=self._batch_size, AttributeNames=["All"]
        )
        messages = received.get("Messages", [])
        if not messages:
            return 0
        try:
            answer = self._door({"Records": [self._record(message) for message in messages]})
        except Exception:  # whatever it is, the batch comes again
            return len(messages)
        failed = _failed(answer, {message["MessageId"] for message in messages})
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def drain(self, most: int = 100) -> None:
        """Deliver until the queue is empty."""
        for _ in range(most):
            if not self.poll():
                return
        raise TimeoutError(f"the queue is not empty after {most} batches")

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": hashlib.md5(message["Body"].encode()).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": "us-east-1",
        }


def _failed(answer: Any, ids: set[str]) -> set[str]:
    """As Lambda reads the answer: none where there is no list, all where an id is unknown or empty."""
    failures = (answer or {}).get("batchItemFailures") or []
    failed = {failure.get("itemIdentifier") for failure in failures}
    return failed if failed <= ids else ids
