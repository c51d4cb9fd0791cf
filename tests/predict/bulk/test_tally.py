from typing import Any

import pytest

from predict.bulk import tally
from predict.bulk.tally import Tally

SUMMARY: dict[str, Any] = {
    "object": {"bucket": "inbox", "key": "a.csv", "etag": "e", "version": ""},
    "model": "tiny@1",
    "results": "objects/inbox/a.csv/e/1",
    "rows": 4,
    "scored": 3,
    "errors": 1,
    "errors_listed": 1,
    "labels": {"negative": 1, "positive": 2},
    "warnings": {"no_known_words": 1},
}
REFUSED = {key: SUMMARY[key] for key in ("object", "model", "results")} | {"error": "shows a tweet"}
ONE = Tally(1, rows=4, scored=3, errors=1, labels=SUMMARY["labels"], warnings=SUMMARY["warnings"])


def test_the_tally_of_an_object_has_the_counts_of_its_summary() -> None:
    assert tally.of_summary(SUMMARY) == ONE


def test_what_was_refused_is_named_with_the_place_of_its_summary_and_none_of_its_content() -> None:
    why = {"a.csv": "was refused: objects/inbox/a.csv/e/1/summary.json says why"}
    assert tally.of_summary(REFUSED) == Tally(1, refused=1, failures=why)


def test_parts_add_up_in_any_order() -> None:
    parts = [ONE, tally.of_summary(REFUSED), tally.of_failures({"b": "x", "c": "y"}), Tally(invocations=2)]
    found = tally.add(parts)
    assert found == tally.add(reversed(parts)) == tally.add([tally.add(parts[:2]), tally.add(parts[2:])])
    assert found[:8] == (4, 1, 2, 0, 4, 3, 1, 2)
    assert list(found.failures) == ["a.csv", "b", "c"]
    assert tally.add([]) == Tally()


def test_a_sum_shows_the_first_failures_or_all() -> None:
    parts = [tally.of_failures({f"{number:02}": "x"}) for number in range(20)]
    assert list(tally.add(parts).failures) == [f"{number:02}" for number in range(tally.SHOWN_FAILURES)]
    assert len(tally.add(parts, shown=None).failures) == 20


@pytest.mark.parametrize(("part", "share"), [(ONE, 2 / 3), (Tally(1, refused=1), None)])
def test_the_share_of_positive_is_of_the_rows_that_were_scored(part: Tally, share: float | None) -> None:
    assert tally.describe(part) == {**part._asdict(), "positive_share": share}
