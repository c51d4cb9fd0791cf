"""Items: objects that somebody names, as Step Functions and S3's own lists spell it."""

from collections.abc import Sequence
from typing import Any

from predict.events.errors import UnreadableRecordError
from predict.location import Location

Item = dict[str, Any]

NO_OBJECT = "names no object: send a notification of S3, or a bucket and a key"

# The first spelling of each is the one to recommend.
BUCKET = ("bucket", "Bucket")
KEY = ("key", "Key")
ADDRESS = ("uri", "s3_uri", "s3Uri", "s3uri", "S3Uri")
ETAG = ("etag", "ETag", "Etag", "eTag", "e_tag")
VERSION = ("version", "version-id", "version_id", "versionId", "VersionId")
TEXT_COLUMN = ("text_column", "textColumn", "TextColumn")
DELETION = ("IsDeleteMarker",)

# The BatchInput beside Items, where Step Functions puts what is the same in all batches: failures are
# answered, not raised, so that one of them does not take the summaries of the others with it.
ANSWERED = {"failures": "answered"}

# What ListObjectsV2, ListObjectVersions, inventories and EventBridge tell too, and what changes no row.
_LISTED = (
    "LastModified LastModifiedDate Size StorageClass Owner ChecksumAlgorithm ChecksumType RestoreStatus "
    "IsLatest IsMultipartUploaded ReplicationStatus EncryptionStatus IntelligentTieringAccessTier "
    "BucketKeyStatus size sequencer"
)
_KNOWN = frozenset(_LISTED.split()).union(BUCKET, KEY, ADDRESS, ETAG, VERSION, TEXT_COLUMN, DELETION)
_SCHEME = "s3://"


def is_item(message: Item) -> bool:
    """Whether `message` names an object; it may do so wrongly."""
    if "text" in message:
        return False
    if message.keys() & ADDRESS[1:] or _is_address(message.get(ADDRESS[0])):
        return True
    return bool(message.keys() & BUCKET and message.keys() & KEY)


def read(item: Item) -> Location:
    """The object that `item` names. Raises UnreadableRecordError, which shows no value."""
    if unknown := sorted(item.keys() - _KNOWN):
        raise UnreadableRecordError(_explain(unknown))
    bucket, key = _read(item, BUCKET), _read(item, KEY)
    if address := _read(item, ADDRESS):
        bucket, key = _split(address, bucket, key)
    if not bucket or not key:
        raise UnreadableRecordError(NO_OBJECT)
    return Location(bucket, key, _unquote(_read(item, ETAG)), _read(item, VERSION), _read(item, TEXT_COLUMN))


def is_deletion(item: Item) -> bool:
    """Whether a list of versions says that the object was deleted."""
    return item.get(DELETION[0]) in (True, "true")


def _explain(unknown: list[str]) -> str:
    shown = ", ".join(name if name.isidentifier() and len(name) <= 40 else "?" for name in unknown[:5])
    return f"has unknown members ({shown}): take them out; bucket, key, etag, version and uri are known"


def _read(item: Item, spellings: Sequence[str]) -> str:
    """The value of a member, however it is spelled; "" where it is not there."""
    found = [item[name] for name in spellings if item.get(name) not in (None, "")]
    if not all(isinstance(value, str) for value in found):
        raise UnreadableRecordError(NO_OBJECT)
    if len(set(found)) > 1:
        raise UnreadableRecordError(f"has two spellings of {spellings[0]} that differ: send one")
    return found[0] if found else ""


def _split(address: str, bucket: str, key: str) -> tuple[str, str]:
    """The bucket and the key of an address, whose key is taken as it is."""
    if not _is_address(address):
        raise UnreadableRecordError("has a uri that is not s3://bucket/key: send one, or a bucket and a key")
    named, _, path = address.removeprefix(_SCHEME).partition("/")
    if bucket not in ("", named) or key not in ("", path):
        raise UnreadableRecordError("has a uri of another object than its bucket and key: send one of them")
    return named, path


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_SCHEME)


def _unquote(etag: str) -> str:
    """As events have it: S3's own lists quote it."""
    return etag[1:-1] if len(etag) > 1 and etag[0] == etag[-1] == '"' else etag
