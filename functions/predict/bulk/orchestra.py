"""The durable function: it lists a prefix, invokes the objects door for its batches, and adds up the answers.

An execution has at most 3,000 operations, so each page is an execution of its own. In a page, lanes throttle:
a lane invokes one batch after another, so there are never more invocations than lanes. (`max_concurrency` of
the SDK counts branches that run; a branch that waits for an invocation does not.)

All that is listed, read from a clock or written is a step: a killed execution goes on after the last one.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from functools import cache, partial
from math import ceil
from typing import Any

import boto3
import obstore
from aws_durable_execution_sdk_python import DurableContext, InvokeError, durable_execution
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig

from predict import settings, store
from predict.bulk import bill, listing, order, tally
from predict.bulk.listing import Range
from predict.bulk.order import Order
from predict.bulk.tally import Tally
from predict.events.items import ANSWERED

PAUSES = (10, 60)  # seconds between the attempts of a batch
LANES = listing.PAGE_BATCHES  # of one page; with more, several pages are scored at once
PAGE = "page"  # the member that tells the execution of a page from that of a whole job

ALL = CompletionConfig.all_completed()  # type: ignore[no-untyped-call]


class TooManyFailuresError(Exception):
    """Raise when more objects fail than the order tolerates; the summary is written."""


def run(event: Mapping[str, Any], context: DurableContext) -> dict[str, Any]:
    """The summary of a job, or the tally of one of its pages.

    Raises OrderError, TooManyFailuresError, and the SDK's errors: the execution then fails.
    """
    if PAGE in event:
        page = Range(*event[PAGE])
        return _score_page(context, Order(**event["order"]), page)._asdict()
    asked = order.read(event)
    name = asked.name or hashlib.sha256(_arn(context).encode()).hexdigest()[:12]
    return _score_job(context, asked._replace(name=name))


handler = durable_execution(run)
"""Lambda's entry."""


def _score_job(context: DurableContext, asked: Order) -> dict[str, Any]:
    started = context.step(lambda _: time.time(), name="start")
    width = ceil(asked.concurrency / LANES)
    payload = {"order": asked._replace(concurrency=ceil(asked.concurrency / width))._asdict()}
    done, pages, last = Tally(), 0, ""
    while True:
        found = [
            Range(*page)
            for page in context.step(partial(_find, asked, last, width), name=f"list from page {pages}")
        ]
        if not found:
            break
        parts: Any = context.map(
            found,
            partial(_invoke_in_turn, payload, pages),
            name=f"pages from {pages}",
            config=MapConfig(completion_config=ALL),
        )
        parts.throw_if_error()
        done = tally.add([done, *(_read(part) for part in parts.get_results())])
        pages, last = pages + len(found), found[-1].last
        if _is_over(done, asked):
            break
    summary = context.step(partial(_summarize, asked, done, pages, started), name="summary")
    if _is_over(done, asked):
        bad = done.refused + done.failed
        raise TooManyFailuresError(
            f"{bad:,} of {done.objects:,} objects were refused or failed, and "
            f"{asked.tolerated_percentage:g} % are tolerated: {_place(asked)}/summary.json says which."
        )
    return summary


def _find(asked: Order, last: str, count: int, _step: object) -> list[list[Any]]:
    return [list(page) for page in listing.find_pages(_s3(), asked, last, count)]


def _invoke_in_turn(
    payload: Mapping[str, Any], first: int, branch: DurableContext, page: Range, index: int, _all: object
) -> dict[str, Any]:
    return _invoke_page(branch, {**payload, PAGE: page}, f"page {first + index}")


