"""Many records scored in one call: what the doors of queues, streams and notifications do with theirs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from model import Prediction
from predict import metrics, record, store
from predict.record import Tweet, UnreadableRecord
from predict.settings import Settings
from predict.tools import Tools

LEAST_MS = 3_000  # left of a function's time: a piece of a batch is scored and written in less,
MOST_CHARACTERS = 100_000  # whatever the texts: of gibberish, which is slowest, that is a second's work

Remaining = Callable[[], int]  # milliseconds until the function is ended

# What an unreadable record does to those behind it: nothing; it gives their rows a name of their own, for all
# from there on come again; or it leaves them for later.
AtFault = Literal["skip", "cut", "stop"]


class Done(NamedTuple):
    """By the id of a record: what was scored, what is no tweet on purpose, and why another is none."""

    scored: list[str]
    ignored: list[str]
    unreadable: dict[str, str]


def score(
    place: str,
    records: Mapping[str, Any],
    content: Callable[[Any], object],
    tools: Tools,
    remaining: Remaining,
    at_fault: AtFault = "skip",
) -> Done:
    """Write a row for each tweet in `records`, by their ids, below `place`; what has no `content` is ignored.

    The rows of the same records always have the same name, so that a second delivery changes nothing. Raises
    what the store does, BaseError, OSError or ValueError, where they cannot be written.
    """
    done = Done([], [], {})
    for piece in _pieces(records, content, tools.settings, at_fault):
        if remaining() < LEAST_MS:
            break
        if piece.tweets:
            _write(place, piece.tweets, tools)
        done.scored.extend(piece.tweets)
        done.ignored.extend(piece.ignored)
        done.unreadable.update(piece.unreadable)
    _report(place, len(records), done)
    return done


class _Piece(NamedTuple):
    """As much of a batch as is scored in one call."""

    tweets: dict[str, Tweet]
    ignored: list[str]
    unreadable: dict[str, str]


def _pieces(
    records: Mapping[str, Any], content: Callable[[Any], object], settings: Settings, at_fault: AtFault
) -> Iterator[_Piece]:
    piece, characters = _Piece({}, [], {}), 0
    for id in sorted(records) if at_fault == "skip" else records:
        try:
            found = content(records[id])
            if found is None:
                piece.ignored.append(id)
                continue
            piece.tweets[id] = record.tweet(found, settings)
        except UnreadableRecord as exc:
            piece.unreadable[id] = str(exc)
            if at_fault == "stop":
                break
            full = at_fault == "cut"
        else:
            characters += len(piece.tweets[id].text)
            full = len(piece.tweets) == settings.max_texts or characters >= MOST_CHARACTERS
        if full:
            yield piece
            piece, characters = _Piece({}, [], {}), 0
    if any(piece):
        yield piece


def _report(place: str, count: int, done: Done) -> None:
    counts = {name.capitalize(): len(found) for name, found in done._asdict().items()}
    metrics.emit(
        place.partition("/")[0], {**counts, "Deferred": count - sum(counts.values())}, done.unreadable
    )


def _write(place: str, tweets: Mapping[str, Tweet], tools: Tools) -> None:
    model, settings, results = tools
    texts = [tweet.text for tweet in tweets.values()]
    predictions = model.predict(texts, settings.threshold, settings.uncertain)
    rows = [
        _row(message_id, tweet, prediction, model.version)
        for (message_id, tweet), prediction in zip(tweets.items(), predictions, strict=True)
    ]
    store.write_lines(results, f"{place}/{store.digest(tweets)}.jsonl", rows)


def _row(message_id: str, tweet: Tweet, prediction: Prediction, version: str) -> dict[str, Any]:
    return {
        "id": message_id if tweet.id is None else tweet.id,
        **prediction._asdict(),
        "model_version": version,
        "message_id": message_id,
    }
