"""Train a model on the reference training rows, and write its artifact."""

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import Classifier, artifact
from model.scorecard import pack
from model.training import corpus, golden
from model.training.calibration import Calibrated
from model.training.card import write_card
from model.training.download import corpus_path
from model.training.metrics import measure
from model.training.models import MODELS

LIBRARIES = ("nltk", "numpy", "pystemmer", "scikit-learn", "scipy", "vadersentiment")
MAX_BASELINE_ROWS = 10_000
LENGTH_CLASSES = (0, 20, 40, 60, 80, 100, 120, 140)  # the least number of characters of each class


def fit(name: str, rows: corpus.Corpus, progress: bool = True) -> Calibrated:
    """Train the model `name` on all `rows`, and calibrate it."""
    pipeline = MODELS[name].pipeline()
    return Calibrated(pipeline, progress=name if progress else "").fit(rows.texts, rows.labels)


def export(name: str, fitted: Calibrated, tweets: corpus.Corpus, folder: Path) -> Classifier:
    """Write the artifact of a fitted model to `folder`, and return the model as it will be served.

    `fitted` must be fitted on the training rows of `tweets`.
    """
    train_rows, test_rows = tweets.split()
    exported = MODELS[name].export(fitted.estimator_)
    files = encode(exported["kind"], exported.pop("weights"))
    manifest = {
        **exported,
        "name": name,
        "bias": fitted.scale_ * exported["bias"] + fitted.offset_,
        "scale": fitted.scale_,
        "corpus": {"sha256": tweets.sha256, "rows": len(tweets.texts)},
        "split": {"train": len(train_rows.texts), "test": len(test_rows.texts)},
        "cross_validation": {
            "rows": len(fitted.held_out_),
            "seed": 0,
            **measure([train_rows.labels[row] for row in fitted.held_out_], fitted.unseen_),
        },
        "metrics": measure(test_rows.labels, fitted.predict_proba(test_rows.texts)[:, 1]),
        "libraries": {library: version(library) for library in LIBRARIES},
    }
    unsealed = model.build({**manifest, "version": ""}, files)
    manifest["golden"] = golden.record(unsealed)
    manifest["baseline"] = measure_baseline(
        unsealed, test_rows.texts[:: math.ceil(len(test_rows.texts) / MAX_BASELINE_ROWS)]
    )
    files[artifact.CARD] = write_card(artifact.seal(manifest, files)).encode()
    artifact.write(str(folder), manifest, files)
    return model.build(artifact.seal(manifest, files), files)


def encode(kind: str, weights: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files that `model.build` reads for a model of that kind."""
    if kind == "scorecard":
        return pack(weights)
    written = json.dumps(weights, separators=(",", ":"), sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {"weights.json": written.replace("},", "},\n").encode()}


def measure_baseline(served: Classifier, texts: Sequence[str]) -> dict[str, Any]:
    """Describe tweets and the answers to them. Other figures in production are a sign of drift."""
    answers = served.predict(texts)
    known = unknown = 0
    for text in texts:
        _, _, terms, dropped, *_ = served.explain(text)
        known += len(
            {(term.start, term.end) for term in terms if term.feature in ("stem", "word", "valence")}
        )
        unknown += sum(reason == "unknown" for _, _, reason in dropped)
    lengths = Counter(max(start for start in LENGTH_CLASSES if start <= len(text)) for text in texts)
    return {
        "mean_probability": round(float(np.mean([answer.probability for answer in answers])), 6),
        "share_positive": round(sum(answer.label == "positive" for answer in answers) / len(texts), 6),
        "unknown_words": round(unknown / (known + unknown), 6) if known + unknown else 0.0,
        "characters_from": {str(start): lengths[start] for start in LENGTH_CLASSES},
    }


def main() -> None:
    name = os.environ.get("MODEL", "lexicon_ngrams")
    if name not in MODELS:
        sys.exit(f"MODEL={name} is not among the models: {', '.join(MODELS)}")
    try:
        tweets = corpus.read(corpus_path())
    except corpus.CorpusError as exc:
        sys.exit(str(exc))
    folder = Path(model.ARTIFACTS, name)
    trained = export(name, fit(name, tweets.split()[0]), tweets, folder)
    metrics = ", ".join(f"{metric} {value:.4f}" for metric, value in trained.manifest["metrics"].items())
    print(f"{os.path.relpath(folder)} {trained.version}: {metrics}")


if __name__ == "__main__":
    main()