def _invoke_page(context: DurableContext, payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The tally of a page. A page that fails is invoked again: its scored objects have their summaries."""
    why = ""
    for number in range(len(PAUSES) + 1):
        if number:
            context.wait(Duration.from_seconds(PAUSES[number - 1]), name=f"pause {number}")
        try:
            return _invoke(context, _own_name(context), payload, name)
        except InvokeError as exc:
            why = _explain(exc)
    page = Range(*payload[PAGE])
    keys = f"those above {page.after!r}, up to {page.last!r}"
    return Tally(objects=page.objects, failed=page.objects, failures={keys: why})._asdict()


def _score_page(context: DurableContext, asked: Order, page: Range) -> Tally:
    batches = [Range(*batch) for batch in context.step(partial(_cut, asked, page), name="batches")]
    lanes = [batches[lane :: asked.concurrency] for lane in range(min(asked.concurrency, len(batches)))]
    parts: Any = context.map(
        lanes,
        lambda branch, lane, _index, _all: _score_lane(branch, asked, lane)._asdict(),
        name="lanes",
        config=MapConfig(completion_config=ALL),
    )
    parts.throw_if_error()
    return tally.add(_read(part) for part in parts.get_results())


def _cut(asked: Order, page: Range, _step: object) -> list[list[Any]]:
    return [list(batch) for batch in listing.cut(_s3(), asked, page)]


def _score_lane(context: DurableContext, asked: Order, batches: Sequence[Range]) -> Tally:
    return tally.add([_score_batch(context, asked, Range(*batch)) for batch in batches])


def _score_batch(context: DurableContext, asked: Order, batch: Range) -> Tally:
    """What fails is invoked again, and nothing else; what still fails after the last attempt is listed."""
    keys = context.step(partial(_list, asked, batch), name="keys")
    answered, reasons = _invoke_door(context, asked, keys, f"{len(keys)} objects")
    parts = [answered]
    for number, pause in enumerate(PAUSES, 1):
        if not reasons:
            break
        context.wait(Duration.from_seconds(pause), name=f"pause {number}")
        invoke = _isolate if number == len(PAUSES) else _invoke_door
        answered, reasons = invoke(context, asked, list(reasons), f"{len(reasons)} objects again")
        parts.append(answered)
    parts.append(tally.of_failures(reasons))
    found = tally.add(parts, shown=None)
    if found.failures:
        context.step(partial(_write_failures, asked, batch, found.failures), name="failures")
    return tally.add([found])


def _isolate(
    context: DurableContext, asked: Order, keys: Sequence[str], name: str
) -> tuple[Tally, dict[str, str]]:
    """As `_invoke_door`, but keys that fail together are tried in halves: one object may end the process."""
    answered, reasons = _invoke_door(context, asked, keys, name)
    if len(keys) == 1 or len(reasons) < len(keys):
        return answered, reasons
    half = len(keys) // 2
    (first, left), (second, right) = (
        _isolate(context, asked, part, f"{len(part)} objects again") for part in (keys[:half], keys[half:])
    )
    return tally.add([answered, first, second]), left | right


def _list(asked: Order, batch: Range, _step: object) -> list[str]:
    return listing.keys(_s3(), asked, batch)


def _invoke_door(
    context: DurableContext, asked: Order, keys: Sequence[str], name: str
) -> tuple[Tally, dict[str, str]]:
    """The tally of what the door could score, refuse or ignore, and why it failed with each other key."""
    payload = {
        "Items": [{"bucket": asked.bucket, "key": key} for key in keys],
        "BatchInput": ANSWERED,
    }
    try:
        answer = _invoke(context, settings.read().object_function, payload, name)
    except InvokeError as exc:  # it ended, timed out, or was throttled
        return Tally(invocations=1), dict.fromkeys(keys, _explain(exc))
    failed = {keys[int(index)]: why for index, why in answer["failed"].items()}
    ignored = Tally(objects=len(answer["ignored"]), ignored=len(answer["ignored"]), invocations=1)
    return tally.add([ignored, *map(tally.of_summary, answer["objects"])]), failed


def _invoke(context: DurableContext, function: str, payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    answer: dict[str, Any] = context.invoke(function, payload, name=name)
    return answer


def _explain(exc: InvokeError) -> str:
    return f"{exc.error_type}: {exc.message}"[:500]


def _read(part: Mapping[str, Any]) -> Tally:
    return Tally(**part)


def _is_over(done: Tally, asked: Order) -> bool:
    return 100 * (done.refused + done.failed) > asked.tolerated_percentage * done.objects


def _summarize(asked: Order, done: Tally, pages: int, started: float, _step: object) -> dict[str, Any]:
    summary = {
        "order": asked._asdict(),
        **tally.describe(done),
        "pages": pages,
        "seconds": round(time.time() - started, 3),
        "estimated_cost": bill.estimate(done, pages),
        "results": _place(asked),
    }
    _write(f"{_place(asked)}/summary.json", json.dumps(summary, indent=2))
    return summary


def _write_failures(asked: Order, batch: Range, failures: Mapping[str, str], _step: object) -> None:
    name = store.digest([batch.after])
    lines = [json.dumps({"key": key, "reason": why}) for key, why in failures.items()]
    _write(f"{_place(asked)}/failures/{name}.jsonl", "\n".join(lines))


def _write(key: str, content: str) -> None:
    with store.guarded():
        obstore.put(store.open_store(settings.read().results_url), key, f"{content}\n".encode())


def _place(asked: Order) -> str:
    return f"bulk/{asked.name}"


def _arn(context: DurableContext) -> str:
    return context.execution_context.durable_execution_arn


def _own_name(context: DurableContext) -> str:
    """This function in the version or alias that runs: a durable function is invoked by a qualified name."""
    in_lambda: Any = context.lambda_context
    return str(in_lambda.invoked_function_arn)


@cache
def _s3() -> Any:
    return boto3.client("s3")
