"""The objects door on moto's S3, through the events that AWS sends."""

import csv
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import obstore
import pytest
from obstore.exceptions import BaseError, GenericError, PermissionDeniedError
from obstore.store import MemoryStore, ObjectStore

from model import Scorecard
from predict import cli, dispatcher, objects, settings, store, warm
from predict.deadline import OutOfTimeError
from predict.events import items
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.files.scoring import ObjectRefusedError
from predict.settings import Settings
from predict.store import StoreError
from predict.warm import Tools
from tests.aws import ports
from tests.aws.clock import Context, ending, endless
from tests.aws.poller import Poller
from tests.aws.proxy import Fault, Proxy
from tests.aws.results import written

CONTENT = b"id,text\n1,I love this\n2\n"
Sample = Callable[[str], Any]

pytestmark = pytest.mark.usefixtures("aws_environment")


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


@pytest.fixture
def results(s3: Any) -> ObjectStore:
    name = f"results-{uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return store.open_store(f"s3://{name}")


@pytest.fixture
def on_s3(tiny: Scorecard, results: ObjectStore) -> Tools:
    """Tools as in Lambda: objects and results are in S3."""
    return Tools(tiny, Settings(), results)


def named(event: Any, bucket: str, key: str = "tweets.csv", etag: str | None = None, **rest: str) -> Any:
    """A sample event that names another object, at any depth."""
    said = json.dumps(event)
    for old, new in {"inbox": bucket, "8f8b39d8a2a5ad0cc3e3ee2bfd6cba45": etag or "", **rest}.items():
        said = said.replace(old, new)
    return json.loads(said.replace("tweets.csv", key))


Said = Callable[[], dict[str, Any]]


def notice(bucket: str, key: str, name: str = "ObjectCreated:Put", **of_object: str) -> dict[str, Any]:
    """A record of S3's own notifications."""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventName": name,
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, **of_object}},
    }


def logged(said: Said, *names: str) -> list[Any]:
    """Members of the line of the log."""
    line = said()
    return [line[name] for name in names]


def etag_of(s3: Any, bucket: str, key: str, content: bytes = CONTENT, **arguments: str) -> str:
    """Put an object, and return its etag without quotes, as events have it."""
    etag: str = s3.put_object(Bucket=bucket, Key=key, Body=content, **arguments)["ETag"]
    return etag.strip('"')


QUEUED = ["s3-in-sqs", "s3-in-sns-in-sqs", "object-created-in-sqs"]
ALONE = ["s3", "s3-in-sns", "object-created", "map-item"]


@pytest.mark.parametrize("name", QUEUED + ALONE)
def test_an_object_is_scored_whatever_event_speaks_of_it(
    event: Sample, s3: Any, bucket: str, on_s3: Tools, name: str
) -> None:
    etag = etag_of(s3, bucket, "tweets.csv")
    answer = objects.score(named(event(name), bucket, etag=etag), on_s3, endless)
    found = written(on_s3.results)
    [place] = {name.rpartition("/")[0] for name in found}
    assert place.startswith(f"objects/{bucket}/tweets.csv/{etag}/1-")
    assert sorted(found) == [f"{place}/{name}" for name in ("errors.jsonl", "rows.csv", "summary.json")]
    summary = json.loads(found[f"{place}/summary.json"])
    assert (summary["scored"], summary["errors"]) == (1, 1)
    assert answer == ({"batchItemFailures": []} if name in QUEUED else {"objects": [summary]})


def test_a_batch_of_step_functions_names_many(s3: Any, bucket: str, on_s3: Tools) -> None:
    for key in ("a.csv", "b.csv"):
        etag_of(s3, bucket, key)
    items = [{"bucket": bucket, "key": key} for key in ("a.csv", "b.csv", "in/")]
    answer = objects.score({"Items": items}, on_s3, endless)
    assert [summary["object"]["key"] for summary in answer["objects"]] == ["a.csv", "b.csv"]
    assert answer["ignored"] == {"in/": "is the mark of a folder"}


