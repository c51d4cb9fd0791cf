"""The tweet in a record, taken out of the envelopes that AWS puts around it."""

from typing import Any, NamedTuple

from predict import strict_json
from predict.events import notices
from predict.events.errors import UnreadableRecordError
from predict.events.notices import Notice
from predict.limits import id_fault, text_fault
from predict.settings import Settings
from predict.strict_json import NotJsonError

MAX_ENVELOPES = 3  # EventBridge in SNS in SQS needs two


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
    if not isinstance(content, str):
        raise UnreadableRecordError("is neither a text nor an object: send one of them")
    content = content.removeprefix("\ufeff")  # a byte order mark, which the other doors skip too
    if not content.lstrip().startswith("{"):
        return content  # other JSON is a text too: 5, "a", [
    try:
        message: dict[str, Any] = strict_json.loads(content)
    except NotJsonError as exc:
        raise UnreadableRecordError(f"{exc}; send a text that starts with a brace as JSON") from exc
    return message
