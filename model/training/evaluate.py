"""Compare all models on the reference test rows and on other wordings. Write tables and plots.

They are in docs/evaluation/.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from textblob import TextBlob
from tqdm import tqdm
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import model
from model.training import corpus, fairness, idioms, notebook, plots
from model.training.download import corpus_path, data_dir
from model.training.metrics import interval, measure
from model.training.models import MODELS
from model.training.row import Row

FOLDER = Path(__file__).parents[2] / "docs" / "evaluation"
WORDINGS = (
    "largest gap between groups",
    "gap between unlisted names",
    "idioms, first half",
    "idioms, second half",
    "positive ones of these",
    "other domains",
)
METRICS = ("accuracy", "auc", "log_loss", "brier", "ece")


def rows(train: corpus.Corpus, test: corpus.Corpus) -> list[Row]:
    """Return the rows of other models, then those of our models, with the most accurate one last."""
    others: dict[str, Callable[[Sequence[str]], Any]] = {
        "VADER (untrained)": _vader,
        "TextBlob (untrained)": _textblob,
    }
    try:
        stop_words = notebook.stop_words(data_dir() / "nltk_data")
        others["notebook (of the post)"] = partial(notebook.predict, train, stop_words=stop_words)
    except OSError:
        print(
            "The row of the notebook is left out, because it needs NLTK's stop words: run `make data`.",
            file=sys.stderr,
        )
    with tqdm(desc="models", total=len(others) + len(MODELS), disable=None) as bar:
        found = []
        for name, predict in others.items():
            found.append(_row(name, predict, test))
            bar.update()
        ours = []
        for name in MODELS:
            served = model.load(name)
            size = sum(path.stat().st_size for path in Path(model.ARTIFACTS, name).iterdir()) / 1000
            ours.append(_row(f"{name} {served.version}", partial(_served, served), test, size))
            bar.update()
    return found + sorted(ours, key=lambda row: row.metrics["accuracy"])


def _row(
    name: str, predict: Callable[[Sequence[str]], Any], test: corpus.Corpus, kilobytes: float | None = None
) -> Row:
    labels = np.array(test.labels)
    predict(test.texts)  # fills the caches, which the models share
    started = perf_counter()
    outputs = np.asarray(predict(test.texts))
    seconds = perf_counter() - started
    metrics = {**measure(test.labels, outputs.clip(0, 1)), "accuracy": round(accuracy(labels, outputs), 6)}
    return Row(
        name,
        metrics,
        {
            "accuracy": interval(accuracy, labels, outputs),
            "auc": interval(lambda y, p: float(roc_auc_score(y, p)), labels, outputs),
        },
        kilobytes,
        len(test.texts) / seconds,
        outputs.clip(0, 1),
    )


def accuracy(labels: NDArray[np.int_], outputs: NDArray[np.float64]) -> float:
    """Return the share of outputs that round to the label.

    The notebook's outputs are no probabilities. They range from -0.5 to 1.6, and 1.6 rounds to neither label.
    """
    return float(np.mean(np.floor(outputs + 0.5) == labels))


def _served(served: model.Classifier, texts: Sequence[str]) -> list[float]:
    return [answer.probability for answer in served.predict(texts)]


def _vader(texts: Sequence[str]) -> list[float]:
    analyzer = SentimentIntensityAnalyzer()
    return [(analyzer.polarity_scores(text)["compound"] + 1) / 2 for text in texts]


def _textblob(texts: Sequence[str]) -> list[float]:
    return [(TextBlob(text).sentiment.polarity + 1) / 2 for text in texts]


def markdown(table: Sequence[Row], tests: int) -> str:
    """Return the table as Markdown, with the 95 % intervals in brackets."""
    lines = [
        f"| {tests:,} reference test rows | {' | '.join(METRICS)} | kB |",
        "|---|" + "---:|" * (len(METRICS) + 1),
    ]
    for row in table:
        cells = [
            f"{row.metrics[metric]:.4f}"
            + (" ({:.3f}-{:.3f})".format(*row.intervals[metric]) if metric in row.intervals else "")
            for metric in METRICS
        ]
        size = f"{row.kilobytes:,.0f}" if row.kilobytes else ""
        lines.append(f"| {row.name} | {' | '.join(cells)} | {size} |")
    return "\n".join(lines)


def wordings(served: Sequence[model.Classifier]) -> str:
    """Return a table of what neutral sentences, idioms and other domains show, as Markdown."""
    lines = [
        f"| model | {' | '.join(WORDINGS)} |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for one in served:
        gaps, answers = one.manifest["fairness"], partial(_served, one)
        shares = [
            idioms.share_right(answers, idioms.DEVELOPMENT),
            idioms.share_right(answers, idioms.FINAL),
            idioms.share_right(answers, idioms.FINAL, label=1),
            idioms.share_right(answers, idioms.OTHER_DOMAINS),
        ]
        cells = [fairness.largest_gap(gaps), gaps[fairness.UNLISTED], *shares]
        lines.append(f"| {one.name} {one.version} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    try:
        train, test = corpus.read(corpus_path()).split()
        table = rows(train, test)
        worded = wordings([model.load(name) for name in MODELS])
    except (corpus.CorpusError, model.ArtifactError) as exc:
        sys.exit(str(exc))
    shown = markdown(table, len(test.texts))
    print(shown, worded, sep="\n\n")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "table.md").write_text(shown + "\n", encoding="utf-8")
    (FOLDER / "fairness.md").write_text(worded + "\n", encoding="utf-8")
    figures = [
        {key: value for key, value in row._asdict().items() if key != "probabilities"} for row in table
    ]
    (FOLDER / "table.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for path in plots.draw(FOLDER, train, test, table):
        print(os.path.relpath(path))


if __name__ == "__main__":
    main()