def test_a_batch_whose_sender_asks_so_is_answered_with_what_failed_and_not_with_an_error(
    s3: Any, bucket: str, on_s3: Tools
) -> None:
    contents = {"a.csv": CONTENT, "b.png": b"\x89PNG\r\n\x1a\n", "in/": b"", "old.csv": CONTENT}
    for key, content in contents.items():
        etag_of(s3, bucket, key, content)
    named_items: list[dict[str, str]] = [{"bucket": bucket, "key": key} for key in contents]
    named_items[-1]["etag"] = "another"
    named_items.append({"bucket": f"no-{bucket}", "key": "a.csv"})
    answer = objects.score({"Items": named_items, "BatchInput": items.ANSWERED}, on_s3, endless)
    scored, refused = answer.pop("objects")
    assert (scored["object"]["key"], scored["scored"]) == ("a.csv", 1)
    assert (refused["object"]["key"], "error" in refused) == ("b.png", True)
    assert answer.pop("ignored") == {"in/": "is the mark of a folder"}
    failed = answer.pop("failed")
    assert answer == {}
    assert list(failed) == ["3", "4"]  # by their places
    assert failed["3"].startswith("SupersededError")


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("red+flower%2B%C3%A9.csv", "red flower+é.csv"),
        ("a%2520b.csv", "a%20b.csv"),
        ("in/%3Cb%3E%26.csv", "in/<b>&.csv"),
        ("%F0%9F%98%80.csv", "😀.csv"),
    ],
)
def test_the_key_of_a_notification_is_decoded_once(
    s3: Any, bucket: str, on_s3: Tools, sent: str, key: str
) -> None:
    etag_of(s3, bucket, key)
    [summary] = objects.score({"Records": [notice(bucket, sent)]}, on_s3, endless)["objects"]
    assert (summary["object"]["key"], summary["scored"]) == (key, 1)


@pytest.mark.parametrize("key", ["a+b.csv", "a%20b.csv", "red flower+é.csv"])
def test_the_key_of_eventbridge_is_taken_as_it_is(
    event: Sample, s3: Any, bucket: str, on_s3: Tools, key: str
) -> None:
    etag = etag_of(s3, bucket, key)
    [summary] = objects.score(named(event("object-created"), bucket, key, etag), on_s3, endless)["objects"]
    assert (summary["object"]["key"], summary["scored"]) == (key, 1)


