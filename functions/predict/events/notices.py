"""Notices: messages that name objects in a bucket, in the shapes of S3, EventBridge and Step Functions."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from predict.events.errors import UnreadableRecordError
from predict.limits import PLAIN_NAME
from predict.location import Location

Message = dict[str, Any]

# What S3, Google Cloud Storage and Azure allow, and the name of a folder. No slash: it would lead elsewhere.
BUCKET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
# The spellings of an item's members, as boto3, ListObjectsV2, EventBridge and people write them. The members
# without a part are what ListObjectsV2 adds.
_URIS = frozenset({"uri", "s3_uri", "s3Uri", "S3Uri"})
_MEMBERS = {
    **dict.fromkeys(("bucket", "Bucket"), "bucket"),
    **dict.fromkeys(("key", "Key"), "key"),
    **dict.fromkeys(("etag", "eTag", "ETag"), "etag"),
    **dict.fromkeys(("version", "version-id", "version_id", "versionId", "VersionId"), "version"),
    **dict.fromkeys(("LastModified", "Size", "StorageClass", "ChecksumAlgorithm", "ChecksumType"), ""),
    **dict.fromkeys(_URIS, ""),
}
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
        for bucket, _, etag, version in found:
            if not BUCKET.fullmatch(bucket) or not f"{etag}{version}".isprintable():
                raise UnreadableRecordError(
                    "names a bucket, an etag or a version that S3 never gives: correct it"
                )
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
    if "text" not in message and (
        message.keys() >= {"bucket", "key"} or message.keys() >= {"Bucket", "Key"} or _URIS & message.keys()
    ):
        return Notice(message, _read_item)
    return None


def is_explicit(notice: Notice) -> bool:
    """Whether a caller names the object, and waits for an answer about it."""
    return notice.read is _read_item


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
    found = message["detail"]["object"]
    version = found.get("version-id") or ""
    return [Location(message["detail"]["bucket"]["name"], found["key"], found.get("etag") or "", version)]


def _read_item(item: Message) -> list[Location]:
    """An item of Step Functions or of a direct call. Raises UnreadableRecordError for other members."""
    given: dict[str, str] = {}
    for name, value in item.items():
        if name not in _MEMBERS:
            shown = name if PLAIN_NAME.fullmatch(name) else "that name"
            raise UnreadableRecordError(
                f"has no member {shown}: an item has a bucket, a key, an etag, a version"
            )
        parts = _split_uri(value) if name in _URIS else {_MEMBERS[name]: "" if value is None else value}
        for part, text in parts.items():
            if part and given.setdefault(part, text) != text:
                raise UnreadableRecordError(f"names two different values of its {part}: send one")
    if not given["bucket"] or not given["key"]:
        raise UnreadableRecordError(NO_OBJECT)
    etag = given.get("etag", "").strip('"')
    return [Location(given["bucket"], given["key"], etag, given.get("version", ""))]


def _split_uri(uri: str) -> dict[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not key:
        raise UnreadableRecordError("has a URI that does not name an object: send s3://bucket/key")
    return {"bucket": bucket, "key": key}


def _read_test(_message: Message) -> list[Location]:  # S3 sends it when notifications are set up
    return []
