"""From the content of a record to the tweet in it, out of the envelopes that AWS puts around it."""

from typing import Any, NamedTuple

from predict import strict_json
from predict.request import id_fault, text_fault
from predict.settings import Settings
from predict.strict_json import NotJsonError

MAX_ENVELOPES = 3  # EventBridge in SNS in SQS needs two


class UnreadableRecord(ValueError):
    """Raise when a record is no tweet; the message says why, and shows nothing of its text."""


class Tweet(NamedTuple):
    id: str | int | None
    text: str


def tweet(content: object, settings: Settings) -> Tweet:
    """Of `{"id", "text"}` as JSON, or of bare text. Raises UnreadableRecord."""
    message = unwrapped(content)
    if isinstance(message, str):
        found = Tweet(None, message)
    elif "text" in message:
        found = Tweet(message.get("id"), message["text"])
    elif about_objects(message):
        raise UnreadableRecord("is a notification of S3: give it to predict.objects.handler")
    else:
        raise UnreadableRecord('is a JSON object without a text: send {"id": ..., "text": ...}')
    if fault := text_fault(found.text, settings):
        raise UnreadableRecord(f"has a text that {fault}")
    if found.id is not None and (fault := id_fault(found.id)):
        raise UnreadableRecord(f"has an id that {fault}")
    return found


def unwrapped(content: object) -> dict[str, Any] | str:
    """The object or bare text within envelopes of SNS and EventBridge. Raises UnreadableRecord."""
    for _ in range(MAX_ENVELOPES + 1):
        message = _message(content)
        if isinstance(message, str) or about_objects(message):
            return message
        if message.get("Type") == "Notification" and "TopicArn" in message:
            content = message.get("Message")
        elif {"detail-type", "source", "detail"} <= message.keys():
            content = message["detail"]
        else:
            return message
    raise UnreadableRecord(f"is wrapped in more than {MAX_ENVELOPES} envelopes: send it plainly")


def about_objects(message: dict[str, Any]) -> bool:
    """Whether it is S3's own message, or names an object as an item of Step Functions does."""
    records = message.get("Records")
    return (
        (message.get("source") == "aws.s3" and "detail" in message)
        or message.get("Event") == "s3:TestEvent"
        or ({"bucket", "key"} <= message.keys() and "text" not in message)
        or (isinstance(records, list) and any(_is_of_s3(record) for record in records))
    )


def _is_of_s3(record: object) -> bool:
    return isinstance(record, dict) and record.get("eventSource") == "aws:s3"


def _message(content: object) -> dict[str, Any] | str:
    if isinstance(content, dict):
        return content
    if content is None or content == "":
        raise UnreadableRecord("is empty: send a text")
    if not isinstance(content, str):
        raise UnreadableRecord("is neither a text nor an object: send one of them")
    content = content.removeprefix("\ufeff")  # a byte order mark, as other doors pass over too
    if not content.lstrip().startswith("{"):
        return content  # whatever else may be JSON is a text too: 5, "a", [
    try:
        message: dict[str, Any] = strict_json.loads(content)
    except NotJsonError as exc:
        raise UnreadableRecord(f"{exc}; send a text that starts with a brace as JSON") from exc
    return message
