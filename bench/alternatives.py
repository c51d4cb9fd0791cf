"""Measure what people reach for when they want speed, trained on the same tweets as the default model.

m2cgen is not here: it translates a classifier of numbers, and refuses every pipeline that reads text.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench import process
from bench.figures import ROUNDS, Figure, LeftOutError, compare
from model.training import corpus
from model.training.download import corpus_path

OURS, PEER = "lexicon_ngrams", "VADER"
ACCURACY, RATE, MODEL = "accuracy", "first reading", "model"
MEASURED = (  # in the order of what a process answers, and the unit that its answer has times the number
    (ACCURACY, "", 1),
    ("first answer", "ms", 1e3),
    (RATE, "tweets/s", 1),
    ("libraries", "MB", 1e-6),
    ("peak memory", "MB", 1),
)
_PYTHON = Path(__file__).parents[1] / ".venv-alternatives" / "bin" / "python"

_DATA = """
import gc, json, os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
folder = sys.argv[1]
with open(folder + "/tweets.json", encoding="utf-8") as file:
    train, labels, test, expected = json.load(file)
"""
_SERVE = """
started = time.perf_counter()
{load}
predict(["I love this"])
first = time.perf_counter() - started
given = predict(test)
accuracy = sum(a == b for a, b in zip(given, expected, strict=True)) / len(test)
gc.collect()
gc.freeze()
started = time.process_time()
predict(train)
rate = len(train) / (time.process_time() - started)
libraries = {{
    os.path.join(base, name.split(".")[0])
    for name, module in sys.modules.items()
    for base in [os.path.realpath(path) for path in sys.path if path.endswith("site-packages")]
    if (getattr(module, "__file__", None) or "").startswith(base)
}}
size = sum(
    os.path.getsize(os.path.join(path, file))
    for library in libraries
    for part in (library, library + ".libs")
    for path, _, files in os.walk(part)
    for file in files
)
answer = accuracy, first, rate, size
"""

_FIT_FASTTEXT = """
import fasttext
with open(folder + "/train.txt", "w", encoding="utf-8") as file:
    for text, label in zip(train, labels, strict=True):
        file.write(f"__label__{label} {' '.join(text.split())}\\n")
options = {"wordNgrams": 2, "minn": 3, "maxn": 5, "dim": 50, "epoch": 10, "thread": 1, "verbose": 0}
fasttext.train_supervised(folder + "/train.txt", **options).save_model(folder + "/model.bin")
answer = os.path.getsize(folder + "/model.bin")
"""
_LOAD_FASTTEXT = """
import fasttext
served = fasttext.load_model(folder + "/model.bin")
def predict(texts):
    return [int(found[0][-1]) for found in served.predict([" ".join(text.split()) for text in texts])[0]]
"""
_FIT_TFIDF = """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
fitted = make_pipeline(vectorizer, LogisticRegression(max_iter=1000)).fit(train, labels)
"""
_FIT_SKLEARN = (
    _FIT_TFIDF
    + """
import joblib
joblib.dump(fitted, folder + "/model.joblib")
answer = os.path.getsize(folder + "/model.joblib")
"""
)
_LOAD_SKLEARN = """
import joblib
served = joblib.load(folder + "/model.joblib")
predict = lambda texts: list(served.predict(texts))
"""
_FIT_ONNX = (
    _FIT_TFIDF
    + """
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
options = {LogisticRegression: {"zipmap": False}, TfidfVectorizer: {"locale": "C.utf8"}}
converted = to_onnx(fitted, initial_types=[("text", StringTensorType([None, 1]))], options=options)
with open(folder + "/model.onnx", "wb") as file:
    answer = file.write(converted.SerializeToString())
"""
)
_LOAD_ONNX = """
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
served = onnxruntime.InferenceSession(folder + "/model.onnx", options)
predict = lambda texts: list(served.run(None, {"text": numpy.array(texts).reshape(-1, 1)})[0])
"""
# The package has its files, and looks for one of them in a cache.
_VECTORS = """
import joblib, wordllama
package = os.path.dirname(wordllama.__file__)
vectors = wordllama.WordLlama.load(disable_download=True, cache_dir=package)
"""
_FIT_EMBEDDINGS = (
    _VECTORS
    + """
from sklearn.linear_model import LogisticRegression
fitted = LogisticRegression(max_iter=1000).fit(vectors.embed(train, norm=True), labels)
joblib.dump(fitted, folder + "/head.joblib")
answer = os.path.getsize(folder + "/head.joblib")
"""
)
_LOAD_EMBEDDINGS = (
    _VECTORS
    + """
