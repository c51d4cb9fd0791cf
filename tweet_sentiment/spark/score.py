"""A job for `spark-submit`: scores files of tweets. docs/spark.md shows it.

OUTPUT/scored has the good rows with their answers, and OUTPUT/bad has the others with a reason.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as f

from model import ArtifactError
from predict.files.rows import name_added
from predict.settings import Settings
from tweet_sentiment.spark import MODEL, sentiment

FORMATS = ("csv", "json", "parquet")
CORRUPT = "_corrupt_record"  # the line of a row that Spark cannot read
ANSWER = "_answer"  # all of its fields, before they are columns


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the files, and print the counts as JSON."""
    asked = _parse(arguments)
    spark = SparkSession.builder.appName("sentiment").getOrCreate()
    try:
        print(json.dumps(score(spark, asked)))
    except (ArtifactError, ValueError) as exc:
        sys.exit(f"sentiment: {exc}")


def score(spark: SparkSession, asked: argparse.Namespace) -> dict[str, int]:
    """Write both folders, and return the counts: `rows`, `scored` and `errors`.

    The folder of the good rows is complete last. Raises ArtifactError if there is no such model, and
    ValueError if the column has no texts, or the model takes no threshold.
    """
    rows = _read(spark, asked.input, asked.format)
    columns = [name for name in rows.columns if name != CORRUPT]
    if dict(rows.dtypes).get(asked.column) != "string":
        raise ValueError(
            f"No column {asked.column!r} holds texts: name one of {', '.join(columns)} with --column"
        )
    reason = _find_fault(f.col(asked.column), f.col(CORRUPT))
    good, bad = Observation(), Observation()
    refused = rows.withColumn("reason", reason).filter("reason IS NOT NULL")
    refused.observe(bad, f.count("*").alias("errors")).write.json(f"{asked.output}/bad")

    answer = sentiment(f.col(asked.column), asked.model, asked.threshold)
    scored = rows.filter(reason.isNull()).drop(CORRUPT).withColumn(ANSWER, answer)
    fields = scored.select(f"{ANSWER}.*").columns
    added = zip(name_added(columns, tuple(fields)), fields, strict=True)
    scored = scored.withColumns({new: f.col(f"{ANSWER}.{field}") for new, field in added}).drop(ANSWER)
    scored = scored.observe(good, f.count("*").alias("scored"))
    scored.write.format(asked.to).save(f"{asked.output}/scored")
    counts = {**good.get, **bad.get}
    return {"rows": sum(counts.values()), **counts}


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score files of tweets with Spark.")
    parser.add_argument(
        "--input", required=True, help="a file, a folder or a pattern, at any address of Spark"
    )
    parser.add_argument("--output", required=True, help="a new folder")
    parser.add_argument(
        "--format", choices=FORMATS, default="json", help="of the input (default: %(default)s)"
    )
    parser.add_argument(
        "--to", choices=FORMATS[1:], default="parquet", help="of the good rows (default: %(default)s)"
    )
    parser.add_argument("--column", default="text", help="of the texts (default: %(default)s)")
    parser.add_argument(
        "--model", default=MODEL, help="a name, or the absolute path of a folder at the driver"
    )
    parser.add_argument("--threshold", type=float, help="positive from this probability up")
    return parser.parse_args(arguments)


def _read(spark: SparkSession, address: str, kind: str) -> DataFrame:
    """The rows with the column CORRUPT."""
    if kind == "parquet":
        return spark.read.parquet(address).withColumn(CORRUPT, f.lit(None).cast("string"))
    reader = spark.read.format(kind).option("columnNameOfCorruptRecord", CORRUPT)
    if kind == "csv":
        reader = reader.options(header=True, escape='"', enforceSchema=False)
    columns = reader.load(address).schema
    if CORRUPT not in columns.names:
        columns = columns.add(CORRUPT, "string")
    return reader.schema(columns).load(address)


def _find_fault(text: Column, corrupt: Column) -> Column:
    """Why a row cannot be scored, or NULL; the limits are those of the other doors."""
    most = Settings().max_characters
    return (
        f.when(corrupt.isNotNull(), "cannot be read: correct the line")
        .when(text.isNull(), "has no text: give it one")
        .when(f.length(text) > most, f"has more than {most:,} characters: shorten it")
    )


if __name__ == "__main__":
    main()
