"""Fit a pipeline that tells questions, complaints and praise apart, and save it to the first argument."""

import csv
import sys
from pathlib import Path

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

with Path(__file__).with_name("messages.csv").open(newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
pipeline = make_pipeline(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    LogisticRegression(C=10),
)
pipeline.fit([row["message"] for row in rows], [row["kind"] for row in rows])
joblib.dump(pipeline, sys.argv[1])
