"""The counts of a job, added up from what the objects door answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

SHOWN_FAILURES = 10  # in the summary of a job; its folder `failures` has all


class Tally(NamedTuple):
    """Whole numbers, so that the order in which parts are added does not matter."""

    objects: int = 0  # that were listed: scored, refused, failed or ignored
    refused: int = 0  # a retry mends nothing; their own summaries say why
    failed: int = 0  # after all attempts
    ignored: int = 0  # folders and results of ours
    rows: int = 0
    scored: int = 0
    errors: int = 0  # rows that could not be scored
    invocations: int = 0  # of the objects door
    labels: Mapping[str, int] = {}
    warnings: Mapping[str, int] = {}
    failures: Mapping[str, str] = {}  # why, by key: the first of those that were refused or failed


Parts = Iterable[Tally]
_COUNTS = Tally._fields[:8]


def add(parts: Parts, shown: int | None = SHOWN_FAILURES) -> Tally:
    """The sum of all parts, with so many of their failures, or all."""
    parts = list(parts)
    counts = {name: sum(getattr(part, name) for part in parts) for name in _COUNTS}
    labels, warnings = (
        dict(sorted(sum((Counter(getattr(part, name)) for part in parts), Counter()).items()))
        for name in ("labels", "warnings")
    )
    failures = {key: why for part in parts for key, why in part.failures.items()}
    shortened = dict(sorted(failures.items())[:shown])
    return Tally(**counts, labels=labels, warnings=warnings, failures=shortened)


def of_summary(summary: Mapping[str, Any]) -> Tally:
    """That of one object which the door scored or refused."""
    if "error" in summary:
        why = f"was refused: {summary['results']}/summary.json says why"
        return Tally(objects=1, refused=1, failures={summary["object"]["key"]: why})
    counts = {name: summary[name] for name in ("rows", "scored", "errors", "labels", "warnings")}
    return Tally(objects=1, **counts)


def of_failures(reasons: Mapping[str, str]) -> Tally:
    """That of objects, by key, which were not scored in any attempt."""
    return Tally(objects=len(reasons), failed=len(reasons), failures=reasons)


def describe(tally: Tally) -> dict[str, Any]:
    """As the summary of the job has it."""
    share = tally.labels.get("positive", 0) / tally.scored if tally.scored else None
    return {**tally._asdict(), "positive_share": share}