head = joblib.load(folder + "/head.joblib")
predict = lambda texts: list(head.predict(vectors.embed(texts, norm=True)))
"""
)
_LOAD_VADER = """
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
served = SentimentIntensityAnalyzer()
predict = lambda texts: [int(served.polarity_scores(text)["compound"] >= 0) for text in texts]
"""
_FIT_OURS = """
import model
artifact = os.path.join(model.ARTIFACTS, "lexicon_ngrams")
answer = sum(os.path.getsize(os.path.join(artifact, name)) for name in os.listdir(artifact))
"""
_LOAD_OURS = """
import model
served = model.load("lexicon_ngrams")
predict = lambda texts: [int(answer.label == "positive") for answer in served.predict(texts)]
"""

# How to fit each, and how to serve it.
_ALTERNATIVES = {
    PEER: ("answer = 0", _LOAD_VADER),
    OURS: (_FIT_OURS, _LOAD_OURS),
    "TF-IDF and logistic regression by scikit-learn": (_FIT_SKLEARN, _LOAD_SKLEARN),
    "the same by skl2onnx and ONNX Runtime": (_FIT_ONNX, _LOAD_ONNX),
    "fastText": (_FIT_FASTTEXT, _LOAD_FASTTEXT),
    "static embeddings (WordLlama) and logistic regression": (_FIT_EMBEDDINGS, _LOAD_EMBEDDINGS),
}


def measure() -> list[Figure]:
    """Return accuracy, first answer, tweets a second of a first reading, memory, and sizes.

    A first answer has the import and the load. Raises LeftOutError.
    """
    if not _PYTHON.exists():
        raise LeftOutError("they are not installed: `make .venv-alternatives/done`")
    try:
        rows = corpus.read(corpus_path())
    except corpus.CorpusError as exc:
        raise LeftOutError("the corpus is missing") from exc
    train, test = rows.split()
    runs: dict[str, list[list[float]]] = {name: [] for name in _ALTERNATIVES}
    weights: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        content = [list(part) for part in (train.texts, train.labels, test.texts, test.labels)]
        Path(folder, "tweets.json").write_text(json.dumps(content), encoding="utf-8")
        for name, (fit, _) in _ALTERNATIVES.items():
            weights[name], _ = _run(name, _DATA + fit, folder)
        for _ in range(ROUNDS):
            for name, (_, load) in _ALTERNATIVES.items():
                answer, peak = _run(name, _DATA + _SERVE.format(load=load), folder)
                runs[name].append([*answer, peak])
    found: list[Figure] = []
    for place, (what, unit, scale) in enumerate(MEASURED):
        rounds = {f"{name}: {what}": [run[place] * scale for run in taken] for name, taken in runs.items()}
        found += compare(f"{PEER}: {what}", unit, rounds)
    return found + [Figure(f"{name}: {MODEL}", "MB", [weights[name] / 1e6]) for name in runs if name != PEER]


def tabulate(figures: Sequence[Figure]) -> str:
    """Return a Markdown table with a line for each alternative, the most accurate one first."""
    cell = {
        figure.name: median(figure.ratios) if figure.peer and figure.name.endswith(RATE) else figure.value
        for figure in figures
    }
    cell[f"{PEER}: {RATE}"], cell[f"{PEER}: {MODEL}"] = 1.0, 0.0
    names = sorted(_ALTERNATIVES, key=lambda name: -cell[f"{name}: {ACCURACY}"])
    lines = [
        "| | accuracy | first reading, × VADER | first answer, ms | memory, MB | libraries, MB | model, MB |"
    ]
    lines += ["|---|---:|---:|---:|---:|---:|---:|"]
    for name in names:
        accuracy, first, rate, libraries, memory = (cell[f"{name}: {what}"] for what, _, _ in MEASURED)
        lines.append(
            f"| {name} | {accuracy:.3f} | {rate:.2f} | {first:,.0f} | {memory:,.0f} | {libraries:.3g} "
            f"| {cell[f'{name}: {MODEL}']:.3g} |"
        )
    return "\n".join(lines) + "\n"


def _run(name: str, script: str, folder: str) -> tuple[Any, float]:
    own = name in (PEER, OURS)
    return process.run(script, folder) if own else process.run(script, folder, python=str(_PYTHON))
