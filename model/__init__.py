"""The opinion on words. Floor 2: imports `nlp`; what is below `training/` is never served."""

import os

from model.artifact import ArtifactError
from model.scorecard import Prediction, Scorecard

__all__ = ["ArtifactError", "Prediction", "Scorecard", "load"]

ARTIFACTS = os.path.join(os.path.dirname(__file__), "artifacts")


def load(name: str) -> Scorecard:
    """The model in `artifacts/<name>`, or in any folder if `name` is an absolute path.

    Raises ArtifactError where it is missing, changed since it was written, or of an unknown kind.
    """
    return Scorecard.from_folder(os.path.join(ARTIFACTS, name))
