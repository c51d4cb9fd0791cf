"""A text classifier of scikit-learn, served without scikit-learn.

    table   the features of a text, and rows of numbers for them
    node    the values of one table's features after steps, or of several nodes side by side
    score   bias + Σ row[feature] · value      over the features of a node
    answer  from scores to probabilities; see `model.answer`

The steps of a node are functions of each value, or divide all values by their norm:

    ["scale", [row, …]]   times the numbers of a row of each table; None for a table leaves it as it is
    ["one"]               1 for every feature that is there
    ["log"]               1 + log(value)
    ["over", bound]       1 if the value is greater than the bound, else 0
    ["norm", name]        divided by the norm l1, l2 or max

What is linear after the last of these steps is multiplied into the rows of the scores.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import mul
from typing import TYPE_CHECKING, Any

from model import answer
from model.classifier import MAX_CHARACTERS_READ, Classifier, Dropped, Prediction, Term
from model.table import Table

DESCRIPTION = "model.json"
if TYPE_CHECKING:
    from nlp import Change

Node = Mapping[str, Any]

# Features of a text that a table has, as columns of the table, and their values. A tuple is made quickly.
Leaf = tuple[Table, list[int], list[float]]


class Pipeline(Classifier):
    """`files` has tables, nodes, scores and the answer as JSON, and the forms and numbers of each table."""

    min_known = 1.0

    def __init__(self, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        super().__init__(manifest)
        self._positive: int = manifest["classes"].index(self.labels[-1])
        described = json.loads(files[DESCRIPTION])
        self._tables = [
            Table(spec, files[f"forms.{i}"], files[f"rows.{i}.f64"])
            for i, spec in enumerate(described["tables"])
        ]
        self._nodes: Sequence[Node] = described["nodes"]
        self._scores: Sequence[Mapping[str, Any]] = described["scores"]
        self._answer: answer.Tree = described["answer"]
        self._ranking: answer.Tree = described["ranking"]
        self._empty: list[float] = [score["bias"] for score in self._scores]

    def logit(self, text: str) -> tuple[float, float]:
        """Return the log-odds of positive, or of the label if there are more classes."""
        nodes = self._find(text)
        scores = self._sum(nodes)
        return answer.find_log_odds(self._answer, scores, self._choose(scores)), _share_known(nodes)

    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        """Explain the difference to the log-odds of a text without any feature, which is the bias here."""
        nodes = self._find(text)
        scores = self._sum(nodes)
        chosen = self._choose(scores)
        slopes = answer.find_slopes(self._answer, scores, self._empty, chosen)
        shares = {table: defaultdict[int, float](float) for table in self._tables}
        for score, slope in zip(self._scores, slopes, strict=True):
            for (table, columns, values), row in zip(nodes[score["node"]], score["rows"], strict=True):
                numbers, share = table.rows[row], shares[table]
                for column, value in zip(columns, values, strict=True):
                    share[column] += slope * numbers[column] * value
        terms = [term for table, share in shares.items() for term in _place(table, share, text)]
        terms.sort(key=lambda term: (term.start, term.end))
        logit = answer.find_log_odds(self._answer, scores, chosen)
        return logit - math.fsum(term.contribution for term in terms), terms, self._drop(text, terms)

    def _find_changes(self, _text: str) -> "list[Change]":
        """A pipeline reads what is written, as scikit-learn does."""
        return []

    def _predict(self, text: str, threshold: float, uncertain: tuple[float, float] | None) -> Prediction:
        nodes = self._find(text[:MAX_CHARACTERS_READ])
        scores, known = self._sum(nodes), _share_known(nodes)
        found = answer.evaluate(self._answer, scores)
        if len(found) == 1:
            probability = found[0] if self._positive else 1 - found[0]
            return self._judge(text, probability, known, threshold, uncertain)
        chosen = self._choose(scores)
        return Prediction(
            self.labels[chosen],
            found[chosen],
            self._warn(text, known),
            dict(zip(self.labels, found, strict=True)),
            known,
        )

    def _choose(self, scores: list[float]) -> int:
        """Return the class of a text: the positive one of two, the one that ranks first of more."""
        if len(self.labels) == 2:
            return self._positive
        ranks = answer.evaluate(self._ranking, scores)
        return ranks.index(max(ranks))

    def _find(self, text: str) -> list[list[Leaf]]:
        """Return the leaves of each node."""
        leaves = [(table, *table.count(text)) for table in self._tables]
        return [_value(node, leaves) for node in self._nodes]

    def _sum(self, nodes: Sequence[Sequence[Leaf]]) -> list[float]:
        """Return the scores."""
        sums = []
        for score in self._scores:
            products = [
                map(mul, map(table.rows[row].__getitem__, columns), values)
                for (table, columns, values), row in zip(nodes[score["node"]], score["rows"], strict=True)
            ]
            # fsum rounds once, so the order of the features does not change the result
            sums.append(score["bias"] + math.fsum(chain.from_iterable(products)))
        return sums

    def _drop(self, text: str, terms: Sequence[Term]) -> list[Dropped]:
        """Return the words of `text` that no term overlaps."""
        covered = bytearray(len(text))
        for term in terms:
            covered[term.start : term.end] = b"\1" * (term.end - term.start)
        return [
            Dropped(*match.span(), "stop word" if self._stops(match[0]) else "unknown")
            for match in re.finditer(r"\S+", text)
            if not any(covered[match.start() : match.end()])
        ]

    def _stops(self, word: str) -> bool:
        return any(table.prepare(word) in table.stop_words for table in self._tables)


def _share_known(nodes: Sequence[Sequence[Leaf]]) -> float:
    """Return 1 if the model knows a feature, else 0. Words are not counted, because features may be parts."""
    return float(any(table.knows(columns) for node in nodes for table, columns, _ in node))


def _value(node: Node, leaves: Sequence[Leaf]) -> list[Leaf]:
    """Return the leaves of a node after its steps."""
    if "table" in node:
        found = [leaves[node["table"]]]
    else:
        found = list(chain.from_iterable([_value(part, leaves) for part in node["nodes"]]))
    for step, *given in node["steps"]:
        if step == "scale":
            found = [_scale(*leaf, row) for leaf, row in zip(found, given[0], strict=True)]
            continue
        every = [values for _, _, values in found]
        if step == "norm":
            norm = NORMS[given[0]](every[0] if len(every) == 1 else list(chain.from_iterable(every))) or 1.0
            every = [[value / norm for value in values] for values in every]
        else:
            every = [STEPS[step](values, *given) for values in every]
        found = [(table, columns, new) for (table, columns, _), new in zip(found, every, strict=True)]
    return found


def _scale(table: Table, columns: list[int], values: list[float], row: int | None) -> Leaf:
    if row is None:
        return table, columns, values
    return table, columns, list(map(mul, map(table.rows[row].__getitem__, columns), values))


def _place(table: Table, shares: Mapping[int, float], text: str) -> Iterator[Term]:
    """Yield a term for each place of a feature that contributes: an equal part of what the feature adds."""
    places = list(table.places(text))
    times = Counter(place.column for place in places)
    for column, form, start, end in places:
        if column is not None and (share := shares[column]):
            yield Term(table.analyzer, form, start, end, share / times[column])


NORMS: Mapping[str, Callable[[list[float]], float]] = {
    "l1": lambda values: math.fsum(map(abs, values)),
    "l2": lambda values: math.sqrt(math.fsum(map(mul, values, values))),
    "max": lambda values: max(map(abs, values), default=0.0),
}
STEPS: Mapping[str, Callable[..., list[float]]] = {
    "one": lambda values: [1.0] * len(values),
    "log": lambda values: [1.0 + math.log(value) if value else 0.0 for value in values],
    "over": lambda values, bound: [float(value > bound) for value in values],
}
