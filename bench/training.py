"""Measure the training of the default model beside a plain TF-IDF pipeline, and on 1.6 million tweets."""

import csv
import tempfile
from pathlib import Path

from bench import process, tweets
from bench.figures import ROUNDS, Figure, Goal, compare

SOME, SENTIMENT140 = 10_000, 1_600_000  # tweets
PEER = "training TfidfVectorizer and LogisticRegression"
MEASURED = """
import sys
from pathlib import Path
from time import perf_counter
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from model.training import corpus, train
tweets = corpus.read(Path(sys.argv[1]))
started = perf_counter()
{}
answer = perf_counter() - started
"""
OURS = """
fitted = train.fit("lexicon_ngrams", tweets.split()[0], progress=False)
train.export("lexicon_ngrams", fitted, tweets, Path(sys.argv[2]))
"""
THEIRS = """
rows = tweets.split()[0]
pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))
pipeline.fit(rows.texts, rows.labels)
"""


def measure() -> list[Figure]:
    """Return seconds and megabytes for as many generated tweets as the corpus has.

    The training includes the calibration by cross-validation and the export.
    """
    return _measure_training(SOME, ROUNDS, None, None)


def measure_sentiment140() -> list[Figure]:
    """Return the same figures for a generated corpus like Sentiment140, in one round of minutes."""
    return _measure_training(SENTIMENT140, 1, Goal("value", 300), Goal("value", 4_000))


def _measure_training(
    rows: int, rounds: int, time_goal: Goal | None, memory_goal: Goal | None
) -> list[Figure]:
    ours = f"training the default model on {rows:,} tweets"
    found: dict[str, list[tuple[float, float]]] = {PEER: [], ours: []}
    with tempfile.TemporaryDirectory() as folder:
        path, artifact = Path(folder, "corpus.csv"), Path(folder, "artifact")
        write(path, rows)
        for _ in range(rounds):
            for name, script in ((PEER, THEIRS), (ours, OURS)):
                found[name].append(process.run(MEASURED.format(script), str(path), str(artifact)))
        size = sum(file.stat().st_size for file in artifact.iterdir()) / 1e6
    taken = {name: [seconds for seconds, _ in runs] for name, runs in found.items()}
    peaks = {f"{name}: peak memory": [peak for _, peak in runs] for name, runs in found.items()}
    return [
        *compare(PEER, "s", taken, {ours: time_goal} if time_goal else {}),
        *compare(
            f"{PEER}: peak memory", "MB", peaks, {f"{ours}: peak memory": memory_goal} if memory_goal else {}
        ),
        Figure("its artifact", "MB", [size]),
    ]


def write(path: Path, rows: int) -> None:
    """Write a generated corpus like Sentiment140: six columns, Latin-1, no header."""
    with path.open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row, text in enumerate(tweets.generate(rows)):
            target = "04"[row * 2 // rows]
            hint = ("sad " if target == "0" else "love ") if row % 2 else ""
            date = "Mon Apr 06 22:19:45 PDT 2009"
            writer.writerow([target, row, date, "NO_QUERY", "someone", hint + text])
