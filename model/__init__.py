"""Turns words into a sentiment. The package imports `nlp`. `model.training` is not part of the image."""

import json
import os
from collections.abc import Mapping
from typing import Any

from model import artifact
from model.artifact import ArtifactError
from model.classifier import Classifier, Explanation, Prediction
from model.scorecard import Scorecard, unpack

__all__ = ["ArtifactError", "Classifier", "Explanation", "Prediction", "Scorecard", "build", "load"]

ARTIFACTS = os.path.join(os.path.dirname(__file__), "artifacts")


def load(name: str, trusted: str = "") -> Classifier:
    """Load the model in `artifacts/<name>`. `name` may also be the absolute path of a folder.

    Raises ArtifactError if the folder is missing, was changed after training, has an unknown kind, has
    nothing to check the model against, or has a pickle whose SHA-256 is not `trusted`.
    """
    folder = os.path.join(ARTIFACTS, name)
    manifest, files = artifact.read(folder)
    if not manifest.get("golden"):
        raise ArtifactError(f"{folder} has no golden predictions: train again")
    loaded = build(manifest, files, folder, trusted)
    loaded.card = files.get(artifact.CARD, b"")
    return loaded


def build(
    manifest: Mapping[str, Any], files: Mapping[str, bytes], origin: str = "the model", trusted: str = ""
) -> Classifier:
    """Build the model that a manifest and its files describe. Errors name the `origin` of the files.

    Raises ArtifactError if something is missing, the kind is unknown, or a pickle is not `trusted`.
    """
    try:
        kind = manifest["kind"]
        if kind == "scorecard":
            return Scorecard(manifest, unpack(files))
        if kind == "network":
            from model.network import Network  # other kinds must not wait for this import

            return Network(manifest, json.loads(files["weights.json"]))
        if kind == "pipeline":
            from model.pipeline import Pipeline

            return Pipeline(manifest, files)
        if kind == "pickle":
            from model import pickled

            return pickled.open_trusted(manifest, files[pickled.FILE], trusted)
    except (KeyError, ValueError) as exc:
        raise ArtifactError(f"{origin} is an incomplete artifact: train again") from exc
    raise ArtifactError(f"{origin} is of the unknown kind {kind!r}: correct MODEL")
