"""Spark scores a column: in batches, in SQL and in streams. docs/spark.md shows it.

Workers need this wheel, pandas and PyArrow. The driver reads the model and sends it to them.
"""

import os
from collections.abc import Mapping
from typing import Any

import pandas as pd
from pyspark.sql import Column, SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.types import ArrayType, DoubleType, MapType, StringType, StructType

from model import ARTIFACTS, Classifier, artifact, build

MODEL = "lexicon_ngrams"

_built: dict[str, Classifier] = {}  # what a Python worker has built, by version


def sentiment(
    column: Column | str,
    model: str = MODEL,
    threshold: float | None = None,
    uncertain: tuple[float, float] | None = None,
) -> Column:
    """The answers to the texts of `column`, as structs of `label`, `probability` and `warnings`.

    A model of more than two labels adds `probabilities`. The fields are those of model.Prediction, and all
    are NULL where the text is. `model` is a name, or the absolute path of a folder at the driver.

    Raises ArtifactError if there is no such model, and ValueError as Classifier.predict does.
    """
    answers: Column = _function(model, threshold, uncertain)(column)
    return answers


def register(
    spark: SparkSession,
    name: str = "sentiment",
    model: str = MODEL,
    threshold: float | None = None,
    uncertain: tuple[float, float] | None = None,
) -> None:
    """Let SQL call it: `SELECT sentiment(text).label FROM tweets`. Raises as `sentiment` does."""
    spark.udf.register(name, _function(model, threshold, uncertain))


def _function(model: str, threshold: float | None, uncertain: tuple[float, float] | None) -> Any:
    manifest, files = artifact.read(os.path.join(ARTIFACTS, model))
    built = _build(manifest, files)
    built.predict([""], threshold, uncertain)
    fields = StructType().add("label", StringType()).add("probability", DoubleType())
    fields.add("warnings", ArrayType(StringType()))
    if len(built.labels) > 2:
        fields.add("probabilities", MapType(StringType(), DoubleType()))

    nothing = dict.fromkeys(fields.names)

    def answer(texts: pd.Series) -> pd.DataFrame:
        served = _build(manifest, files)
        rows = [
            served.predict([text], threshold, uncertain)[0].as_json() if isinstance(text, str) else nothing
            for text in texts
        ]
        return pd.DataFrame(rows, columns=fields.names, dtype=object)

    return pandas_udf(answer, fields)


def _build(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Classifier:
    """Once in each Python process, which Spark keeps for many tasks."""
    version = manifest["version"]
    if version not in _built:
        _built[version] = build(manifest, files)
    return _built[version]
