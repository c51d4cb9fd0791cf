"""Asks Spark in every way for the answers to the texts in a folder, and prints them as JSON.

The arguments are the folder of the texts, the folder of a model, and a folder for what Spark writes.
"""

import json
import os
import signal
import sys
from typing import Any

import pandas as pd
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import pandas_udf

from tweet_sentiment.spark import register, sentiment

SCHEMA = "id int, text string"


def stumble(texts: pd.Series) -> pd.Series:
    """The texts as they are, after a first attempt at each task that has an odd number was killed."""
    context = TaskContext.get()
    if context and context.partitionId() % 2 and not context.attemptNumber():
        os.kill(os.getpid(), signal.SIGKILL)
    return texts


def stream(spark: SparkSession, folder: str, written: str) -> DataFrame:
    """What a stream writes that takes each file of the folder as a batch of its own."""
    texts = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(folder)
    answers = texts.withColumn("answer", sentiment("text")).select("id", "answer")
    writer = answers.writeStream.format("json").option("checkpointLocation", f"{written}/checkpoint")
    writer.trigger(availableNow=True).start(f"{written}/answers").awaitTermination()
    return spark.read.schema(answers.schema).json(f"{written}/answers")


def collect(answers: DataFrame) -> list[Any]:
    return [row.answer.asDict() for row in answers.orderBy("id").collect()]


def main(folder: str, model: str, written: str) -> None:
    spark = SparkSession.builder.master("local[2,3]").getOrCreate()  # two threads, three attempts at a task
    texts = spark.read.schema(SCHEMA).json(folder)
    texts.createOrReplaceTempView("texts")
    register(spark)
    register(spark, "doubtful", uncertain=(0.2, 0.8))
    killed = texts.repartition(4).withColumn("text", pandas_udf(stumble, "string")("text"))
    ways = {
        "batch": texts.withColumn("answer", sentiment("text")),
        "SQL": spark.sql("SELECT id, sentiment(text) AS answer FROM texts"),
        "streaming": stream(spark, folder, written),
        "killed": killed.withColumn("answer", sentiment("text")),
        "uncertain": spark.sql("SELECT id, doubtful(text) AS answer FROM texts"),
        "own model": texts.withColumn("answer", sentiment("text", model)),
    }
    print(json.dumps({way: collect(asked) for way, asked in ways.items()}))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
