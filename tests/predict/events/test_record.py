import base64
import gzip
import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.events import record
from predict.events.errors import UnreadableRecordError
from predict.events.record import MAX_ENVELOPES, Tweet
from predict.settings import Settings

SETTINGS = Settings(max_characters=50)
EMPTY = "is empty: send a text"
NO_TEXT = 'is a JSON object without a text: send {"id": ..., "text": ...}'
OF_S3 = "is a notification of S3: give it to predict.objects.handler"
BRACE = "send a text that starts with a brace as JSON"


def in_sns(content: str) -> str:
    return json.dumps({"Type": "Notification", "MessageId": "n", "TopicArn": "arn", "Message": content})


def in_eventbridge(content: str) -> str:
    detail = json.loads(content) if content.startswith("{") else content
    return json.dumps({"id": "e", "detail-type": "Tweet", "source": "s", "detail": detail})


@pytest.mark.parametrize(
    ("content", "tweet"),
    [
        ('{"id": "x", "text": "I love this"}', Tweet("x", "I love this")),
        ('{"id": -7, "text": ""}', Tweet(-7, "")),
        ('{"text": "a"}', Tweet(None, "a")),
        ('{"id": null, "text": "a"}', Tweet(None, "a")),
        ('\n {"text": "a"} ', Tweet(None, "a")),
        ({"id": "x", "text": "a"}, Tweet("x", "a")),
        ("I love this", Tweet(None, "I love this")),
        ("\x00\ufffe❤️", Tweet(None, "\x00\ufffe❤️")),
    ],
)
def test_a_tweet_is_an_object_with_a_text_or_bare_text(content: object, tweet: Tweet) -> None:
    assert record.read(content, SETTINGS) == tweet


@pytest.mark.parametrize(
    "content",
    [
        *["5", '"a"', "true", "null", " ", "a {", "aGVsbG8="],  # the last is base64 of a text
        *["[sic]", "[5", "[ugh] Monday", '["so sad", she said', "[]]", '"5"', '"null"', '""'],
        *[
            '"so sad" she said',
            '"{so} sad"',
            '"[sic]"',
            "eyes",
            "What",
            "H4sI",
            "e30",
            "eyJ.eyJ.c2ln",
            "W10x",
        ],
    ],
)
def test_what_starts_with_no_brace_is_bare_text_even_if_it_is_json(content: str) -> None:
    assert record.read(content, SETTINGS) == Tweet(None, content)


TWEET = '{"id": "x", "text": "secret"}'


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"[{TWEET}]", record.ARRAY),
        (f" [ {TWEET}, {TWEET} ]\n", record.ARRAY),
        ('["so sad", "secret"]', record.ARRAY),
        ("[1]", record.ARRAY),
        ("[{}]", record.ARRAY),
        ("[]", record.ARRAY),
        ("[[]]", record.ARRAY),
        (["secret"], record.ARRAY),
        ([TWEET, TWEET], record.ARRAY),
        (
            '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"secret"}]',
            record.POINTER,
        ),
        (
            '["com.amazon.sqs.javamessaging.MessageS3Pointer",{"s3BucketName":"b","s3Key":"secret"}]',
            record.POINTER,
        ),
        (json.dumps(TWEET), record.TWICE),
        (json.dumps(json.dumps(TWEET)), record.TWICE),
        (json.dumps(f"[{TWEET}]"), record.TWICE),
        (json.dumps('["secret"]'), record.TWICE),
        (json.dumps(TWEET)[:-5], record.TWICE),
        (f"\ufeff {json.dumps(TWEET)} ", record.TWICE),
        (base64_of(TWEET.encode()), record.BASE64),
        (base64_of(f"\n[{TWEET}]".encode()), record.BASE64),
        (base64_of(f"\ufeff{TWEET}".encode()).rstrip("="), record.BASE64),
        (base64.encodebytes(TWEET.replace("x", "x" * 80).encode()).decode(), record.BASE64),
        (base64.urlsafe_b64encode(b'{"text": "secret\xc3\xbf\xc3\xbf"}').decode(), record.BASE64),
        (base64_of(gzip.compress(TWEET.encode(), mtime=0)), record.BASE64),
    ],
)
def test_a_message_that_was_encoded_once_more_or_holds_several_is_refused_with_the_cure(
    content: object, reason: str
) -> None:
    for wrapped in [content, *([in_sns(content)] if isinstance(content, str) else [])]:
        with pytest.raises(UnreadableRecordError) as refused:
            record.read(wrapped, Settings())
        assert str(refused.value) == reason


