from collections.abc import Callable
from typing import Any

import pytest

from predict.events import notices
from predict.events.errors import UnreadableRecordError
from predict.location import Location

ETAG = "8f8b39d8a2a5ad0cc3e3ee2bfd6cba45"


@pytest.mark.parametrize(
    ("name", "locations"),
    [
        ("s3", [Location("inbox", "tweets.csv", ETAG)]),
        ("object-created", [Location("inbox", "tweets.csv", ETAG)]),
        ("map-item", [Location("inbox", "tweets.csv")]),
        ("s3-test", []),
    ],
)
def test_each_shape_of_a_notice_names_its_objects(
    event: Callable[[str], Any], name: str, locations: list[Location]
) -> None:
    notice = notices.find(event(name))
    assert notice
    assert [location._replace(version="") for location in notice.locations()] == locations


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"Records": []},
        {"Records": "aws:s3"},
        {"Records": [5, None, {"eventSource": "aws:sqs"}]},
        {"source": "aws.s3"},
        {"bucket": "b"},
        {"Event": "s3:Other"},
    ],
)
def test_what_only_looks_like_a_notice_is_none(message: dict[str, Any]) -> None:
    assert not notices.find(message)


@pytest.mark.parametrize(
    "message",
    [
        {"bucket": 5, "key": "a.csv"},
        {"bucket": "b", "key": None},
        {"Records": [{"eventSource": "aws:s3"}]},
        {"source": "aws.s3", "detail": {}},
        {"source": "aws.s3", "detail-type": "Object Created", "detail": None},
    ],
)
def test_a_notice_that_names_no_object_is_unreadable(message: dict[str, Any]) -> None:
    notice = notices.find(message)
    assert notice
    with pytest.raises(UnreadableRecordError, match=r"^names no object: send a notification of S3"):
        notice.locations()


@pytest.mark.parametrize(
    ("item", "location"),
    [
        ({"Bucket": "inbox", "Key": "a.csv"}, Location("inbox", "a.csv")),
        ({"s3_uri": "s3://inbox/in/a.csv"}, Location("inbox", "in/a.csv")),
        ({"uri": "s3://inbox/a.csv", "versionId": "v1"}, Location("inbox", "a.csv", "", "v1")),
        ({"bucket": "inbox", "key": "a.csv", "VersionId": "v1"}, Location("inbox", "a.csv", "", "v1")),
        ({"bucket": "inbox", "key": "a.csv", "version_id": "v1"}, Location("inbox", "a.csv", "", "v1")),
        ({"bucket": "inbox", "key": "a.csv", "version": None}, Location("inbox", "a.csv")),
        (
            {"Bucket": "inbox", "Key": "a.csv", "ETag": f'"{ETAG}"', "Size": 5, "StorageClass": "STANDARD"},
            Location("inbox", "a.csv", ETAG),
        ),
    ],
)
def test_an_item_is_read_in_every_usual_spelling(item: dict[str, Any], location: Location) -> None:
    notice = notices.find(item)
    assert notice
    assert notices.is_explicit(notice)
    assert notice.locations() == [location]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"bucket": "b", "key": "k", "versoin": "1"}, "has no member versoin: an item has a bucket, a key,"),
        ({"bucket": "b", "key": "k", "so sad today": "1"}, "has no member that name"),
        (
            {"bucket": "b", "key": "k", "version": "1", "VersionId": "2"},
            "names two different values of its version",
        ),
        ({"uri": "s3://b/k", "key": "other"}, "names two different values of its key: send one"),
        ({"uri": "https://b/k"}, "has a URI that does not name an object: send s3://bucket/key"),
        ({"bucket": "b", "key": ""}, "names no object"),
        ({"bucket": "..", "key": "k"}, "names a bucket, an etag or a version that S3 never gives"),
        ({"bucket": "%2e%2e/x", "key": "k"}, "names a bucket, an etag or a version that S3 never gives"),
        (
            {"bucket": "b", "key": "k", "etag": "a\n"},
            "names a bucket, an etag or a version that S3 never gives",
        ),
        (
            {"bucket": "b", "key": "k", "version": "\x00"},
            "names a bucket, an etag or a version that S3 never gives",
        ),
    ],
)
def test_what_an_item_asks_for_is_never_passed_over(item: dict[str, Any], reason: str) -> None:
    notice = notices.find(item)
    assert notice
    with pytest.raises(UnreadableRecordError) as refused:
        notice.locations()
    assert str(refused.value).startswith(reason)
