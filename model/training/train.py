"""Train a model on the reference training rows, or on a corpus of one's own, and write its artifact."""

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import Classifier, artifact
from model.classifier import LABELS
from model.scorecard import pack
from model.tally import BINS, CHARACTERS, Tally
from model.training import corpus, fairness, golden
from model.training.calibration import Calibrated
from model.training.card import write_card
from model.training.download import SHA256, corpus_path
from model.training.metrics import measure
from model.training.models import MODELS

LIBRARIES = ("nltk", "numpy", "pystemmer", "scikit-learn", "scipy", "vadersentiment")
MAX_BASELINE_ROWS = 10_000


def fit(name: str, rows: corpus.Corpus, progress: bool = True) -> Calibrated:
    """Train the model `name` on all `rows`, and calibrate it."""
    pipeline = MODELS[name].pipeline()
    return Calibrated(pipeline, progress=name if progress else "").fit(rows.texts, rows.labels)


def export(kind: str, fitted: Calibrated, tweets: corpus.Corpus, folder: Path, name: str = "") -> Classifier:
    """Write the artifact of a fitted model to `folder`, and return the model as it will be served.

    `kind` is its name among the models, and its own unless another is given. `fitted` must be fitted on the
    training rows of `tweets`.
    """
    train_rows, test_rows = tweets.split()
    exported = MODELS[kind].export(fitted.estimator_)
    files = encode(exported["kind"], exported.pop("weights"))
    manifest = {
        **exported,
        "name": name or kind,
        **describe_corpus(kind, tweets),
        "bias": fitted.scale_ * exported["bias"] + fitted.offset_,
        "scale": fitted.scale_,
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
    manifest["golden"] = golden.record(
        unsealed, golden.TEXTS + (golden.PHRASES if exported.get("features") == "ngrams" else ())
    )
    manifest["fairness"] = fairness.measure_gaps(partial(probabilities, unsealed))
    seen = test_rows.texts[:: math.ceil(len(test_rows.texts) / MAX_BASELINE_ROWS)]
    manifest["baseline"] = measure_baseline(unsealed, seen)
    manifest[artifact.HISTOGRAMS] = measure_histograms(unsealed, seen)
    files[artifact.CARD] = write_card(artifact.seal(manifest, files)).encode()
    artifact.write(str(folder), manifest, files)
    return model.build(artifact.seal(manifest, files), files)


def describe_corpus(kind: str, tweets: corpus.Corpus) -> dict[str, Any]:
    """Return the entries of the manifest that name the corpus, and what differs from the reference corpus."""
    found: dict[str, Any] = {"corpus": {"sha256": tweets.sha256, "rows": len(tweets.texts)}}
    if tweets.sha256 != SHA256:
        found["corpus"]["file"] = tweets.file
        found["trained_as"] = kind
    if tweets.classes != LABELS:
        found |= {"classes": list(tweets.classes), "positive": tweets.classes[1]}
    return found


def probabilities(served: Classifier, texts: Sequence[str]) -> list[float]:
    """Return the probabilities of positive."""
    return [answer.probability for answer in served.predict(texts)]


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
    lengths = Counter(max(start for start in CHARACTERS if start <= len(text)) for text in texts)
    return {
        "mean_probability": round(float(np.mean([answer.probability for answer in answers])), 6),
        "share_positive": round(sum(answer.probability >= 0.5 for answer in answers) / len(texts), 6),
        "unknown_words": round(unknown / (known + unknown), 6) if known + unknown else 0.0,
        "characters_from": {str(start): lengths[start] for start in CHARACTERS},
    }


def measure_histograms(served: Classifier, texts: Sequence[str]) -> dict[str, list[int]]:
    """Count the tweets and the answers to them in bins, which drift is measured from."""
    measured = Tally()
    measured.add(texts, served.predict(texts))
    return {
        name: [histogram.get(bin, 0) for bin in range(BINS[name])]
        for name, histogram in measured.histograms.items()
    }


class NotTrainedError(Exception):
    """Raised if the environment asks for something wrong. The message says what to do."""


def find_folder(kind: str, named: str, tweets: corpus.Corpus) -> Path:
    """Return where the artifact goes. Raises NotTrainedError if it would overwrite a model of another corpus.

    `named` is a folder of `model/artifacts`, or a path. Only the reference corpus needs no name.
    """
    if not named and tweets.sha256 != SHA256:
        raise NotTrainedError(
            f"{tweets.file} is a corpus of your own: say how the new model is called, as NAME=reviews"
        )
    folder = Path(model.ARTIFACTS, named or kind)
    try:
        manifest, _ = artifact.read(str(folder))
    except model.ArtifactError as exc:
        if folder.exists():
            raise NotTrainedError(f"{folder} is there, and is no artifact: choose another NAME") from exc
        return folder
    if manifest["corpus"]["sha256"] != tweets.sha256:
        raise NotTrainedError(
            f"{folder} has a model of another corpus: choose another NAME, or remove the folder"
        )
    return folder


def main() -> None:
    environ = {key: os.environ.get(key, "") for key in ("NAME", "TEXT", "LABEL", "POSITIVE")}
    kind = os.environ.get("MODEL", "lexicon_ngrams")
    usual = corpus.Columns()
    columns = corpus.Columns(
        environ["TEXT"] or usual.text, environ["LABEL"] or usual.label, environ["POSITIVE"]
    )
    try:
        if kind not in MODELS:
            raise NotTrainedError(f"MODEL={kind} is not among the models: {', '.join(MODELS)}")
        path = corpus_path()
        tweets = corpus.read(path, columns)
        corpus.check_size(path, tweets)
        folder = find_folder(kind, environ["NAME"], tweets)
    except (corpus.CorpusError, NotTrainedError) as exc:
        sys.exit(str(exc))
    trained = export(kind, fit(kind, tweets.split()[0]), tweets, folder, folder.name)
    metrics = ", ".join(f"{metric} {value:.4f}" for metric, value in trained.manifest["metrics"].items())
    print(f"{os.path.relpath(folder)} {trained.version}: {metrics}")


if __name__ == "__main__":
    main()
