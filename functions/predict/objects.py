"""The objects door: CSV and JSON Lines of any size, scored row by row as soon as they are there."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from obstore.exceptions import BaseError

from predict import metrics, record, scored_object, sources, store, tools
from predict.batch import Remaining
from predict.record import UnreadableRecord
from predict.settings import within
from predict.stored_object import Location, SupersededError
from predict.tools import Tools


class PassedOver(Exception):
    """Raise when an object is not to be scored."""


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """For a queue, which messages are to come again; for the others the summary of each object.

    Where there is no queue, the first failure is raised after all objects were tried: UnreadableRecord,
    OutOfTimeError, BaseError, or OSError and ValueError of the store. UnknownEventError where none is named.
    """
    contents = _contents(event)
    counts = Counter({"Objects": 0, "Scored": 0, "Errors": 0, "Refused": 0, "Ignored": 0, "Failed": 0})
    summaries: list[dict[str, Any]] = []
    failures: dict[str, Exception] = {}
    reasons: dict[str, str] = {}
    for id, content in contents.items():
        try:
            locations = _locations(content)
        except UnreadableRecord as exc:
            locations, failures[id], reasons[id] = [], exc, str(exc)
        for location in locations:
            try:
                summary = _score(location, tools, remaining)
            except PassedOver as exc:
                reasons[location.key] = str(exc)
                counts["Ignored"] += 1
            except (BaseError, OSError, ValueError) as exc:
                failures[id], reasons[location.key] = exc, store.reason(exc)
            else:
                summaries.append(summary)
                counts.update(Objects=1, Scored=summary.get("scored", 0), Errors=summary.get("errors", 0))
                if "error" in summary:  # which may show the columns
                    reasons[location.key] = "was refused: its summary.json says why"
                    counts["Refused"] += 1
    metrics.emit("objects", {**counts, "Failed": len(failures)}, reasons)
    if sources.service(event) == "aws:sqs":
        return {"batchItemFailures": [{"itemIdentifier": id} for id in contents if id in failures]}
    if failures:
        raise next(iter(failures.values()))
    return {"objects": summaries}


def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return score(event, tools.fetch(patient=True), context.get_remaining_time_in_millis)


def _contents(event: Any) -> Mapping[str, object]:
    """What may name objects, by the id of the message it came in."""
    match sources.service(event):
        case "aws:sqs":
            return {message["messageId"]: message["body"] for message in event["Records"]}
        case "aws:sns":
            return {message["Sns"]["MessageId"]: message["Sns"]["Message"] for message in event["Records"]}
    if isinstance(event, dict) and isinstance(event.get("Items"), list):
        return {str(place): item for place, item in enumerate(event["Items"])}
    if isinstance(event, dict) and record.about_objects(event):
        return {"event": event}
    raise sources.UnknownEventError(f"The event names no object. {sources.ACCEPTED}")


def _locations(content: object) -> list[Location]:
    """The objects that were made, none for what else may happen to one. Raises UnreadableRecord."""
    message = record.unwrapped(content)
    try:
        found = _named(message) if isinstance(message, dict) and record.about_objects(message) else None
    except (AttributeError, LookupError, TypeError):
        found = None
    if found is None or not all(isinstance(part, str) for location in found for part in location):
        raise UnreadableRecord("names no object: send a notification of S3, or a bucket and a key")
    return found


def _named(message: dict[str, Any]) -> list[Location]:
    if "Records" in message:
        from urllib.parse import unquote_plus  # no other event needs it: 6 ms of a cold start

        made = [r["s3"] for r in message["Records"] if "ObjectCreated:" in r["eventName"]]
        return [
            Location(
                s3["bucket"]["name"],
                unquote_plus(s3["object"]["key"]),  # as in a form, unlike in events of EventBridge
                s3["object"].get("eTag") or "",
                s3["object"].get("versionId") or "",
            )
            for s3 in made
        ]
    if "detail" in message:
        detail, made = message["detail"], message["detail-type"] == "Object Created"
        message = {"bucket": detail["bucket"]["name"], **detail["object"]} if made else {}
    if "key" not in message:
        return []
    version = message.get("version-id") or message.get("version") or ""
    return [Location(message["bucket"], message["key"], message.get("etag") or "", version)]


def _score(location: Location, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """Raises PassedOver, and what `scored_object.score` does."""
    url, results = f"{tools.settings.buckets}{location.bucket}", tools.settings.results_url
    if results and within(f"{url}/{location.key}", results):
        raise PassedOver("is a result of ours")
    if not scored_object.suffix(location.key):
        raise PassedOver("is neither csv nor jsonl nor ndjson, by its name")
    try:
        return scored_object.score(location, store.opened(url), tools, remaining)
    except SupersededError as exc:
        raise PassedOver("was replaced: the event of what is there now comes, or came") from exc
