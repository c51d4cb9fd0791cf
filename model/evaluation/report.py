"""Figures as a table and as a plot."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.evaluation.figures import Answers, top

MIN_ROWS = 10  # in a bin that is drawn
METRICS = {
    "accuracy": "accuracy",
    "auc": "AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
}


def list_rows(named: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return a head, and a row for each figure: a column for each model, 95 % intervals in brackets."""
    first = next(iter(named.values()))
    rows = [["", *named]]
    rows += [[shown, *(_bounded(found[key]) for found in named.values())] for key, shown in METRICS.items()]
    for place, label in enumerate(first["labels"]):
        cells = [found["share"][label] for found in named.values()]
        rows.append(
            [f"called {label} (file {cells[0]['file']:.3f})", *(f"{cell['model']:.3f}" for cell in cells)]
        )
        for other, called in enumerate(first["labels"]):
            counts = [found["confusion"][place][other] for found in named.values()]
            rows.append([f"  {label} called {called}", *(f"{count:,}" for count in counts)])
    if "threshold" in first:
        rows.append(["threshold of the model", *(f"{found['threshold']:.3f}" for found in named.values())])
        rows.append(["best threshold", *(_bounded(found["best_threshold"]) for found in named.values())])
        rows.append(
            ["  accuracy there", *(f"{found['best_threshold']['accuracy']:.3f}" for found in named.values())]
        )
        rows.append(
            ["band outside which 90 % are right", *(_band(found["band"]) for found in named.values())]
        )
        rows.append(
            [
                "  share of rows outside",
                *(f"{found['band']['share_outside']:.3f}" for found in named.values()),
            ]
        )
    return rows


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines of columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in rows
    )


def draw(named: Mapping[str, Answers], path: Path) -> None:
    """Draw calibration, and the accuracy at each threshold, or of more than two labels the confusion."""
    import numpy as np
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from sklearn.metrics import ConfusionMatrixDisplay

    from model.training import style
    from model.training.metrics import reliability

    two = all(len(answers.labels) == 2 for answers in named.values())
    with rc_context(style.STYLE):
        figure = Figure(figsize=(10, 4.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        for name, answers in named.items():
            labels, truth, probabilities, called, _ = answers
            means = reliability(*top(answers), MIN_ROWS)
            left.plot(*zip(*means, strict=True), "o-", ms=3, label=name)
            if two:
                thresholds = np.linspace(0, 1, 201)
                accuracy = [((probabilities[:, 1] >= t) == truth).mean() for t in thresholds]
                right.plot(thresholds, accuracy, label=name)
            else:
                ConfusionMatrixDisplay.from_predictions(
                    truth, called, labels=range(len(labels)), display_labels=labels, ax=right, colorbar=False
                )
        left.set(xlabel="mean probability in a bin", ylabel="share of rows with that label")
        if two:
            explained = "Right: the share of right labels at each threshold."
            right.set(xlabel="threshold", ylabel="accuracy")
        else:
            explained = "Right: counts of rows."
        left.legend()
        style.explain(figure, f"Left: bins of a tenth, with at least {MIN_ROWS} rows. {explained}")
    style.save(figure, path)


def _bounded(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})"


def _band(band: Mapping[str, float]) -> str:
    return f"{band['low']:.3f}-{band['high']:.3f}" if band["share_outside"] else "none"
