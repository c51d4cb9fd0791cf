"""Train a model on the reference training rows and write its artifact."""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

import model
from model import artifact
from model.training import corpus, frequency
from model.training.download import CORPUS, data_dir
from model.training.evaluate import measure

LIBRARIES = ("nltk", "numpy", "pystemmer", "scikit-learn", "scipy")
MODELS = {"frequency": frequency}


def train(name: str, tweets: corpus.Corpus, folder: Path) -> model.Scorecard:
    """Fit the model `name` on the training rows of `tweets`, write it to `folder`, and load it from there."""
    train_rows, test_rows = tweets.split()
    fitted = MODELS[name].pipeline().fit(train_rows.texts, train_rows.labels)
    card = MODELS[name].scorecard(fitted)
    manifest = {
        "name": name,
        "kind": "scorecard",
        "bias": card["bias"],
        "exponent": card["exponent"],
        "corpus": {"sha256": tweets.sha256, "rows": len(tweets.texts)},
        "split": {"train": len(train_rows.texts), "test": len(test_rows.texts)},
        "metrics": measure(test_rows.labels, fitted.predict_proba(test_rows.texts)[:, 1]),
        "libraries": {library: version(library) for library in LIBRARIES},
    }
    weights = json.dumps(
        card["weights"], indent=0, sort_keys=True, ensure_ascii=False, allow_nan=False
    ).encode()
    artifact.write(str(folder), manifest, {"weights.json": weights})
    return model.load(str(folder.absolute()))


def main() -> None:
    name = os.environ.get("MODEL", "frequency")
    if name not in MODELS:
        sys.exit(f"MODEL={name} is not among the models: {', '.join(MODELS)}")
    try:
        tweets = corpus.read(data_dir() / CORPUS)
    except corpus.CorpusError as exc:
        sys.exit(str(exc))
    folder = Path(model.ARTIFACTS, name)
    trained = train(name, tweets, folder)
    metrics = ", ".join(f"{metric} {value:.4f}" for metric, value in trained.manifest["metrics"].items())
    print(f"{folder.relative_to(Path.cwd())} {trained.version}: {metrics}")


if __name__ == "__main__":
    main()
