"""Draws six plots of an evaluation as SVG files. Equal figures give equal bytes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, roc_curve
from tqdm import tqdm

from model.training import corpus
from model.training.metrics import reliability
from model.training.row import Row
from model.training.train import fit

STYLE: Any = {
    "svg.hashsalt": "sentiment",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
}
PLOTS = ("roc", "calibration", "confusion", "scores", "speed", "learning")
LEARNING_SIZES = (500, 1_000, 2_000, 4_000, 8_000)  # training tweets


def draw(folder: Path, train: corpus.Corpus, test: corpus.Corpus, table: Sequence[Row]) -> Iterator[Path]:
    """Draw the plots of `table` into `folder`, and yield their paths. The last row is the best model."""
    labels, best = np.array(test.labels), table[-1]
    with rc_context(STYLE):
        for name in PLOTS:
            figure = Figure(figsize=(6, 4.5), layout="constrained")
            axes = figure.subplots()
            match name:
                case "roc":
                    _roc(axes, labels, table)
                case "calibration":
                    _calibration(axes, labels, table)
                case "confusion":
                    _confusion(axes, labels, best)
                case "scores":
                    _scores(axes, labels, best)
                case "speed":
                    _speed(axes, table)
                case "learning":
                    _learning(axes, best.label, train, test)
            path = folder / f"{name}.svg"
            figure.savefig(path, metadata={"Date": None})
            yield path


def _roc(axes: Axes, labels: NDArray[np.int_], table: Sequence[Row]) -> None:
    for row in table:
        false, true, _ = roc_curve(labels, row.probabilities)
        axes.plot(false, true, label=f"{row.label} {row.metrics['auc']:.3f}", lw=_weight(row, table))
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.set(title="ROC, with the area below", xlabel="negatives called positive", ylabel="positives found")
    axes.legend()


def _calibration(axes: Axes, labels: NDArray[np.int_], table: Sequence[Row]) -> None:
    axes.plot([0, 1], [0, 1], ":", color="grey")
    for row in table:
        if row.kilobytes:  # the outputs of the other models are no probabilities
            means = reliability(labels, row.probabilities, 20)
            label = f"{row.label}, error {row.metrics['ece']:.3f}"
            axes.plot(*zip(*means, strict=True), "o-", ms=3, label=label, lw=_weight(row, table))
    axes.set(title="Calibration", xlabel="probability said", ylabel="share that is positive")
    axes.legend()


def _confusion(axes: Axes, labels: NDArray[np.int_], row: Row) -> None:
    counts = confusion_matrix(labels, row.probabilities >= 0.5)
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=counts.sum() / 2)
    for (truth, said), count in np.ndenumerate(counts):
        color = "white" if count > counts.sum() / 4 else "black"
        axes.text(said, truth, f"{count:,}", ha="center", va="center", color=color, fontsize=18)
    axes.set(title=f"{row.name}: what it says", xlabel="said", ylabel="true")
    axes.set_xticks([0, 1], ["negative", "positive"])
    axes.set_yticks([0, 1], ["negative", "positive"])
    axes.grid(visible=False)


def _scores(axes: Axes, labels: NDArray[np.int_], row: Row) -> None:
    for label, name, color in ((0, "negative", "tab:red"), (1, "positive", "tab:blue")):
        axes.hist(
            row.probabilities[labels == label], bins=40, range=(0, 1), alpha=0.5, label=name, color=color
        )
    axes.set(title=f"{row.name}: scores by true label", xlabel="probability of positive", ylabel="tweets")
    axes.legend()


def _speed(axes: Axes, table: Sequence[Row]) -> None:
    for row in table:
        axes.plot(row.tweets_per_second, row.metrics["accuracy"], "o" if row.kilobytes else "x")
        axes.annotate(
            row.label,
            (row.tweets_per_second, row.metrics["accuracy"]),
            textcoords="offset points",
            xytext=(6, 4),
        )
    axes.set_xscale("log")
    axes.margins(x=0.25, y=0.1)
    axes.set(title="Accuracy against speed", xlabel="tweets per second, one core", ylabel="accuracy")


def _learning(axes: Axes, name: str, train: corpus.Corpus, test: corpus.Corpus) -> None:
    order = np.random.default_rng(0).permutation(len(train.texts))
    labels = np.array(test.labels)
    accuracies = []
    for size in tqdm(LEARNING_SIZES, desc="learning curve", disable=None):
        some = corpus.Corpus(
            [train.texts[i] for i in order[:size]], [train.labels[i] for i in order[:size]], train.sha256
        )
        fitted = fit(name, some, progress=False)
        seen = ((fitted.unseen_ >= 0.5) == np.array(some.labels)[fitted.held_out_]).mean()
        unseen = ((fitted.predict_proba(test.texts)[:, 1] >= 0.5) == labels).mean()
        accuracies.append((seen, unseen))
    for values, label in zip(
        zip(*accuracies, strict=True), ("cross-validation", "reference test rows"), strict=True
    ):
        axes.plot(LEARNING_SIZES, values, "o-", label=label)
    axes.set_xscale("log", base=2)
    axes.set_xticks(LEARNING_SIZES, [f"{size:,}" for size in LEARNING_SIZES])
    axes.set(title=f"{name}: learning curve", xlabel="training tweets", ylabel="accuracy")
    axes.legend()


def _weight(row: Row, table: Sequence[Row]) -> float:
    return 2.5 if row is table[-1] else 1.2
