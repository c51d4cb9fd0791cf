"""The streams door: records of Kinesis and of DynamoDB streams."""

from base64 import b64decode
from typing import Any

from predict import warm
from predict.deadline import Remaining
from predict.events import batch, sources
from predict.events.errors import UnreadableRecordError
from predict.telemetry.emf import watched
from predict.warm import Tools

_AGGREGATED = b"\xf3\x89\x9a\xc2"  # the Kinesis Producer Library marks several records in one with it
_GZIP = b"\x1f\x8b"  # CloudWatch sends its logs compressed


def score(event: object, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """The first record that was not scored: Lambda delivers it and all behind it again, scored or not.

    Raises UnknownEventError. Raises the store's error where it cannot write at all: all are delivered again.
    """
    found = sources.records(event, "aws:kinesis", "aws:dynamodb")
    stream = sources.resource(found[0], "eventSourceARN")
    records = {sources.field(record, "eventID"): record for record in found}
    numbers = {id: _sequence_number(record) for id, record in records.items()}
    done = batch.score(f"streams/{stream}", records, _content, tools, remaining, "cut")
    settled = {*done.scored, *done.ignored}
    waiting = [number for id, number in numbers.items() if id not in settled]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in waiting[:1]]}


@watched("streams")
def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return score(event, warm.open_tools(), context.get_remaining_time_in_millis)


def _content(record: dict[str, Any]) -> object:
    return _new_image(record) if "dynamodb" in record else _data(record["kinesis"].get("data") or "")


def _sequence_number(record: dict[str, Any]) -> str:
    if "dynamodb" in record:
        return sources.field(record, "dynamodb", "SequenceNumber")
    return sources.field(record, "kinesis", "sequenceNumber")


def _data(encoded: Any) -> str:
    try:
        data = b64decode(encoded, validate=True)
    except (TypeError, ValueError) as exc:
        raise UnreadableRecordError("is not base64") from exc
    if data.startswith(_AGGREGATED):
        raise UnreadableRecordError("is several records in one: switch the producer's aggregation off")
    if data.startswith(_GZIP):
        raise UnreadableRecordError("is compressed: send it plainly")
    try:
        return data.decode()
    except UnicodeDecodeError as exc:
        raise UnreadableRecordError(f"is not UTF-8 at byte {exc.start}") from exc


def _new_image(record: dict[str, Any]) -> dict[str, Any] | None:
    if record.get("eventName") == "REMOVE":
        return None
    image = record["dynamodb"].get("NewImage")
    if not isinstance(image, dict):
        raise UnreadableRecordError("has no new image: let the stream's view be NEW_IMAGE")
    plain = {name: _plain(image[name]) for name in ("id", "text") if name in image}
    if "text" in plain and "S" not in image["text"]:
        raise UnreadableRecordError("has a text that is no string")
    return plain


def _plain(value: Any) -> object:
    """The value of an attribute, as {"S": "a text"} has it."""
    if not isinstance(value, dict) or len(value) != 1:
        raise UnreadableRecordError("has an attribute without its type: send the new image as DynamoDB does")
    [(kind, plain)] = value.items()
    return None if kind == "NULL" else plain
