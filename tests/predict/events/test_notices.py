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
