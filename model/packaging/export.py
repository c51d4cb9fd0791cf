"""A fitted text classifier of scikit-learn as the files that `model.pipeline` reads."""

import json
from typing import Any

import numpy as np

from model.answer import Tree
from model.packaging import sheets
from model.packaging.refusals import NotPackagedError, name_of
from model.packaging.scores import Reader, Score
from model.packaging.spaces import Node, Source, Vector
from model.pipeline import DESCRIPTION


def export(model: Any) -> dict[str, bytes]:
    """Return the files of an artifact.

    Raises NotPackagedError if an artifact cannot give the answers of the model.
    """
    n = len(getattr(model, "classes_", ()))
    if n < 2:
        raise NotPackagedError(
            f"{name_of(model)} is no fitted classifier of two or more classes: fit one on texts"
        )
    reader = Reader()
    try:
        answer = reader.read(model, None)
        ranking = reader.decide(model, None) if n > 2 else answer
    except AttributeError as exc:
        raise NotPackagedError(f"a part of it is not fitted ({exc}): fit all of it together") from exc
    writer = _Writer(reader.scores)
    tables, files = writer.write_tables()
    described = {
        "tables": tables,
        "nodes": writer.nodes,
        "scores": writer.scores,
        "answer": writer.renumber(answer),
        "ranking": writer.renumber(ranking),
    }
    return {DESCRIPTION: json.dumps(described, allow_nan=False, indent=1).encode(), **files}


class _Writer:
    """Writes scores, the nodes that they are over, and the tables of those. What is equal is written once."""

    def __init__(self, scores: list[Score]) -> None:
        sources = [source for score in scores for source in score.space.node.sources()]
        self._sheets, self._number = sheets.gather(sources)
        self.nodes: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []
        self._at = [self._add(score) for score in scores]

    def renumber(self, tree: Tree) -> Tree:
        """Return the tree with the numbers that the scores have got here."""
        kind, *given = tree
        if kind == "scores":
            return [kind, [self._at[i] for i in given[0]]]
        if kind in ("mean", "stack"):
            return [kind, *given[:-1], [self.renumber(part) for part in given[-1]]]
        return [kind, self.renumber(given[0]), *given[1:]]

    def write_tables(self) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
        written = [sheet.write() for sheet in self._sheets]
        files = {f"forms.{i}": forms for i, (_, forms, _) in enumerate(written)}
        files |= {f"rows.{i}.f64": rows for i, (_, _, rows) in enumerate(written)}
        return [spec for spec, _, _ in written], files

    def _add(self, score: Score) -> int:
        space = score.space
        node = _find_or_append(self.nodes, self._describe_node(space.node))
        rows = self._rows(space.node, space.map @ score.weights, None)
        return _find_or_append(self.scores, {"node": node, "rows": rows, "bias": score.bias})

    def _describe_node(self, node: Node) -> dict[str, Any]:
        steps: list[list[Any]] = []
        for step, *given in node.steps:
            if step == "scale":
                rows = self._rows(node, given[0], 1.0)
                steps += [[step, rows]] if any(row is not None for row in rows) else []
            else:
                steps.append([step, *given])
        if isinstance(node.inner, Source):
            return {"table": self._number[node.inner], "steps": steps}
        return {"nodes": [self._describe_node(inner) for inner in node.inner], "steps": steps}

    def _rows(self, node: Node, numbers: Vector, neutral: float | None) -> list[int | None]:
        """Return the row of each table under the node that has its part of the numbers."""
        sources = node.sources()
        if not np.isfinite(numbers).all():
            raise NotPackagedError("one of its weights is infinite: fit it with smoothing, such as alpha=1")
        parts = np.split(numbers, np.cumsum([source.width for source in sources])[:-1])
        return [
            self._sheets[self._number[source]].add(source, part, neutral)
            for source, part in zip(sources, parts, strict=True)
        ]


def _find_or_append(found: list[dict[str, Any]], wanted: dict[str, Any]) -> int:
    if wanted not in found:
        found.append(wanted)
    return found.index(wanted)
