"""The tweet in a record, taken out of the envelopes that AWS and senders put around it."""

import re
from typing import Any, NamedTuple

from predict import strict_json
from predict.events import notices
from predict.events.errors import UnreadableRecordError
from predict.events.notices import Notice
from predict.limits import id_fault, text_fault
from predict.settings import Settings
from predict.strict_json import NotJsonError

MAX_ENVELOPES = 3  # EventBridge in SNS in SQS needs two

ARRAY = "is a JSON array: send each of its elements as a record of its own"
POINTER = "is a pointer of the SQS extended client to a text in S3: send the text itself"
TWICE = "is JSON that is encoded twice: encode it once"
NOTICE = "is a notice of AWS, by its subject: send tweets to a topic of their own"
BASE64 = "is base64 of JSON or of gzip: send plain JSON"

_TWICE = ('"{\\"', '"[{', '"[\\"')  # no text starts with a quote and an escaped one
OF_AWS = "AWS "  # as in "AWS Budgets: ...", whose message is plain text
_BASE64 = re.compile(
    r"[A-Za-z0-9+/_\r\n-]{12,}={0,2}"
)  # in lines or not, also as in URLs; no word such as "e30"
_BASE64_OF_URLS = str.maketrans("-_", "+/", "=\r\n")
_GZIP = b"\x1f\x8b"


class Tweet(NamedTuple):
    id: str | int | None
    text: str


def read(content: object, settings: Settings) -> Tweet:
    """The tweet in `content`: `{"id", "text"}` as JSON, or bare text. Raises UnreadableRecordError."""
    message = unwrap(content)
    if isinstance(message, Notice):
        raise UnreadableRecordError("is a notification of S3: give it to predict.objects.handler")
    if isinstance(message, str):
        tweet = Tweet(None, message)
    elif "text" in message:
        tweet = Tweet(message.get("id"), message["text"])
    else:
        raise UnreadableRecordError('is a JSON object without a text: send {"id": ..., "text": ...}')
    if fault := text_fault(tweet.text, settings.max_characters):
        raise UnreadableRecordError(f"has a text that {fault}")
    if tweet.id is not None and (fault := id_fault(tweet.id)):
        raise UnreadableRecordError(f"has an id that {fault}")
    return tweet


def unwrap(content: object) -> Notice | dict[str, Any] | str:
    """The notice, object or bare text in envelopes of SNS and EventBridge. Raises UnreadableRecordError."""
    for _ in range(MAX_ENVELOPES + 1):
        message = _parse(content)
        if isinstance(message, str):
            return message
        if notice := notices.find(message):
            return notice
        if message.get("Type") == "Notification" and "TopicArn" in message:
            if str(message.get("Subject")).startswith(OF_AWS):
                raise UnreadableRecordError(NOTICE)
            content = message.get("Message")
        elif {"detail-type", "source", "detail"} <= message.keys():
            content = message["detail"]
        else:
            return message
    raise UnreadableRecordError(f"is wrapped in more than {MAX_ENVELOPES} envelopes: send it plainly")


def _parse(content: object) -> dict[str, Any] | str:
    if isinstance(content, dict):
        return content
    if content is None or content == "":
        raise UnreadableRecordError("is empty: send a text")
    if isinstance(content, list):
        raise UnreadableRecordError(_array_fault(content))
    if not isinstance(content, str):
        raise UnreadableRecordError("is neither a text nor an object: send one of them")
    content = content.removeprefix("\ufeff")  # a byte order mark, which the other doors skip too
    if content.lstrip().startswith("{"):
        loaded: dict[str, Any] = _load(content, "a brace")
        return loaded
    if fault := _text_fault(content):
        raise UnreadableRecordError(fault)
    return content


def _load(content: str, start: str) -> Any:
    try:
        return strict_json.loads(content)
    except NotJsonError as exc:
        raise UnreadableRecordError(f"{exc}; send a text that starts with {start} as JSON") from exc


def _text_fault(content: str) -> str | None:
    """Why `content` is no bare text, although it starts with no brace, or None; 5, "a" and null are texts.

    Raises UnreadableRecordError for what can only be broken JSON.
    """
    start = "".join(content[:100].split())[:4]
    if start.startswith("[{"):
        return _array_fault(_load(content, "an array of objects"))
    if start.startswith("[") and isinstance(found := _value(content), list):
        return _array_fault(found)
    if start.startswith(_TWICE) or (start.startswith('"') and _holds_json(_value(content))):
        return TWICE
    if _BASE64.fullmatch(stripped := content.strip()) and _is_base64_of_json(stripped):
        return BASE64
    return None


def _array_fault(array: list[Any]) -> str:
    is_pointer = array and isinstance(array[0], str) and array[0].endswith("S3Pointer")
    return POINTER if is_pointer else ARRAY


def _value(content: str) -> object:
    """The JSON value that `content` is, or None."""
    try:
        return strict_json.loads(content)
    except NotJsonError:
        return None


def _holds_json(value: object) -> bool:
    """Whether a string holds an object or an array as JSON, however often it was encoded."""
    if not isinstance(value, str):
        return False
    inner = _value(value)
    return isinstance(inner, dict | list) or _holds_json(inner)


def _is_base64_of_json(content: str) -> bool:
    from binascii import a2b_base64  # only what looks like base64 needs it

    digits = content.translate(_BASE64_OF_URLS)
    try:
        data = a2b_base64(digits + "=" * (-len(digits) % 4))
        return data.startswith(_GZIP) or isinstance(_value(data.decode("utf-8-sig")), dict | list)
    except ValueError:  # of base64 or of UTF-8
        return False