def test_a_decoded_key_beside_the_key_is_not_read(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a b.csv")
    record = notice(bucket, "a+b.csv", urlDecodedKey="wrong.csv")
    [summary] = objects.score({"Records": [record]}, on_s3, endless)["objects"]
    assert summary["scored"] == 1


def test_a_key_that_is_no_utf_8_is_an_object_that_is_gone(bucket: str, on_s3: Tools) -> None:
    [summary] = objects.score({"Records": [notice(bucket, "%FF.csv")]}, on_s3, endless)["objects"]
    assert (summary["object"]["key"], summary["error"]) == (
        "\ufffd.csv",
        "There is no such object, or not any more.",
    )


def test_an_empty_version_is_none(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a.csv")
    [summary] = objects.score({"Records": [notice(bucket, "a.csv", versionId="")]}, on_s3, endless)["objects"]
    assert summary["scored"] == 1


def test_the_version_of_the_event_is_scored_though_it_was_replaced(
    s3: Any, bucket: str, on_s3: Tools
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a.csv", Body=CONTENT)
    etag_of(s3, bucket, "a.csv", b"text\n")
    old = {"eTag": first["ETag"].strip('"'), "versionId": first["VersionId"]}
    [summary] = objects.score({"Records": [notice(bucket, "a.csv", **old)]}, on_s3, endless)["objects"]
    assert (summary["scored"], summary["object"]["version"]) == (1, first["VersionId"])


def test_events_out_of_order_leave_each_version_its_result(s3: Any, bucket: str, on_s3: Tools) -> None:
    old = etag_of(s3, bucket, "a.csv")
    new = etag_of(s3, bucket, "a.csv", b"text\nnew\n")
    events = [{"Records": [notice(bucket, "a.csv", eTag=etag)]} for etag in (new, old)]
    answers = [objects.score(event, on_s3, endless)["objects"] for event in events]
    assert [len(answer) for answer in answers] == [1, 0]  # what was replaced is passed over
    named = {"bucket": bucket, "key": "a.csv", "etag": old}
    with pytest.raises(ObjectRefusedError, match=r"another version replaced it\. Name its etag of now"):
        objects.score(named, on_s3, endless)  # but not where somebody asks for it
    assert {name.split("/")[3] for name in written(on_s3.results)} == {new}


def test_what_is_no_new_object_is_passed_over_and_counted(
    event: Sample, bucket: str, on_s3: Tools, said: Said
) -> None:
    names = ["ObjectRemoved:Delete", "ObjectRestore:Completed", "Replication:OperationFailedReplication"]
    names += ["LifecycleExpiration:Delete", "ReducedRedundancyLostObject", "ObjectTagging:Put"]
    records = [notice(bucket, "a+b.csv", name) for name in names]
    why = "is not new: something else happened to it, such as a deletion"
    passed: dict[str, Any] = {"objects": [], "ignored": {"a b.csv": why}}
    assert objects.score({"Records": records}, on_s3, endless) == passed
    assert logged(said, "Ignored", "Objects", "Failed") == [6, 0, 0]
    deleted = {**event("object-created"), "detail-type": "Object Deleted"}
    assert objects.score(deleted, on_s3, endless)["ignored"] == {"tweets.csv": why}
    assert logged(said, "Ignored") == [1]
    marker = {"Bucket": bucket, "Key": "a.csv", "VersionId": "1", "IsDeleteMarker": "true"}
    assert objects.score({"Items": [marker]}, on_s3, endless)["ignored"] == {"a.csv": why}
    assert objects.score(event("s3-test"), on_s3, endless) == {"objects": []}
    assert objects.score(event("s3-test-in-sqs"), on_s3, endless) == {"batchItemFailures": []}
    assert written(on_s3.results) == {}


@pytest.mark.parametrize("key", ["a.parquet", "a.txt", "README", "a.json", "a.tsv", "b.gz", ".jl"])
def test_the_name_of_an_object_does_not_matter(s3: Any, bucket: str, on_s3: Tools, key: str) -> None:
    etag_of(s3, bucket, key)
    [summary] = objects.score({"Records": [notice(bucket, key)]}, on_s3, endless)["objects"]
    assert (summary["scored"], summary["errors"], summary["format"]) == (1, 1, "csv")


@pytest.mark.parametrize("key", ["in/", "in/deep/", "in_$folder$"])
def test_the_mark_of_a_folder_is_passed_over_and_counted(
    s3: Any, bucket: str, on_s3: Tools, key: str, said: Said
) -> None:
    etag_of(s3, bucket, key, b"")
    passed = {"objects": [], "ignored": {key: "is the mark of a folder"}}
    assert objects.score({"Records": [notice(bucket, key)]}, on_s3, endless) == passed
    assert logged(said, "Ignored", "Refused") == [1, 0]
    assert objects.score({"bucket": bucket, "key": key}, on_s3, endless) == passed
    assert written(on_s3.results) == {}


UNREADABLE = ["a.parquet", "a.csv", "README", "a.pdf", "tweets.csv/part-0", "a.csv.gz.old"]
BAD_KEYS = ["%2Fa.csv", "a%2F%2Fb.csv", ".%2Fa.csv", "a%2F..%2Fb.csv", "a%01.csv", "a%0A.csv", "a" * 1_025]


@pytest.mark.parametrize("key", [*UNREADABLE, *BAD_KEYS])
def test_an_upload_that_cannot_be_read_leaves_a_summary_and_does_not_come_again(
    event: Sample, s3: Any, bucket: str, on_s3: Tools, key: str, said: Said
) -> None:
    if key in UNREADABLE:
        etag_of(s3, bucket, key, b"%PDF-1.7 secret")
    uploaded = {"Records": [notice(bucket, key)]}
    [summary] = objects.score(uploaded, on_s3, endless)["objects"]
    assert list(written(on_s3.results)) == [f"{summary['results']}/summary.json"]
    assert "rows" not in summary
    assert logged(said, "Objects", "Refused", "Failed", "Ignored") == [1, 1, 0, 0]
    [message] = event("s3-in-sqs")["Records"]
    queued = {"Records": [{**message, "body": json.dumps(uploaded)}]}
    assert objects.score(queued, on_s3, endless) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("a.parquet", b"PAR1", r"was refused: its summary\.json says why"),
        ("README", b"%PDF-1.7", r"was refused: its summary\.json says why"),
        ("a.csv", None, r"was refused: There is no such object"),
        ("a.csv", b"secret,sad\n1,2\n", r"was refused: its summary\.json says why"),
        ("a.csv", b"text\nsecret,sad\n", r"was refused: its summary\.json says why"),
        ("a//b.csv", None, r"was refused: The key starts or ends with a slash, or has two together"),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_an_object_that_somebody_names_and_that_cannot_be_scored_is_an_error_after_its_summary(
    s3: Any, bucket: str, on_s3: Tools, key: str, content: bytes | None, reason: str, wrapped: bool
) -> None:
    if content is not None:
        etag_of(s3, bucket, key, content)
    item = {"bucket": bucket, "key": key}
    said = rf"^1 of 1 objects were refused: '{bucket}/{key}' {reason}"
    with pytest.raises(ObjectRefusedError, match=said) as refused:
        objects.score({"Items": [item]} if wrapped else item, on_s3, endless)
    [(name, summary)] = written(on_s3.results).items()
    assert f"({name})" in str(refused.value)
    assert "error" in json.loads(summary)
    assert "secret" not in str(refused.value)


def test_one_object_of_many_that_cannot_be_scored_is_an_error_after_all_the_others(
    s3: Any, bucket: str, on_s3: Tools
) -> None:
    for key in ("a.csv", "c.csv"):
        etag_of(s3, bucket, key)
    items = [{"bucket": bucket, "key": key} for key in ("missing.csv", "a.csv", "b//b.csv", "c.csv")]
    said = r"^2 of 4 objects were refused: .*missing\.csv' was refused: .*b//b\.csv' was refused: "
    with pytest.raises(ObjectRefusedError, match=said):
        objects.score({"Items": items}, on_s3, endless)
    scored = [name for name in written(on_s3.results) if name.endswith("rows.csv")]
    assert sorted(name.split("/")[2] for name in scored) == ["a.csv", "c.csv"]


@pytest.mark.parametrize(
    "spoken",
    [
        {"Bucket": "b", "Key": "a.csv", "VersionId": "v"},
        {"bucket": "b", "key": "a.csv", "versionId": "v"},
        {"bucket": "b", "key": "a.csv", "version_id": "v"},
        {"bucket": "b", "key": "a.csv", "version-id": "v"},
        {"s3_uri": "s3://b/a.csv", "version": "v"},
    ],
)
def test_the_version_that_an_item_names_is_scored_however_it_is_spelled(
    s3: Any, bucket: str, on_s3: Tools, spoken: dict[str, str]
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a.csv", Body=CONTENT)["VersionId"]
    etag_of(s3, bucket, "a.csv", b"text\nnew\nnewer\n")
    values = {"b": bucket, "v": first, "s3://b/a.csv": f"s3://{bucket}/a.csv"}
    item = {name: values.get(value, value) for name, value in spoken.items()}
    for event in (item, {"Items": [item]}):
        [summary] = objects.score(event, on_s3, endless)["objects"]
        assert (summary["object"]["version"], summary["scored"]) == (first, 1)


def test_an_item_says_which_column_has_the_texts(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a.csv", b"first,second\nI love this,I hate this\n")
    for column, label in (("first", "positive"), ("second", "negative")):
        item = {"bucket": bucket, "key": "a.csv", "text_column": column}
        [summary] = objects.score(item, on_s3, endless)["objects"]
        assert (summary["text_column"], summary["labels"]) == (column, {label: 1})
    assert len(written(on_s3.results)) == 6


def test_what_s3_lists_can_be_sent_as_it_is(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a.csv")
    etag_of(s3, bucket, "in/", b"")
    listed = s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"]
    items = [{**each, "Bucket": bucket, "LastModified": "2026-01-01T00:00:00Z"} for each in listed]
    answer = objects.score({"Items": items}, on_s3, endless)
    assert [summary["scored"] for summary in answer["objects"]] == [1]
    assert list(answer["ignored"]) == ["in/"]


@pytest.mark.parametrize(
    "event_",
    [
        {"bucket": "BUCKET", "key": "a.csv"},
        {"Bucket": "BUCKET", "Key": "a.csv"},
        {"s3_uri": "s3://BUCKET/a.csv"},
        {"uri": "s3://BUCKET/a.csv"},
        {"Items": [{"s3Uri": "s3://BUCKET/a.csv"}]},
    ],
)
def test_the_dispatcher_takes_a_named_object_here(
    s3: Any, bucket: str, event_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag_of(s3, bucket, "a.csv")
    monkeypatch.setenv("RESULTS_URL", f"s3://{bucket}/out")
    warm.open_tools.cache_clear()
    warm.load_model.cache_clear()
    try:
        event = json.loads(json.dumps(event_).replace("BUCKET", bucket))
        [summary] = dispatcher.handler(event, Context())["objects"]
        assert summary["scored"] == 1
        with pytest.raises(ObjectRefusedError):
            dispatcher.handler(json.loads(json.dumps(event).replace("a.csv", "b.csv")), Context())
    finally:
        warm.open_tools.cache_clear()
        warm.load_model.cache_clear()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_declared_encoding_does_not_matter(s3: Any, bucket: str, on_s3: Tools, encoding: str) -> None:
    etag_of(s3, bucket, "a.csv", ContentEncoding=encoding)
    [summary] = objects.score({"bucket": bucket, "key": "a.csv"}, on_s3, endless)["objects"]
    assert summary["scored"] == 1


def test_an_archived_object_is_given_back(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a.csv", StorageClass="GLACIER")
    with pytest.raises(PermissionDeniedError):
        objects.score({"bucket": bucket, "key": "a.csv"}, on_s3, endless)
    assert written(on_s3.results) == {}


def test_one_failure_does_not_hold_back_the_others_and_is_raised_after_them(
    s3: Any, bucket: str, on_s3: Tools
) -> None:
    for key in ("a.csv", "c.csv"):
        etag_of(s3, bucket, key)
    etag_of(s3, bucket, "b.csv", StorageClass="GLACIER")
    records = [notice(bucket, key) for key in ("a.csv", "b.csv", "c.csv")]
    for _ in range(2):  # a second delivery changes nothing
        with pytest.raises(PermissionDeniedError):
            objects.score({"Records": records}, on_s3, endless)
        assert {name.split("/")[2] for name in written(on_s3.results)} == {"a.csv", "c.csv"}


def test_in_a_queue_only_the_message_that_failed_comes_again(
    event: Sample, s3: Any, bucket: str, on_s3: Tools
) -> None:
    etag_of(s3, bucket, "a.csv")
    bodies = [
        json.dumps({"Records": [notice(bucket, "a.csv")]}),
        json.dumps({"Records": [notice(f"no-{bucket}", "a.csv"), notice(bucket, "a.csv")]}),
        "a tweet",
        json.dumps({"Records": [{"eventSource": "aws:s3"}]}),
        json.dumps({"bucket": 5, "key": "a.csv"}),
        json.dumps(event("s3-test")),
    ]
    [message] = event("s3-in-sqs")["Records"]
    records = [{**message, "messageId": str(place), "body": body} for place, body in enumerate(bodies)]
    answer = objects.score({"Records": records}, on_s3, endless)
    assert answer == {"batchItemFailures": [{"itemIdentifier": id} for id in ("1", "2", "3", "4")]}


def test_what_was_not_begun_in_time_comes_again(event: Sample, s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "a.csv")
    [message] = event("s3-in-sqs")["Records"]
    body = json.dumps({"Records": [notice(bucket, "a.csv")]})
    records = [{**message, "messageId": id, "body": body} for id in ("1", "2")]

    def in_time() -> int:
        """Until one object is scored."""
        return 100 if any(name.endswith("summary.json") for name in written(on_s3.results)) else endless()

    answer = objects.score({"Records": records}, on_s3, in_time)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    with pytest.raises(OutOfTimeError):
        objects.score({"bucket": bucket, "key": "a.csv"}, on_s3, ending(after=0))


@pytest.mark.parametrize(
    "wrong",
    [None, [], {}, {"Records": []}, {"text": "a"}, {"Records": [{"eventSource": "aws:kinesis"}]}],
)
def test_an_event_that_names_no_object_is_refused(on_s3: Tools, wrong: object) -> None:
    with pytest.raises(UnknownEventError, match="The event names no object"):
        objects.score(wrong, on_s3, endless)


@pytest.mark.parametrize(
    "wrong",
    [{"bucket": 5, "key": "a.csv"}, {"bucket": "b", "key": None}, {"Records": [{"eventSource": "aws:s3"}]}],
)
def test_an_object_that_is_named_wrongly_is_refused(on_s3: Tools, wrong: object) -> None:
    with pytest.raises(UnreadableRecordError, match="names no object"):
        objects.score(wrong, on_s3, endless)


def test_the_log_says_what_was_passed_over_refused_and_failed_and_shows_no_text(
    s3: Any, bucket: str, on_s3: Tools, said: Said
) -> None:
    contents = {"a.csv": CONTENT, "b.csv": b"secret,sad\n", "c.pdf": b"%PDF-1.7 secret", "d.csv": CONTENT}
    for key, content in contents.items():
        etag_of(s3, bucket, key, content)
    records = [notice(bucket, key) for key in contents]
    records += [notice(bucket, "d.csv", eTag="0" * 32), notice(bucket, "e%2F%2F.csv"), notice(bucket, "in/")]
    records += [notice(f"no-{bucket}", "f.csv"), notice(bucket, "g.csv", "ObjectRemoved:Delete")]
    with pytest.raises(GenericError, match="404 Not Found"):
        objects.score({"Records": records}, on_s3, endless)
    line = said()
    counts = {"Objects": 5, "Scored": 2, "Errors": 2, "Refused": 3, "Ignored": 3, "Failed": 1}
    assert {name: line[name] for name in counts} == counts
    reasons = line["Reasons"]
    assert reasons.pop("f.csv").startswith("GenericError: ")
    assert reasons == {
        "b.csv": "was refused: its summary.json says why",
        "c.pdf": "was refused: its summary.json says why",
        "d.csv": "was replaced: the event of what is there now comes, or came",
        "e//.csv": "was refused: The key starts or ends with a slash, or has two together: "
        "give the object another one.",
        "g.csv": "is not new: something else happened to it, such as a deletion",
        "in/": "is the mark of a folder",
    }
    assert "secret" not in json.dumps(line)
    assert "love" not in json.dumps(line)


def test_a_bucket_that_is_not_there_comes_again(event: Sample, on_s3: Tools) -> None:
    [message] = event("s3-in-sqs")["Records"]
    message["body"] = json.dumps({"bucket": f"missing-{uuid4().hex}", "key": "a.csv"})
    answer = objects.score({"Records": [message]}, on_s3, endless)
    assert answer == {"batchItemFailures": [{"itemIdentifier": message["messageId"]}]}
    assert written(on_s3.results) == {}


def test_an_etag_that_no_store_gives_does_not_hold_back_the_other_messages(
    event: Sample, s3: Any, bucket: str, on_s3: Tools
) -> None:
    etag_of(s3, bucket, "a.csv")
    [message] = event("s3-in-sqs")["Records"]
    bodies = {"bad": notice(bucket, "a.csv", eTag="a\nb"), "good": notice(bucket, "a.csv")}
    records = [
        {**message, "messageId": id, "body": json.dumps({"Records": [body]})} for id, body in bodies.items()
    ]
    answer = objects.score({"Records": records}, on_s3, endless)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_two_releases_never_share_a_place(s3: Any, bucket: str, on_s3: Tools, tiny: Scorecard) -> None:
    etag_of(s3, bucket, "a.csv")
    event = {"bucket": bucket, "key": "a.csv"}
    other = Scorecard({**tiny.manifest, "version": "2"}, {"stem": {"love": -2.0}})
    releases = [on_s3, on_s3._replace(model=other), on_s3._replace(settings=Settings(threshold=0.9))]
    for tools in (*releases, *releases):
        objects.score(event, tools, endless)
    found = written(on_s3.results)
    assert len(found) == 9
    for key, content in found.items():
        if key.endswith("rows.csv"):
            assert f",{key.split('/')[4].partition('-')[0]}" in content.decode()


def test_our_own_results_are_never_scored(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "in/a.csv")
    tools = on_s3._replace(
        settings=Settings(results_url=f"s3://{bucket}/out"), results=store.open_store(f"s3://{bucket}/out")
    )
    [summary] = objects.score({"bucket": bucket, "key": "in/a.csv"}, tools, endless)["objects"]
    [ours] = [name for name in written(store.open_store(f"s3://{bucket}")) if name.endswith("rows.csv")]
    assert ours.startswith("out/objects/")
    passed = {"objects": [], "ignored": {ours: "is a result of ours"}}
    assert objects.score({"bucket": bucket, "key": ours}, tools, endless) == passed
    assert summary["scored"] == 1


@pytest.mark.parametrize(
    ("results", "prefix"),
    [
        ("my%20results", "my results"),
        ("./res", "res"),
        ("x/../res", "res"),
        ("res/", "res"),
        ("r%C3%A9s", "rés"),
    ],
)
def test_our_own_results_are_never_scored_however_their_address_is_spelled(
    s3: Any, bucket: str, on_s3: Tools, results: str, prefix: str
) -> None:
    url = f"s3://{bucket}/{results}"
    settings.read({"RESULTS_URL": url, "INPUT_URL": f"s3://{bucket}/in"})
    etag_of(s3, bucket, "in/a.csv")
    tools = on_s3._replace(settings=Settings(results_url=url), results=store.open_store(url))
    objects.score({"bucket": bucket, "key": "in/a.csv"}, tools, endless)
    ours = [name for name in written(store.open_store(f"s3://{bucket}")) if name != "in/a.csv"]
    assert len(ours) == 3
    assert all(name.startswith(f"{prefix}/objects/") for name in ours)
    for name in ours:
        passed = {"objects": [], "ignored": {name: "is a result of ours"}}
        assert objects.score({"bucket": bucket, "key": name}, tools, endless) == passed


def test_a_key_with_an_escape_is_not_taken_for_a_result(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag_of(s3, bucket, "my%20results/a.csv")
    tools = on_s3._replace(settings=Settings(results_url=f"s3://{bucket}/my%20results"))
    [summary] = objects.score({"bucket": bucket, "key": "my%20results/a.csv"}, tools, endless)["objects"]
    assert summary["scored"] == 1


@pytest.fixture
def in_a_folder(tiny: Scorecard, tmp_path: Path) -> Tools:
    """Buckets are folders of `buckets`, beside a folder that is none of them."""
    for name in ("buckets/inbox", "beside"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.csv").write_bytes(CONTENT)
    return Tools(tiny, Settings(buckets=f"file://{tmp_path}/buckets"), MemoryStore())


def test_a_folder_of_buckets_needs_no_slash_at_its_end(in_a_folder: Tools) -> None:
    [summary] = objects.score({"bucket": "inbox", "key": "a.csv"}, in_a_folder, endless)["objects"]
    assert summary["scored"] == 1


@pytest.mark.parametrize(
    "name",
    ["%2e%2e/beside", "../beside", "..", ".", "%2e%2e", "inbox/../../beside", "/", "inbox%2F..", "a b"],
)
def test_no_bucket_leads_out_of_the_folder(in_a_folder: Tools, name: str) -> None:
    with pytest.raises(UnreadableRecordError, match="has a bucket that is no name of one"):
        objects.score({"bucket": name, "key": "a.csv"}, in_a_folder, endless)
    with pytest.raises(UnreadableRecordError, match="has a bucket that is no name of one"):
        objects.score({"Records": [notice(name, "a.csv")]}, in_a_folder, endless)


def test_reading_makes_no_folder(in_a_folder: Tools, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="no store can be opened"):
        objects.score({"bucket": "missing", "key": "a.csv"}, in_a_folder, endless)
    assert sorted(tmp_path.rglob("*")) == before


CONTROLS = ["\x00", "\x01", "\n", "\r", "\x7f", " ", "\ud800"]


@pytest.mark.parametrize(
    ("member", "character"), [*product(("eTag", "versionId"), CONTROLS), ("eTag", '"'), ("eTag", "é")]
)
def test_a_control_character_in_an_event_fails_its_message_alone(
    event: Sample, s3: Any, bucket: str, on_s3: Tools, character: str, member: str,
    said: Said,
) -> None:  # fmt: skip
    etag_of(s3, bucket, "a.csv")
    wrong = notice(bucket, "a.csv", **{member: f"a{character}b"})
    [message] = event("s3-in-sqs")["Records"]
    bodies = [json.dumps({"Records": [record]}) for record in (wrong, notice(bucket, "a.csv"))]
    records = [{**message, "messageId": str(place), "body": body} for place, body in enumerate(bodies)]
    answer = objects.score({"Records": records}, on_s3, endless)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert logged(said, "Scored", "Failed") == [1, 1]


def test_a_client_that_panics_fails_its_message_alone(
    event: Sample, s3: Any, bucket: str, tools: Tools, monkeypatch: pytest.MonkeyPatch,
    said: Said,
) -> None:  # fmt: skip
    etag_of(s3, bucket, "a.csv")
    named = {"bucket": bucket, "key": "a.csv"}
    objects.score(named, tools, endless)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token\n")  # no header can have it
    other = f"other-{bucket}"
    [message] = event("s3-in-sqs")["Records"]
    bodies = [json.dumps({"bucket": name, "key": "a.csv"}) for name in (other, bucket)]
    records = [{**message, "messageId": str(place), "body": body} for place, body in enumerate(bodies)]
    answer = objects.score({"Records": records}, tools, endless)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert logged(said, "Scored", "Failed") == [1, 1]
    with pytest.raises(StoreError, match="The client of the store broke off"):
        objects.score({"bucket": other, "key": "a.csv"}, tools, endless)


def test_a_password_in_the_address_of_the_store_is_in_no_error_and_no_log(
    bucket: str, tools: Tools, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://user:Zebra0815@127.0.0.1:{ports.free()}")
    with pytest.raises(BaseError) as failed:
        objects.score({"bucket": bucket, "key": "a.csv"}, tools, lambda: 4_000)
    shown = "".join(traceback.format_exception(failed.value))
    assert "Zebra0815" not in shown + repr(failed.value) + json.dumps(said())


def test_a_hundred_deliveries_at_once_leave_the_bytes_of_one(s3: Any, bucket: str, on_s3: Tools) -> None:
    etag = etag_of(s3, bucket, "a.csv")
    event = {"Records": [notice(bucket, "a.csv", eTag=etag)]}
    [once] = objects.score(event, on_s3._replace(results=(alone := MemoryStore())), endless)["objects"]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: objects.score(event, on_s3, endless), range(100)))
    assert answers == [{"objects": [once]}] * 100
    assert written(on_s3.results) == written(alone)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "methods"),
    [
        ("503", ("GET", "POST", "PUT")),
        ("break", ("GET", "PUT")),
        ("slow", ("GET", "PUT")),
        ("short", ("GET",)),
    ],
)
def test_a_network_that_fails_for_a_moment_changes_no_byte(
    faulty: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    tiny: Scorecard,
    bucket: str,
    s3: Any,
    fault: Any,
    methods: Any,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.url)
    behind = store.open_store(f"s3://{bucket}/out")
    content = b"id,text,rest\n" + (b"1,I love this," + b"a" * 60 + b"\n") * 80_000
    s3.put_object(Bucket=bucket, Key="a.csv", Body=content)
    right = Tools(tiny, Settings(), MemoryStore())
    event = {"bucket": bucket, "key": "a.csv"}
    answer = objects.score(event, right, endless)
    for method in methods:
        faulty.first(1, fault, method, "/a.csv" if method == "GET" else "")
        tools = right._replace(results=behind)
        assert objects.score(event, tools, endless) == answer
        assert written(behind) == written(right.results)
        [summary] = [key for key in written(behind) if key.endswith("summary.json")]
        obstore.delete(behind, summary)


@pytest.mark.slow
def test_a_store_may_take_its_time_to_put_a_large_object_together(
    faulty: Proxy, monkeypatch: pytest.MonkeyPatch, tiny: Scorecard, bucket: str, s3: Any
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.url)
    s3.put_object(Bucket=bucket, Key="a.csv", Body=b"text,rest\n" + (b"a," + b"b" * 1_000 + b"\n") * 6_000)

    def late(method: str, path: str) -> None:
        if method == "POST" and "uploadId" in path:
            Event().wait(store.REQUEST_TIMEOUT + 1)

    faulty.spoil = late
    tools = Tools(tiny, Settings(), store.open_store(f"s3://{bucket}/out", store.UPLOAD_TIMEOUT))
    [summary] = objects.score({"bucket": bucket, "key": "a.csv"}, tools, endless)["objects"]
    assert summary["scored"] == 6_000


def test_when_results_cannot_be_written_the_message_comes_again_until_they_can(
    client: Callable[[str], Any], s3: Any, bucket: str, on_s3: Tools
) -> None:
    etag_of(s3, bucket, "a.csv")
    sqs, missing = client("sqs"), f"later-{uuid4().hex}"
    url = sqs.create_queue(QueueName=uuid4().hex, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [notice(bucket, "a.csv")]}))
    tools = on_s3._replace(results=store.open_store(f"s3://{missing}"))
    poller = Poller(sqs, url, lambda event: objects.score(event, tools, endless))
    assert [poller.poll(), poller.poll()] == [1, 1]
    s3.create_bucket(Bucket=missing)
    poller.drain()
    assert len(written(tools.results)) == 3


def test_s3_through_a_queue_is_scored_end_to_end(
    client: Callable[[str], Any], s3: Any, bucket: str, on_s3: Tools
) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=uuid4().hex, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    keys = ["red flower+é.csv", "a%20b.csv", "in/c.jsonl"]
    for key in keys:
        etag_of(s3, bucket, key, CONTENT if key.endswith("csv") else b'{"text": "a"}\n')
    Poller(sqs, url, lambda event: objects.score(event, on_s3, endless)).drain()
    summaries = [json.loads(v) for k, v in written(on_s3.results).items() if k.endswith("summary.json")]
    assert {summary["object"]["key"]: summary["scored"] for summary in summaries} == dict.fromkeys(keys, 1)


HANDLER = """
import json, sys
from predict import objects
from predict.deadline import LocalContext
print(json.dumps(objects.handler(json.loads(sys.argv[1]), LocalContext())))
"""


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_process_that_is_killed_at_any_step_leaves_no_summary_and_the_next_one_all(
    faulty: Proxy, s3: Any, bucket: str, step: int
) -> None:
    s3.put_object(Bucket=bucket, Key="in/a.csv", Body=CONTENT)
    url = f"s3://{bucket}/out"
    command = [sys.executable, "-c", HANDLER, json.dumps({"bucket": bucket, "key": "in/a.csv"})]
    environment = {**os.environ, "AWS_ENDPOINT_URL": faulty.url, "RESULTS_URL": url}
    begun = Event()

    def hang(number: int) -> Fault | None:
        if number < step:
            return None
        begun.set()
        return "hang"

    faulty.each(hang, "PUT")
    with subprocess.Popen(command, env={**environment, "MODEL": "frequency"}) as process:
        assert begun.wait(120)
        process.send_signal(signal.SIGKILL)
    results = store.open_store(url)
    assert len(written(results)) == step - 1
    assert not [name for name in written(results) if name.endswith("summary.json")]
    faulty.each(lambda _: None)
    for model in ("naive_bayes", "frequency"):
        subprocess.run(command, env={**environment, "MODEL": model}, check=True, stdout=subprocess.DEVNULL)
    found = written(results)
    assert len(found) == 6
    for name, content in found.items():
        if name.endswith("summary.json"):
            version = json.loads(content)["model"]["version"]
            [row] = csv.DictReader(found[name.replace("summary.json", "rows.csv")].decode().splitlines())
            assert row["model_version"] == version


def test_a_killed_process_leaves_no_half_output(faulty: Proxy, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="in/a.csv", Body=b"id,text\n" + b"1,I love this\n" * 2_000_000)
    begun = Event()

    def note(method: str, path: str) -> None:
        if method == "PUT" and "uploadId" in path:
            begun.set()

    faulty.spoil = note
    url = f"s3://{bucket}/out"
    environment = {**os.environ, "AWS_ENDPOINT_URL": faulty.url, "RESULTS_URL": url, "MODEL": "frequency"}
    command = [sys.executable, "-c", HANDLER, json.dumps({"bucket": bucket, "key": "in/a.csv"})]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        assert begun.wait(120)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert written(store.open_store(url)) == {}


@pytest.mark.parametrize(
    "name",
    [
        "map-item",
        "object-created",
        "object-created-in-sqs",
        "s3",
        "s3-in-sns",
        "s3-in-sqs",
        "s3-in-sns-in-sqs",
    ],
)
def test_every_sample_of_an_object_finds_the_sample_object_in_a_folder(
    event: Sample, in_a_folder: Tools, name: str
) -> None:
    samples = Settings(buckets=f"file://{cli.SAMPLES}/")
    tools = in_a_folder._replace(settings=samples)
    objects.score(event(name), tools, endless)
    [rows] = [found for key, found in written(tools.results).items() if key.endswith("rows.csv")]
    assert len(rows.splitlines()) == 4
