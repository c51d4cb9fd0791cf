"""Notices: messages that name objects in a bucket, in the shapes of S3, EventBridge and Step Functions."""

from collections.abc import Callable
from typing import Any, NamedTuple

from predict.events.errors import UnreadableRecordError
from predict.location import Location

Message = dict[str, Any]

NO_OBJECT = "names no object: send a notification of S3, or a bucket and a key"


class Notice(NamedTuple):
    """`message`, and what reads its shape."""

    message: Message
    read: Callable[[Message], list[Location]]

    def locations(self) -> list[Location]:
        """The new objects; none where something else happened to one. Raises UnreadableRecordError."""
        try:
            found = self.read(self.message)
        except (AttributeError, LookupError, TypeError):
            found = None
        if found is None or not all(isinstance(part, str) for location in found for part in location):
            raise UnreadableRecordError(NO_OBJECT)
        return found


def find(message: Message) -> Notice | None:
    """The notice that `message` is, told from its shape, or None."""
    records = message.get("Records")
    if isinstance(records, list) and any(_is_of_s3(record) for record in records):
        return Notice(message, _read_s3)
    if message.get("source") == "aws.s3" and "detail" in message:
        return Notice(message, _read_eventbridge)
    if message.get("Event") == "s3:TestEvent":
        return Notice(message, _read_test)
    if {"bucket", "key"} <= message.keys() and "text" not in message:
        return Notice(message, _read_item)
    return None


def _is_of_s3(record: object) -> bool:
    return isinstance(record, dict) and record.get("eventSource") == "aws:s3"


def _read_s3(message: Message) -> list[Location]:
    from urllib.parse import unquote_plus  # 6 ms of a cold start that the other shapes do not need

    created = [record["s3"] for record in message["Records"] if "ObjectCreated:" in record["eventName"]]
    return [
        Location(
            s3["bucket"]["name"],
            unquote_plus(s3["object"]["key"]),  # encoded as in a form, unlike in EventBridge
            s3["object"].get("eTag") or "",
            s3["object"].get("versionId") or "",
        )
        for s3 in created
    ]


def _read_eventbridge(message: Message) -> list[Location]:
    if message["detail-type"] != "Object Created":
        return []
    return _read_item({"bucket": message["detail"]["bucket"]["name"], **message["detail"]["object"]})


def _read_item(item: Message) -> list[Location]:
    version = item.get("version-id") or item.get("version") or ""
    return [Location(item["bucket"], item["key"], item.get("etag") or "", version)]


def _read_test(_message: Message) -> list[Location]:  # S3 sends it when notifications are set up
    return []
