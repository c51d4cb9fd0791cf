"""The table of models on the reference test rows."""

import os
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

import model
from model.training import corpus, notebook
from model.training.download import CORPUS, data_dir

METRICS = ("accuracy", "auc", "log_loss", "brier")


def measure(labels: Sequence[int], probabilities: Sequence[float]) -> dict[str, float]:
    """The metrics by name, to six decimals; 0.5 and above counts as positive."""
    return {
        "accuracy": round(float(accuracy_score(labels, [p >= 0.5 for p in probabilities])), 6),
        "auc": round(float(roc_auc_score(labels, probabilities)), 6),
        "log_loss": round(float(log_loss(labels, probabilities)), 6),
        "brier": round(float(brier_score_loss(labels, probabilities)), 6),
    }


def measure_notebook(labels: Sequence[int], outputs: NDArray[np.float64]) -> dict[str, float]:
    """As `measure`, of outputs that are no probabilities: they reach from -0.5 to 1.6.

    They are clipped to 0..1; the accuracy is by the notebook's own rounding, where 1.6 is neither class.
    """
    accuracy = round(float(accuracy_score(labels, outputs.round())), 6)
    return {**measure(labels, outputs.clip(0, 1).tolist()), "accuracy": accuracy}


def main() -> None:
    name = os.environ.get("MODEL", "frequency")
    try:
        train, test = corpus.read(data_dir() / CORPUS).split()
        served = model.load(name)
    except (corpus.CorpusError, model.ArtifactError) as exc:
        sys.exit(str(exc))
    answers = [answer.probability for answer in served.predict(test.texts)]
    rows = {f"{served.name} {served.version}": measure(test.labels, answers)}
    try:
        stop_words = notebook.stop_words(data_dir() / "nltk_data")
        outputs = notebook.predict(train, test.texts, stop_words)
        rows[f"the post's notebook, {len(stop_words)} stop words"] = measure_notebook(test.labels, outputs)
    except OSError:
        print("The notebook's row is left out: it needs NLTK's stop words, see `make data`.", file=sys.stderr)
    print(f"| {len(test.texts):,} reference test rows | {' | '.join(METRICS)} |")
    print("|---|" + "---:|" * len(METRICS))
    for row, metrics in rows.items():
        print(f"| {row} | " + " | ".join(f"{metrics[metric]:.4f}" for metric in METRICS) + " |")


if __name__ == "__main__":
    main()
