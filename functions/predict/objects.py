"""The objects door: CSV and JSON Lines of any size, scored row by row as soon as they are uploaded."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from obstore.exceptions import BaseError

from predict import store, warm
from predict.deadline import Remaining
from predict.events import items, notices, record, sources
from predict.events.errors import UnknownEventError, UnreadableRecordError
from predict.events.notices import Named, Notice
from predict.files import scoring
from predict.files.scoring import ObjectRefusedError
from predict.files.source import SupersededError
from predict.location import Location
from predict.settings import within
from predict.telemetry.emf import watched
from predict.telemetry.line import MAX_REASONS, Line, current
from predict.warm import Tools

OF_OURS = "is a result of ours"
FOLDER = "is the mark of a folder"
REPLACED = "was replaced: the event of what is there now comes, or came"
REPLACED_ITEM = "was refused: another version replaced it. Name its etag of now, its version, or neither."


def score(event: Any, tools: Tools, remaining: Remaining) -> dict[str, Any]:
    """For a queue, the messages to deliver again; for other sources, the summary of each object.

    Without a queue, the first failure is raised after all objects were tried: UnreadableRecordError,
    OutOfTimeError, BaseError, or OSError and ValueError of the store. Where somebody names objects and waits
    for the answer, ObjectRefusedError is raised if one cannot be scored: its summary is written before.
    A batch with items.ANSWERED is answered with all summaries, and under `failed` with what to send again.
    UnknownEventError where none is named.
    """
    contents = _contents(event)
    done = _Done(_is_asked(event), _is_answered(event))
    for id, found in _locate(contents):
        if isinstance(found, UnreadableRecordError):
            done.fail(id, id, found)
            continue
        for key, reason in found.ignored:
            done.ignore(key, reason)
        for location in found.locations:
            _score(id, location, tools, remaining, done)
    done.report(current())
    if sources.service(event) == "aws:sqs":
        return {"batchItemFailures": [{"itemIdentifier": id} for id in contents if id in done.failures]}
    return done.answer()


@watched("objects")
def handler(event: object, context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return score(event, warm.open_tools(large_results=True), context.get_remaining_time_in_millis)


class _Done:
    """What became of the objects of one event.

    `asked`: somebody names them, and waits for the answer. `answered`: failures are in it, and not raised.
    """

    def __init__(self, asked: bool, answered: bool) -> None:
        self.asked = asked
        self.answered = answered
        self.failures: dict[str, Exception] = {}  # by the id of the message
        self._summaries: list[dict[str, Any]] = []
        self._ignored: dict[str, str] = {}  # why, by the key of the object
        self._refused: list[str] = []
        self._reasons: dict[str, str] = {}
        self._failed: dict[str, str] = {}  # why, by the id of the message
        self._counts = Counter(dict.fromkeys(("Objects", "Scored", "Errors", "Refused", "Ignored"), 0))

    def add(self, summary: dict[str, Any]) -> None:
        self._summaries.append(summary)
        self._counts.update(Objects=1, Scored=summary["scored"], Errors=summary["errors"])

    def refuse(self, location: Location, reason: str, summary: dict[str, Any] | None = None) -> None:
        self._reasons[location.key] = reason
        self._counts.update(Objects=1, Refused=1)
        place = ""
        if summary:
            self._summaries.append(summary)
            place = f" ({summary['results']}/summary.json)"
        self._refused.append(f"{f'{location.bucket}/{location.key}'!r} {reason}{place}")

    def ignore(self, key: str, reason: str) -> None:
        self._reasons[key] = self._ignored[key] = reason
        self._counts["Ignored"] += 1

    def fail(self, id: str, name: str, exc: Exception) -> None:
        self.failures[id] = exc
        unreadable = isinstance(exc, UnreadableRecordError)
        self._reasons[name] = self._failed[id] = str(exc) if unreadable else store.reason(exc)

    def report(self, to: Line) -> None:
        to.counts.update(self._counts, Failed=len(self.failures))
        to.reasons.update(self._reasons)

    def answer(self) -> dict[str, Any]:
        """Raises the first failure, or ObjectRefusedError."""
        if self.answered:
            failed = {id: self._failed[id] for id in self.failures}
            return {"objects": self._summaries, "ignored": self._ignored, "failed": failed}
        if self.failures:
            raise next(iter(self.failures.values()))
        if self._refused and self.asked:
            shown = "; ".join(self._refused[:MAX_REASONS])
            counts = f"{len(self._refused)} of {self._counts['Objects']} objects were refused"
            raise ObjectRefusedError(f"{counts}: {shown}", {})
        return {"objects": self._summaries, **({"ignored": self._ignored} if self._ignored else {})}


def _is_asked(event: Any) -> bool:
    return isinstance(event, dict) and ("Items" in event or items.is_item(event))


def _is_answered(event: Any) -> bool:
    return isinstance(event, dict) and "Items" in event and event.get("BatchInput") == items.ANSWERED


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


def _locate(contents: Mapping[str, object]) -> Iterator[tuple[str, Named | UnreadableRecordError]]:
    """The objects that each content names, by its id; an error where it cannot be read."""
    for id, content in contents.items():
        try:
            notice = record.unwrap(content)
            if not isinstance(notice, Notice):
                raise UnreadableRecordError(items.NO_OBJECT)
            named = notice.named()
        except UnreadableRecordError as exc:
            yield id, exc
        else:
            yield id, named


def _score(id: str, location: Location, tools: Tools, remaining: Remaining, done: _Done) -> None:
    """Add to `done` what becomes of an object that the message `id` names."""
    settings = tools.settings
    url = f"{settings.buckets.removesuffix('/')}/{location.bucket}"
    if settings.results_url and within(url, settings.results_url, location.key):
        done.ignore(location.key, OF_OURS)
        return
    if location.key.endswith(("/", "_$folder$")):
        done.ignore(location.key, FOLDER)
        return
    if url.startswith("file://"):
        location = location._replace(etag="", version="")  # S3's mean nothing in a folder
    try:
        with store.guarded():
            done.add(scoring.score(location, store.open_store(url), tools, remaining))
    except ObjectRefusedError as exc:
        done.refuse(location, str(exc), exc.summary)
    except SupersededError as exc:
        if done.answered:
            done.fail(id, location.key, exc)
        elif done.asked:
            done.refuse(location, REPLACED_ITEM)
        else:
            done.ignore(location.key, REPLACED)
    except (BaseError, OSError, ValueError) as exc:
        done.fail(id, location.key, exc)