def test_a_broken_array_of_objects_is_refused_as_broken_json() -> None:
    with pytest.raises(
        UnreadableRecordError, match="send a text that starts with an array of objects as JSON"
    ):
        record.read(f"[{TWEET}, ", SETTINGS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_no_text_is_lost_by_being_encoded(text: str) -> None:
    sent = json.dumps({"text": text})
    assert record.read(sent, SETTINGS) == Tweet(None, text)
    for encoded in (json.dumps(sent), f"[{sent}]", base64_of(sent.encode())):
        with pytest.raises(UnreadableRecordError):
            record.read(encoded, Settings())


@pytest.mark.parametrize("subject", ["AWS Budgets: tweets", "AWS CloudFormation Notification"])
def test_a_notice_of_aws_that_is_plain_text_is_told_from_its_subject(subject: str) -> None:
    notice = {"Type": "Notification", "TopicArn": "arn", "Subject": subject, "Message": "Dear AWS Customer"}
    for content in (notice, json.dumps(notice), in_sns(json.dumps(notice))):
        with pytest.raises(UnreadableRecordError) as refused:
            record.read(content, SETTINGS)
        assert str(refused.value) == record.NOTICE


def test_what_a_later_release_may_add_to_a_tweet_is_passed_over() -> None:
    later = {"schema": 2, "id": "x", "text": "a", "lang": "en", "source": "web", "Records": [], "key": "k"}
    assert record.read(json.dumps(later), SETTINGS) == Tweet("x", "a")


def test_a_byte_order_mark_before_json_is_passed_over_as_at_the_other_doors() -> None:
    assert record.read('\ufeff{"id": "x", "text": "a"}', SETTINGS) == Tweet("x", "a")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", EMPTY),
        (None, EMPTY),
        (
            "{not JSON",
            f"is not JSON at line 1, column 2: Expecting property name enclosed in double quotes; {BRACE}",
        ),
        ('{"text": "secret"', f"is not JSON at line 1, column 18: Expecting ',' delimiter; {BRACE}"),
        ('{"text": "\\q secret"}', f"is not JSON at line 1, column 11: Invalid \\escape; {BRACE}"),
        ('{"text": "a\nsecret"}', f"is not JSON at line 1, column 12: Invalid control character at; {BRACE}"),
        ('{"text": "a"} secret', f"is not JSON at line 1, column 15: Extra data; {BRACE}"),
        ('{"text": NaN}', f"is not JSON: NaN is no JSON number; {BRACE}"),
        (
            '{"text": "a", "text": "b"}',
            f"has an object with a repeated name: one of the values would be lost; {BRACE}",
        ),
        ('{"a":' * 100_000, f"is nested too deeply; {BRACE}"),
        ('{"id": ' + "9" * 5_000 + ', "text": "a"}', f"has a number of too many digits; {BRACE}"),
        ("{}", NO_TEXT),
        ('{"Text": "secret"}', NO_TEXT),
        ('{"text": null}', "has a text that must be a string, not null"),
        ('{"text": ["secret"]}', "has a text that must be a string, not an array"),
        ("a" * 51, "has a text that has 51 characters, at most 50 are taken: shorten it"),
        (
            '{"text": "a\\ud83d"}',
            "has a text that has half a surrogate pair at character 1: send whole characters",
        ),
        ("\udc00", "has a text that has half a surrogate pair at character 0: send whole characters"),
        ('{"id": true, "text": "a"}', "has an id that must be a string or a whole number, not a boolean"),
        ('{"id": 1.5, "text": "a"}', "has an id that must be a string or a whole number, not a number"),
        (
            '{"id": 9223372036854775808, "text": "a"}',
            "has an id that must fit into 64 bits: send it as a string",
        ),
        (
            json.dumps({"id": "secret" * 50, "text": "a"}),
            "has an id that has 300 characters, at most 256 are taken: shorten it",
        ),
        (
            '{"id": "\\udc00", "text": "a"}',
            "has an id that has half a surrogate pair at character 0: send whole characters",
        ),
    ],
)
def test_a_record_that_is_no_tweet_is_refused_with_a_reason_that_shows_nothing_of_it(
    content: object, reason: str
) -> None:
    with pytest.raises(UnreadableRecordError) as refused:
        record.read(content, SETTINGS)
    assert str(refused.value) == reason


