"""Notices: messages that name objects in a bucket, in the shapes of S3, EventBridge and Step Functions."""

from collections.abc import Callable
from typing import Any, NamedTuple

from predict.events import items
from predict.events.errors import UnreadableRecordError
from predict.events.items import NO_OBJECT
from predict.location import Location, name_fault

Message = dict[str, Any]

NOT_NEW = "is not new: something else happened to it, such as a deletion"


class Named(NamedTuple):
    """The new objects that a notice names, and the key of each other one with why it is passed over."""

    locations: list[Location]
    ignored: list[tuple[str, str]]


class Notice(NamedTuple):
    """`message`, and what reads its shape."""

    message: Message
    read: Callable[[Message], Named]

    def named(self) -> Named:
        """Raises UnreadableRecordError."""
        try:
            found = self.read(self.message)
        except (AttributeError, LookupError, TypeError) as exc:
            raise UnreadableRecordError(NO_OBJECT) from exc
        parts = [part for named in (found.locations, found.ignored) for each in named for part in each]
        if not all(isinstance(part, str) for part in parts):
            raise UnreadableRecordError(NO_OBJECT)
        for location in found.locations:
            if fault := name_fault(location):
                raise UnreadableRecordError(fault)
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
    if items.is_item(message):
        return Notice(message, _read_item)
    return None


def _is_of_s3(record: object) -> bool:
    return isinstance(record, dict) and record.get("eventSource") == "aws:s3"


def _read_s3(message: Message) -> Named:
    from urllib.parse import unquote_plus  # 6 ms of a cold start that the other shapes do not need

    named = Named([], [])
    for record in message["Records"]:
        # keys are encoded as in a form, unlike in EventBridge
        if "ObjectCreated:" not in record["eventName"]:
            named.ignored.append((unquote_plus(_find_key(record.get("s3"))), NOT_NEW))
            continue
        bucket, found = record["s3"]["bucket"]["name"], record["s3"]["object"]
        etag, version = found.get("eTag") or "", found.get("versionId") or ""
        named.locations.append(Location(bucket, unquote_plus(found["key"]), etag, version))
    return named


def _read_eventbridge(message: Message) -> Named:
    if message["detail-type"] != "Object Created":
        return Named([], [(_find_key(message["detail"]), NOT_NEW)])
    bucket, found = message["detail"]["bucket"]["name"], message["detail"]["object"]
    etag, version = found.get("etag") or "", found.get("version-id") or ""
    return Named([Location(bucket, found["key"], etag, version)], [])


def _find_key(about: Any) -> str:
    """The key of an object to which something else happened; "" where it is of no object, as in an audit."""
    found = about.get("object") if isinstance(about, dict) else None
    return str(found.get("key", "")) if isinstance(found, dict) else ""


def _read_item(message: Message) -> Named:
    if items.is_deletion(message):
        return Named([], [(items.read(message).key, NOT_NEW)])
    return Named([items.read(message)], [])


def _read_test(_message: Message) -> Named:  # S3 sends it when notifications are set up
    return Named([], [])
