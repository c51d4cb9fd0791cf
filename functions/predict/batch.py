"""Many records scored in one call: what the doors of queues, streams and notifications do with theirs."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from model import Prediction
from predict import metrics, record, store
from predict.record import Tweet, UnreadableRecord
from predict.tools import Tools

LEAST_MS = 3_000  # left of a function's time: a slice is scored and written in less

Remaining = Callable[[], int]  # milliseconds until the function is ended


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
    in_order: bool = False,
) -> Done:
    """Write a row for each tweet in `records`, by their ids, below `place`; no tweet has a `content` of None.

    With `in_order` nothing is scored after a record that is not. The rows of the same records always have
    the same name, so that a second delivery changes nothing. Raises what the
    store does, BaseError, OSError or ValueError, where they cannot be written.
    """
    ids = list(records) if in_order else sorted(records)
    done = Done([], [], {})
    for start in range(0, len(ids), tools.settings.max_texts):
        if remaining() < LEAST_MS or (in_order and done.unreadable):
            break
        tweets: dict[str, Tweet] = {}
        for id in ids[start : start + tools.settings.max_texts]:
            try:
                found = content(records[id])
                if found is None:
                    done.ignored.append(id)
                else:
                    tweets[id] = record.tweet(found, tools.settings)
            except UnreadableRecord as exc:
                done.unreadable[id] = str(exc)
                if in_order:
                    break
        if tweets:
            _write(place, tweets, tools)
            done.scored.extend(tweets)
    _report(place, len(ids), done)
    return done


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