@pytest.mark.parametrize("content", [5, True, ["secret"], 0.5])
def test_what_is_neither_a_text_nor_an_object_is_not_called_empty(content: object) -> None:
    with pytest.raises(UnreadableRecordError) as refused:
        record.read(content, SETTINGS)
    assert "is empty" not in str(refused.value)


def nestings(depth: int) -> Iterator[tuple[Callable[[str], str], ...]]:
    """Every way to nest so many envelopes."""
    return product([in_sns, in_eventbridge], repeat=depth)


@pytest.mark.parametrize("depth", range(MAX_ENVELOPES + 1))
@pytest.mark.parametrize(
    ("content", "tweet"), [('{"id": "x", "text": "a"}', Tweet("x", "a")), ("a {", Tweet(None, "a {"))]
)
def test_envelopes_are_opened_whatever_their_order(content: str, tweet: Tweet, depth: int) -> None:
    for nesting in nestings(depth):
        wrapped = content
        for envelope in nesting:
            wrapped = envelope(wrapped)
        assert record.read(wrapped, SETTINGS) == tweet


def test_more_envelopes_than_any_service_makes_are_refused() -> None:
    for nesting in nestings(MAX_ENVELOPES + 1):
        wrapped = '{"text": "a"}'
        for envelope in nesting:
            wrapped = envelope(wrapped)
        with pytest.raises(
            UnreadableRecordError, match=r"^is wrapped in more than 3 envelopes: send it plainly$"
        ):
            record.read(wrapped, SETTINGS)


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        ({"Type": "Notification", "TopicArn": "arn"}, EMPTY),
        ({"Type": "Notification", "TopicArn": "arn", "Message": None}, EMPTY),
        ({"Type": "Notification", "TopicArn": "arn", "Message": ""}, EMPTY),
        ({"Type": "Notification", "TopicArn": "arn", "Message": "{"}, BRACE),
        ({"Type": "SubscriptionConfirmation", "TopicArn": "arn", "Message": "secret"}, NO_TEXT),
        ({"source": "s", "detail-type": "t", "detail": None}, EMPTY),
        ({"source": "s", "detail-type": "t", "detail": ""}, EMPTY),
        ({"source": "s", "detail-type": "t", "detail": {}}, NO_TEXT),
    ],
)
def test_an_envelope_around_nothing_is_refused(envelope: dict[str, Any], reason: str) -> None:
    for content in (envelope, json.dumps(envelope)):
        with pytest.raises(UnreadableRecordError) as refused:
            record.read(content, SETTINGS)
        assert str(refused.value).endswith(reason)


@pytest.mark.parametrize("name", ["s3", "s3-test", "object-created", "map-item"])
def test_what_is_about_objects_is_refused_with_the_door_that_takes_it(
    event: Callable[[str], Any], name: str
) -> None:
    content = json.dumps(event(name))
    for wrapped in (content, in_sns(content), in_eventbridge(in_sns(content))):
        with pytest.raises(UnreadableRecordError) as refused:
            record.read(wrapped, SETTINGS)
        assert str(refused.value) == OF_S3


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["id", "text", "detail", "Records"]), inner)
    ),
)


def refusal(content: object) -> str:
    """Why it is no tweet; "" where it is one."""
    try:
        found = record.read(content, SETTINGS)
    except UnreadableRecordError as exc:
        return str(exc)
    assert len(found.text.encode()) <= 4 * SETTINGS.max_characters
    return ""


@given(st.text(st.characters()) | st.text('{}[]":,\\u0dtex ', max_size=40) | ANYTHING)
def test_any_content_is_a_tweet_or_refused_in_a_short_line(content: object) -> None:
    reason = refusal(content)
    assert reason.isascii()
    assert len(reason) < 200
    assert "\n" not in reason


@given(ANYTHING, st.sampled_from(["id", "text", "other", "Message", "detail"]), st.integers(0, 3))
def test_no_reason_shows_a_text(value: object, name: str, cut: int) -> None:
    secret = "Zebra0815"
    body = json.dumps({name: [secret, value], "text": secret, secret: value})
    for content in (body[: len(body) - cut], secret * 50, in_sns(body), "{" + secret):
        assert secret not in refusal(content)
