"""Many records scored in one call: the common work of the queue, streams and notifications doors."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from model import Prediction
from predict import deadline, store
from predict.deadline import Remaining
from predict.events import record
from predict.events.errors import UnreadableRecordError
from predict.events.record import Tweet
from predict.settings import Settings
from predict.telemetry.line import current
from predict.warm import Tools

# Of a piece. Gibberish is slowest to score, and so much of it takes about a second.
MAX_CHARACTERS = 100_000

# What happens to the records behind an unreadable one. "skip": they are scored as if it were not there.
# "cut": they become a piece of their own, so that their rows keep their key when the source sends all records
# from the unreadable one on again. "stop": they wait for the next delivery.
OnUnreadable = Literal["skip", "cut", "stop"]


class Done(NamedTuple):
    """By the id of a record: what was scored, what holds no tweet on purpose, why another is unreadable.

    The rest waits for the next delivery: `failure` is the store's, or None where there was no time left.
    """

    scored: list[str]
    ignored: list[str]
    unreadable: dict[str, str]
    failure: Exception | None = None


def score(
    prefix: str,
    records: Mapping[str, Any],
    content: Callable[[Any], object],
    tools: Tools,
    remaining: Remaining,
    on_unreadable: OnUnreadable = "skip",
) -> Done:
    """Write a row for each tweet in `records` (by id) below `prefix`; a record without `content` is ignored.

    The rows of the same records always have the same key, so that a second delivery changes nothing. If the
    store fails after some rows were written, the rest is left. If it fails at once, its error is raised:
    BaseError, OSError or ValueError. What became of the records is in the line of the log in each case.
    """
    done, results = Done([], [], {}), store.Timed(tools.results, remaining)
    for piece in _cut(records, content, tools.settings, on_unreadable):
        if deadline.is_near(remaining):
            break
        done.ignored.extend(piece.ignored)
        done.unreadable.update(piece.unreadable)
        if piece.tweets:
            rows = _score(piece.tweets, tools)
            try:
                store.write_lines(results.now(), f"{prefix}/{store.digest(piece.tweets)}.jsonl", rows)
            except store.FAILURES as exc:
                done = done._replace(failure=exc)
                break
        done.scored.extend(piece.tweets)
    _report(records, done)
    if done.failure and not done.scored:
        raise done.failure
    return done


class _Piece(NamedTuple):
    """As much of a batch as is scored in one call."""

    tweets: dict[str, Tweet]
    ignored: list[str]
    unreadable: dict[str, str]


def _cut(
    records: Mapping[str, Any],
    content: Callable[[Any], object],
    settings: Settings,
    on_unreadable: OnUnreadable,
) -> Iterator[_Piece]:
    piece, characters = _Piece({}, [], {}), 0
    for id in sorted(records) if on_unreadable == "skip" else records:
        try:
            found = content(records[id])
            if found is None:
                piece.ignored.append(id)
                continue
            piece.tweets[id] = record.read(found, settings)
        except UnreadableRecordError as exc:
            piece.unreadable[id] = str(exc)
            if on_unreadable == "stop":
                break
            full = on_unreadable == "cut"
        else:
            characters += len(piece.tweets[id].text)
            full = len(piece.tweets) == settings.max_texts or characters >= MAX_CHARACTERS
        if full:
            yield piece
            piece, characters = _Piece({}, [], {}), 0
    if any(piece):
        yield piece


def _report(records: Collection[str], done: Done) -> None:
    told = {*done.scored, *done.ignored, *done.unreadable}
    left = [id for id in records if id not in told]
    line = current()
    line.counts.update(
        Scored=len(done.scored),
        Ignored=len(done.ignored),
        Unreadable=len(done.unreadable),
        Unwritten=len(left) if done.failure else 0,
        Deferred=0 if done.failure else len(left),
    )
    if done.failure:
        line.reasons[left[0]] = f"was not written: {store.reason(done.failure)}"
    line.reasons.update(done.unreadable)


def _score(tweets: Mapping[str, Tweet], tools: Tools) -> list[dict[str, Any]]:
    model, settings, _ = tools
    texts = [tweet.text for tweet in tweets.values()]
    predictions = model.predict(texts, settings.threshold, settings.uncertain)
    current().tally.add(texts, predictions)
    return [
        _row(message_id, tweet, prediction, model.version)
        for (message_id, tweet), prediction in zip(tweets.items(), predictions, strict=True)
    ]


def _row(message_id: str, tweet: Tweet, prediction: Prediction, version: str) -> dict[str, Any]:
    return {
        "id": message_id if tweet.id is None else tweet.id,
        **prediction.as_json(),
        "model_version": version,
        "message_id": message_id,
    }
