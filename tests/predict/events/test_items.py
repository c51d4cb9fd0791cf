from typing import Any

import pytest

from predict.events import items
from predict.events.errors import UnreadableRecordError
from predict.location import Location

ETAG = "8f8b39d8a2a5ad0cc3e3ee2bfd6cba45"


@pytest.mark.parametrize(
    "item",
    [
        {"bucket": "b", "key": "a/c d.csv"},
        {"Bucket": "b", "Key": "a/c d.csv"},
        {"Bucket": "b", "key": "a/c d.csv"},
        *({name: "s3://b/a/c d.csv"} for name in ("uri", "s3_uri", "s3Uri", "S3Uri", "s3uri")),
        {"uri": "s3://b/a/c d.csv", "bucket": "b", "key": "a/c d.csv"},
        {"bucket": "b", "Bucket": "b", "key": "a/c d.csv", "etag": "", "version": None},
    ],
)
def test_an_object_is_named_in_each_usual_spelling(item: dict[str, Any]) -> None:
    assert items.is_item(item)
    assert items.read(item) == Location("b", "a/c d.csv")


@pytest.mark.parametrize("name", ["etag", "ETag", "Etag", "eTag", "e_tag"])
@pytest.mark.parametrize("value", [ETAG, f'"{ETAG}"'])
def test_an_etag_is_read_with_the_quotes_of_s3_and_without(name: str, value: str) -> None:
    assert items.read({"bucket": "b", "key": "k", name: value}) == Location("b", "k", ETAG)


@pytest.mark.parametrize("name", ["version", "version-id", "version_id", "versionId", "VersionId"])
def test_a_version_is_never_overlooked(name: str) -> None:
    assert items.read({"bucket": "b", "key": "k", name: "v"}) == Location("b", "k", "", "v")


def test_what_s3_and_step_functions_list_beside_is_allowed() -> None:
    listed = {
        "Etag": f'"{ETAG}"',
        "Key": "k",
        "LastModified": 1668699881,
        "Size": 8,
        "StorageClass": "STANDARD",
    }
    assert items.read({"Bucket": "b", **listed}) == Location("b", "k", ETAG)
    version = {
        "Key": "k",
        "VersionId": "v",
        "IsLatest": True,
        "Owner": {"ID": "o"},
        "ChecksumAlgorithm": ["CRC32"],
    }
    assert items.read({"Bucket": "b", **version}) == Location("b", "k", "", "v")
    inventory = {
        "Key": "k",
        "IsDeleteMarker": "false",
        "LastModifiedDate": "2026-01-01",
        "ReplicationStatus": "",
    }
    assert items.read({"Bucket": "b", **inventory}) == Location("b", "k")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"versoin": "v"}, r"has unknown members \(versoin\): take them out"),
        ({"VersionID": "v"}, r"has unknown members \(VersionID\)"),
        ({"threshold": 0.9, "model": "m"}, r"has unknown members \(model, threshold\)"),
        ({"so sad today": 1}, r"has unknown members \(\?\)"),
        ({"Bucket": "other"}, "has two spellings of bucket that differ: send one"),
        ({"Key": "other"}, "has two spellings of key that differ: send one"),
        ({"version": "v", "versionId": "w"}, "has two spellings of version that differ: send one"),
        ({"etag": "v", "ETag": "w"}, "has two spellings of etag that differ: send one"),
        ({"uri": "s3://b/other"}, "has a uri of another object than its bucket and key: send one of them"),
        ({"uri": "s3://other/k"}, "has a uri of another object than its bucket and key: send one of them"),
        ({"s3_uri": "https://b/k"}, "has a uri that is not s3://bucket/key"),
        ({"version": 5}, "names no object"),
        ({"etag": ["e"]}, "names no object"),
    ],
)
def test_what_is_unknown_or_contradicts_is_refused_by_its_name(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableRecordError, match=f"^{reason}"):
        items.read({"bucket": "b", "key": "k", **members})


@pytest.mark.parametrize(
    "item",
    [
        {"bucket": "b", "key": ""},
        {"bucket": "", "key": "k"},
        {"bucket": 5, "key": "k"},
        {"bucket": "b", "key": None},
        {"uri": "s3://b"},
        {"uri": "s3://b/"},
        {"uri": "s3:///k"},
    ],
)
def test_an_item_without_an_object_is_unreadable(item: dict[str, Any]) -> None:
    assert items.is_item(item)
    with pytest.raises(UnreadableRecordError, match=r"^names no object: send a notification of S3"):
        items.read(item)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"bucket": "b"},
        {"key": "k"},
        {"uri": "https://example.org/a"},
        {"uri": 5},
        {"bucket": "b", "key": "k", "text": "a tweet"},
        {"s3_uri": "s3://b/k", "text": "a tweet"},
    ],
)
def test_what_is_something_else_is_no_item(message: dict[str, Any]) -> None:
    assert not items.is_item(message)


@pytest.mark.parametrize(
    ("value", "deleted"), [(True, True), ("true", True), (False, False), ("false", False)]
)
def test_a_delete_marker_is_told(value: object, deleted: bool) -> None:
    assert items.is_deletion({"Bucket": "b", "Key": "k", "IsDeleteMarker": value}) is deleted
