"""docs/monitoring.md lists what is emitted, and nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from model import Classifier
from predict.dialects import DIALECTS
from predict.http.figures import Figures
from predict.telemetry import emf
from predict.telemetry.line import Line
from tests.tiny import build_moods

PAGE = (Path(__file__).parents[3] / "docs" / "monitoring.md").read_text(encoding="utf-8")


def rows(head: str) -> Iterator[list[str]]:
    """The cells of the table with that first column."""
    table = PAGE.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_page_has_each_metric_with_its_unit() -> None:
    shown = {name: unit for cell, unit, _ in rows("metric") for name in names(cell)}
    assert shown == emf.METRICS


@pytest.mark.parametrize("texts", [[], ["I love this", "", "xqzt", "a" * 6_000]])
def test_every_member_of_a_line_is_on_the_page(served: Classifier, texts: list[str]) -> None:
    known = {*emf.METRICS, *(name for cell, *_ in rows("member") for name in names(cell))}
    for model in (served, build_moods()):
        line = Line("http")
        line.status, line.dialect, line.error, line.reasons = 500, "native", "ValueError", {"1": "is empty"}
        if texts:
            line.tally.add(texts, model.predict(texts))
        described: dict[str, Any] = line.describe(model, {"RequestId": "r", "TraceId": "t"})
        assert described.keys() <= known


def test_the_example_is_a_line_of_today(served: Classifier) -> None:
    example = json.loads(PAGE.partition("```json\n")[2].partition("```")[0])
    line = Line("http")
    line.status, line.dialect = 200, "native"
    line.tally.add(["I love this"], served.predict(["I love this"]))
    said = {name: example[name] for name in ("ColdStart", "RequestId", "TraceId")}
    written = json.loads(json.dumps(line.describe(served, said)))
    assert list(written) == list(example)
    assert written | {"Milliseconds": example["Milliseconds"]} == example


def test_the_page_has_each_family_of_prometheus_with_its_labels(served: Classifier) -> None:
    figures = Figures(served, DIALECTS, workers=1)
    line = Line("http")
    line.status = 200
    figures.count(line, {})
    registry = CollectorRegistry()
    registry.register(figures)
    found = {
        family.name: (
            family.type,
            {label for sample in family.samples for label in sample.labels} - {"le"},
        )
        for family in registry.collect()
    }
    assert found == {
        name: (kind, set(names(labels.partition(" (")[0])))
        for cell, kind, labels in rows("family")
        for name in names(cell)
    }
