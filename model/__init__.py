"""The opinion on words. Floor 2: imports `nlp`; what is below `training/` is never served."""

import json
import os

from model import artifact
from model.artifact import ArtifactError
from model.classifier import Classifier, Explanation, Prediction
from model.scorecard import Scorecard, unpacked

__all__ = ["ArtifactError", "Classifier", "Explanation", "Prediction", "Scorecard", "load"]

ARTIFACTS = os.path.join(os.path.dirname(__file__), "artifacts")


def load(name: str) -> Classifier:
    """The model in `artifacts/<name>`, or in any folder if `name` is an absolute path.

    Raises ArtifactError where it is missing, changed since it was written, or of an unknown kind.
    """
    folder = os.path.join(ARTIFACTS, name)
    manifest, files = artifact.read(folder)
    try:
        kind = manifest["kind"]
        if kind == "scorecard":
            return Scorecard(manifest, unpacked(files))
        if kind == "network":
            from model.network import Network  # for this kind alone

            return Network(manifest, json.loads(files["weights.json"]))
    except (KeyError, ValueError) as exc:
        raise ArtifactError(f"{folder} is an incomplete artifact: train again") from exc
    raise ArtifactError(f"{folder} is of the unknown kind {kind!r}: correct MODEL")
