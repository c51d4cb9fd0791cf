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
    named = notice.named()
    assert [location._replace(version="") for location in named.locations] == locations
    assert named.ignored == []


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
        notice.named()


TRAIL = {"eventName": "PutBucketPolicy", "requestParameters": {"bucketName": "inbox"}}


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ({"source": "aws.s3", "detail-type": "Object Deleted", "detail": {"object": {"key": "a+b"}}}, "a+b"),
        ({"source": "aws.s3", "detail-type": "Object Tags Added", "detail": {"object": {"key": "a"}}}, "a"),
        ({"source": "aws.s3", "detail-type": "AWS API Call via CloudTrail", "detail": TRAIL}, ""),
        ({"source": "aws.s3", "detail-type": "Object Deleted", "detail": None}, ""),
        (
            {
                "Records": [
                    {
                        "eventSource": "aws:s3",
                        "eventName": "ObjectRemoved:Delete",
                        "s3": {"bucket": {"name": "inbox"}, "object": {"key": "a+b%2B"}},
                    }
                ]
            },
            "a b+",
        ),
        ({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectRemoved:Delete"}]}, ""),
        ({"Bucket": "inbox", "Key": "a", "VersionId": "v", "IsDeleteMarker": True}, "a"),
    ],
)
def test_what_is_no_new_object_is_passed_over_with_a_reason(message: dict[str, Any], key: str) -> None:
    notice = notices.find(message)
    assert notice
    assert notice.named() == ([], [(key, notices.NOT_NEW)])
