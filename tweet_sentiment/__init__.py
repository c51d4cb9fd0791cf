"""Is a tweet positive or negative? What a program of one's own may import; docs/library.md shows it.

A wheel installs this package alone, with the rooms `predict`, `model` and `nlp` inside it.
"""

from model import ArtifactError, Classifier, Explanation, Prediction, load

__all__ = ["ArtifactError", "Classifier", "Explanation", "Prediction", "load"]
