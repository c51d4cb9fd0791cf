"""Draws six plots of an evaluation as SVG files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, roc_curve
from tqdm import tqdm

from model.training import corpus, style
from model.training.metrics import reliability
from model.training.row import Row
from model.training.style import BLUE, RED, STYLE, colour
from model.training.train import fit

PLOTS = ("roc", "calibration", "confusion", "scores", "speed", "learning")
MIN_ROWS = 20  # in a bin of the calibration
LEARNING_SIZES = (500, 1_000, 2_000, 4_000, 8_000)  # training tweets


CAPTIONS = {
    "roc": "{tests:,} reference test rows. The number is the area below the curve. "
    "The dotted line is a guess.",
    "calibration": "{tests:,} reference test rows. A point is a tenth of the scale, "
    "with at least {rows} rows.\n"
    "On the dotted line, what is said is true. The number is the expected calibration error.",
    "confusion": "Counts of the {tests:,} reference test rows, at a threshold of 0.5.",
    "scores": "{tests:,} reference test rows, in 40 bins of the probability.",
    "speed": "Accuracy on {tests:,} reference test rows; the line is its 95 % bootstrap interval.\n"
    "Speed is that of this run, with words that were read before, on a logarithmic axis.\n"
    "A cross is no model of ours.",
    "learning": "The training tweets double from point to point: the axis is logarithmic.\n"
    "Cross-validation has five folds. There are {tests:,} reference test rows.",
}


def draw(folder: Path, train: corpus.Corpus, test: corpus.Corpus, table: Sequence[Row]) -> Iterator[Path]:
    """Draw the plots of `table` into `folder`, and yield their paths. The last row is the best model."""
    for name in PLOTS:
        accuracies = _learn(table[-1].label, train, test) if name == "learning" else []
        path = folder / f"{name}.svg"
        style.save(make(name, test.labels, table, accuracies), path)
        yield path


def make(
    name: str, truth: Sequence[int], table: Sequence[Row], accuracies: Sequence[tuple[float, float]]
) -> Figure:
    """The plot of a name. `accuracies` are those of the learning curve."""
    labels, best = np.array(truth), table[-1]
    with rc_context(STYLE):
        figure, axes = style.make(6, 4.8, CAPTIONS[name].format(tests=len(labels), rows=MIN_ROWS))
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
                _learning(axes, best.label, accuracies)
    return figure


def _roc(axes: Axes, labels: NDArray[np.int_], table: Sequence[Row]) -> None:
    for row in table:
        false, true, _ = roc_curve(labels, row.probabilities)
        label = f"{row.label} {row.metrics['auc']:.3f}"
        axes.plot(false, true, label=label, lw=_weight(row, table), color=colour(row.name))
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.set(title="ROC, with the area below", xlabel="negatives called positive", ylabel="positives found")
    axes.legend()


def _calibration(axes: Axes, labels: NDArray[np.int_], table: Sequence[Row]) -> None:
    axes.plot([0, 1], [0, 1], ":", color="grey")
    for row in table:
        if row.kilobytes:  # the outputs of the other models are no probabilities
            means = reliability(labels, row.probabilities, MIN_ROWS)
            label = f"{row.label} {row.metrics['ece']:.3f}"
            weight = _weight(row, table)
            axes.plot(*zip(*means, strict=True), "o-", ms=3, label=label, lw=weight, color=colour(row.name))
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
    for label, name, color in ((0, "negative", RED), (1, "positive", BLUE)):
        axes.hist(
            row.probabilities[labels == label], bins=40, range=(0, 1), alpha=0.5, label=name, color=color
        )
    axes.set(title=f"{row.name}: scores by true label", xlabel="probability of positive", ylabel="tweets")
    axes.legend()


def _speed(axes: Axes, table: Sequence[Row]) -> None:
    for row in sorted(table, key=lambda row: -row.metrics["accuracy"]):
        accuracy, (low, high) = row.metrics["accuracy"], row.intervals["accuracy"]
        axes.errorbar(
            row.tweets_per_second,
            accuracy,
            [[accuracy - low], [high - accuracy]],
            fmt="o" if row.kilobytes else "x",
            color=colour(row.name),
            label=row.label,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set(title="Accuracy against speed", xlabel="tweets per second, one core", ylabel="accuracy")
    axes.figure.legend(loc="outside right upper")


def _learn(name: str, train: corpus.Corpus, test: corpus.Corpus) -> list[tuple[float, float]]:
    """The accuracy in cross-validation and on the test rows, for each of LEARNING_SIZES."""
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
        accuracies.append((float(seen), float(unseen)))
    return accuracies


def _learning(axes: Axes, name: str, accuracies: Sequence[tuple[float, float]]) -> None:
    for values, label, line in zip(
        zip(*accuracies, strict=True), ("cross-validation", "reference test rows"), ("o--", "o-"), strict=True
    ):
        axes.plot(LEARNING_SIZES, values, line, label=label, color=colour(name))
    axes.set_xscale("log", base=2)
    axes.set_xticks(LEARNING_SIZES, [f"{size:,}" for size in LEARNING_SIZES])
    axes.set(title=f"{name}: learning curve", xlabel="training tweets", ylabel="accuracy")
    axes.legend()


def _weight(row: Row, table: Sequence[Row]) -> float:
    return 2.5 if row is table[-1] else 1.2
