import base64
import hashlib
import ipaddress
import json
import re
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "functions" / "predict" / "samples").glob("*.json"))
NAMES = [path.stem for path in FILES]

Event = Callable[[str], Any]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_sample_is_printed_as_one_reads_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_sample_names_nobody(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    addresses = re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text)
    assert [address for address in addresses if ipaddress.ip_address(address).is_global] == []
    assert set(re.findall(r"arn:aws:[\w-]+:[\w-]*:(\w+):", text)) <= {"123456789012"}
    assert "@" not in text


def test_the_readme_says_how_each_event_was_made() -> None:
    folder = ROOT / "tests" / "events"
    named = re.findall(r"`([\w*-]+\.json)`", (folder / "README.md").read_text(encoding="utf-8"))
    events = [path.name for path in [*FILES, *folder.glob("*.json")]]
    assert [event for event in events if not any(fnmatch(event, name) for name in named)] == []
    assert [name for name in named if not any(fnmatch(event, name) for event in events)] == []


@pytest.mark.parametrize("name", ["rest", "http-api", "alb", "function-url"])
def test_every_http_sample_posts_the_same_text(event: Event, name: str) -> None:
    sample = event(name)
    sent = base64.b64decode(sample["body"]) if sample["isBase64Encoded"] else sample["body"].encode()
    headers = {key.lower(): value for key, value in sample["headers"].items()}
    assert json.loads(sent) == {"text": "I love this"}
    assert headers["content-type"] == "application/json"
    assert headers.get("content-length", str(len(sent))) == str(len(sent))


@pytest.mark.parametrize("name", [name for name in NAMES if "sqs" in name])
def test_a_message_of_a_queue_has_the_md5_of_its_body_and_an_id_of_its_own(event: Event, name: str) -> None:
    records = event(name)["Records"]
    bodies = [record["body"].encode() for record in records]
    assert [record["md5OfBody"] for record in records] == [hashlib.md5(body).hexdigest() for body in bodies]
    for unique in ("messageId", "receiptHandle"):
        assert len({record[unique] for record in records}) == len(records)


def test_messages_of_a_fifo_queue_are_in_order_and_their_duplicates_known(event: Event) -> None:
    records = event("sqs-fifo")["Records"]
    numbers = [int(record["attributes"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))
    for record in records:
        digest = hashlib.sha256(record["body"].encode()).hexdigest()
        assert record["attributes"]["MessageDeduplicationId"] == digest


@pytest.mark.parametrize("name", [name for name in NAMES if "-in-" in name])
def test_a_sample_in_another_is_the_sample_of_that_name(event: Event, name: str) -> None:
    inner, _, outer = name.rpartition("-in-")
    [record] = event(name)["Records"]
    carried = json.loads(record["Sns"]["Message"] if outer == "sns" else record["body"])
    if inner.endswith("sns"):  # the envelope in a queue is spelt otherwise: SigningCertURL, no null
        [notification] = event(inner)["Records"]
        assert carried["Type"] == "Notification"
        assert carried["Message"] == notification["Sns"]["Message"]
    else:
        assert carried == event(inner)


def test_every_s3_sample_speaks_of_the_same_object(event: Event) -> None:
    [record] = event("s3")["Records"]
    notified, created = record["s3"], event("object-created")["detail"]
    assert re.fullmatch(r"[0-9a-f]{32}", notified["object"]["eTag"])
    assert created["object"].pop("etag") == notified["object"].pop("eTag")
    assert created["object"] == notified["object"]
    assert (created["bucket"]["name"], created["object"]["key"]) == ("inbox", "tweets.csv")
    assert event("map-item") == {"bucket": notified["bucket"]["name"], "key": notified["object"]["key"]}
    assert event("s3-test")["Bucket"] == notified["bucket"]["name"]


def test_the_records_of_a_stream_are_a_tweet_and_bare_text(event: Event) -> None:
    records = event("kinesis")["Records"]
    sent = [base64.b64decode(record["kinesis"]["data"], validate=True).decode() for record in records]
    assert json.loads(sent[0]) == {"id": "1", "text": "I love this"}
    assert sent[1] == "stuck at work while everybody is at the beach"
    for record in records:
        assert record["eventID"].partition(":")[2] == record["kinesis"]["sequenceNumber"]


def test_a_removed_item_has_no_new_image(event: Event) -> None:
    images = {
        record["eventName"]: {"NewImage", "OldImage"} & record["dynamodb"].keys()
        for record in event("dynamodb")["Records"]
    }
    assert images == {"INSERT": {"NewImage"}, "MODIFY": {"NewImage", "OldImage"}, "REMOVE": {"OldImage"}}
