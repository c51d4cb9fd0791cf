"""The objects door: CSV and JSON Lines of any size, scored row by row as soon as they are uploaded."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from obstore.exceptions import BaseError

from predict import store, warm
from predict.deadline import Remaining
from predict.events import metrics, notices, record, sources
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.events.notices import Notice
from predict.files import scoring
from predict.files.source import SupersededError
from predict.location import Location
from predict.settings import within
from predict.warm import Tools


class SkippedError(Exception):
    """Raise when an object is not to be scored."""


class ObjectRefusedError(RuntimeError):
    """Raise when an object that a caller names cannot be scored; its summary says why."""


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """For a queue, the messages to deliver again; for other sources, the summary of each object.

    Without a queue, the first failure is raised after all objects were tried: UnreadableRecordError,
    OutOfTimeError, BaseError, or OSError and ValueError of the store. ObjectRefusedError where a caller names
    an object that cannot be scored. UnknownEventError where none is named.
    """
    contents = _contents(event)
    counts = Counter({"Objects": 0, "Scored": 0, "Errors": 0, "Refused": 0, "Ignored": 0, "Failed": 0})
    summaries: list[dict[str, Any]] = []
    failures: dict[str, Exception] = {}
    reasons: dict[str, str] = {}
    for id, found in _locate(contents):
        if isinstance(found, UnreadableRecordError):
            failures[id], reasons[id] = found, str(found)
            continue
        try:
            summary = _score(found, tools, remaining)
        except SkippedError as exc:
            reasons[found.key] = str(exc)
            counts["Ignored"] += 1
        except (BaseError, OSError, ValueError) as exc:
            failures[id], reasons[found.key] = exc, store.reason(exc)
        else:
            summaries.append(summary)
            counts.update(Objects=1, Scored=summary.get("scored", 0), Errors=summary.get("errors", 0))
            if "error" in summary:  # which may show the columns
                reasons[found.key] = "was refused: its summary.json says why"
                counts["Refused"] += 1
    metrics.emit("objects", {**counts, "Failed": len(failures)}, reasons)
    if sources.service(event) == "aws:sqs":
        return {"batchItemFailures": [{"itemIdentifier": id} for id in contents if id in failures]}
    if failures:
        raise next(iter(failures.values()))
    if counts["Refused"] and _is_explicit(event):
        refused = [summary["object"]["key"] for summary in summaries if "error" in summary]
        raise ObjectRefusedError(
            f"{len(refused)} of {len(summaries)} objects were refused, such as {refused[0]}: see summary.json"
        )
    return {"objects": summaries}


def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    if answer := warm.up(event):
        return answer
    return score(event, warm.open_tools(large_results=True), context.get_remaining_time_in_millis)


def _contents(event: Any) -> Mapping[str, object]:
    """What may name objects, by the id of the message that carries it."""
    match sources.service(event):
        case "aws:sqs":
            return {message["messageId"]: message["body"] for message in event["Records"]}
        case "aws:sns":
            return {message["Sns"]["MessageId"]: message["Sns"]["Message"] for message in event["Records"]}
    if isinstance(event, dict) and isinstance(event.get("Items"), list):
        return {str(index): item for index, item in enumerate(event["Items"])}
    if isinstance(event, dict) and notices.find(event):
        return {"event": event}
    raise UnknownEventError(f"The event names no object. {sources.ACCEPTED}")


def _is_explicit(event: Any) -> bool:
    """Whether a caller waits, as Step Functions does: nobody waits for what is done with a notification."""
    notice = notices.find(event)
    return "Items" in event or (notice is not None and notices.is_explicit(notice))


def _locate(contents: Mapping[str, object]) -> Iterator[tuple[str, Location | UnreadableRecordError]]:
    """The objects that each content names, by its id; an error where it cannot be read."""
    for id, content in contents.items():
        try:
            notice = record.unwrap(content)
            if not isinstance(notice, Notice):
                raise UnreadableRecordError(notices.NO_OBJECT)
            locations = notice.locations()
        except UnreadableRecordError as exc:
            yield id, exc
        else:
            yield from ((id, location) for location in locations)


def _score(location: Location, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """Raises SkippedError, and what `scoring.score` does."""
    url, results = f"{tools.settings.buckets}{location.bucket}", tools.settings.results_url
    if results and within(f"{url}/{location.key}", results):
        raise SkippedError("is a result of ours")
    if location.key.endswith("/"):
        raise SkippedError("is a folder")
    try:
        return scoring.score(location, store.open_store(url), tools, remaining)
    except SupersededError as exc:
        raise SkippedError("was replaced: the event of what is there now comes, or came") from exc
