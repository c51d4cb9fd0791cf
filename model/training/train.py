"""Train a model on the reference training rows and write its artifact."""

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import Classifier, artifact
from model.scorecard import packed
from model.training import card, corpus, golden
from model.training.calibration import Calibrated
from model.training.download import corpus_path
from model.training.metrics import measure

LIBRARIES = ("gensim", "nltk", "numpy", "pystemmer", "scikit-learn", "scipy", "vadersentiment")
MODELS = ("frequency", "naive_bayes", "word2vec", "network", "lexicon_ngrams")
MOST = 10_000  # test rows that the baseline is taken of
LENGTHS = (0, 20, 40, 60, 80, 100, 120, 140)  # characters, from


def export(name: str, fitted: Calibrated, tweets: corpus.Corpus, folder: Path) -> Classifier:
    """Write `fitted`, the model `name` of the training rows, to `folder`, and load it from there."""
    train_rows, test_rows = tweets.split()
    exported = import_module(f"model.training.{name}").export(fitted.estimator_)
    weights = exported.pop("weights")
    if exported["kind"] == "scorecard":
        files = packed(weights)
    else:
        written = json.dumps(
            weights, separators=(",", ":"), sort_keys=True, ensure_ascii=False, allow_nan=False
        )
        files = {"weights.json": written.replace("},", "},\n").encode()}
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
    artifact.write(str(folder), manifest, files)
    served = model.load(str(folder.absolute()))  # to note how it answers
    probabilities = [answer.probability for answer in served.predict(golden.TEXTS)]
    manifest["golden"] = list(zip(golden.TEXTS, probabilities, strict=True))
    manifest["baseline"] = baseline(served, test_rows.texts[:: math.ceil(len(test_rows.texts) / MOST)])
    artifact.write(str(folder), manifest, files)
    served = model.load(str(folder.absolute()))
    (folder / "card.md").write_text(card.markdown(served.manifest), encoding="utf-8")
    return served


def fit(name: str, rows: corpus.Corpus, progress: bool = True) -> Calibrated:
    """The model `name`, calibrated, of `rows`."""
    pipeline = import_module(f"model.training.{name}").pipeline()
    return Calibrated(pipeline, progress=name if progress else "").fit(rows.texts, rows.labels)


def baseline(served: Classifier, texts: Sequence[str]) -> dict[str, Any]:
    """What answers to tweets like these look like: a drift from it is a reason to look."""
    answers = served.predict(texts)
    known = unknown = 0
    for text in texts:
        _, _, terms, dropped = served.explain(text)
        known += len(
            {(term.start, term.end) for term in terms if term.feature in ("stem", "word", "valence")}
        )
        unknown += sum(reason == "unknown" for _, _, reason in dropped)
    lengths = Counter(max(start for start in LENGTHS if start <= len(text)) for text in texts)
    return {
        "mean_probability": round(float(np.mean([answer.probability for answer in answers])), 6),
        "share_positive": round(sum(answer.label == "positive" for answer in answers) / len(texts), 6),
        "unknown_words": round(unknown / (known + unknown), 6) if known + unknown else 0.0,
        "characters_from": {str(start): lengths[start] for start in LENGTHS},
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
    print(f"{folder.relative_to(Path.cwd())} {trained.version}: {metrics}")


if __name__ == "__main__":
    main()
