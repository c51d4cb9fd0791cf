"""Measure packaged pipelines beside scikit-learn itself, and beside skl2onnx where it is installed.

m2cgen, the third exporter, refuses every pipeline.
"""

import random
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from bench import process, tweets
from bench.figures import ROUNDS, Figure, Goal, compare, interleave, time_call
from model import artifact
from model.packaging.package import convert, package

Call = Callable[[Sequence[str]], Any]

OURS, THEIRS, ONNX = "packaged", "scikit-learn", "skl2onnx and ONNX Runtime"
VECTORIZERS: dict[str, dict[str, Any]] = {
    "TF-IDF of words (1,2)": {"ngram_range": (1, 2), "min_df": 2},
    "TF-IDF of char_wb (2,4)": {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 3},
}
SINGLE = 500  # texts that are asked for one by one
LARGE = 1_000_000  # features

SCRIPTS = {
    OURS: """
import sys, time
started = time.perf_counter()
import model
served = model.load(sys.argv[1])
loaded = time.perf_counter()
served.predict(["I love this"])
answer = [loaded - started, time.perf_counter() - started]
""",
    THEIRS: """
import sys, time
started = time.perf_counter()
import joblib
served = joblib.load(sys.argv[1])
loaded = time.perf_counter()
served.predict_proba(["I love this"])
answer = [loaded - started, time.perf_counter() - started]
""",
    ONNX: """
import sys, time
started = time.perf_counter()
import numpy, onnxruntime
served = onnxruntime.InferenceSession(sys.argv[1])
loaded = time.perf_counter()
served.run(None, {"text": numpy.array([["I love this"]])})
answer = [loaded - started, time.perf_counter() - started]
""",
}


def measure() -> list[Figure]:
    """Return parity, load, first answer, memory, size and texts a second.

    A load includes the import of the libraries, and a first answer includes the load.
    """
    texts, _ = tweets.load()
    labels = [place % 2 for place in range(len(texts))]
    found: list[Figure] = []
    with TemporaryDirectory() as folder:
        for name, options in VECTORIZERS.items():
            pipeline = make_pipeline(TfidfVectorizer(**options), LogisticRegression(max_iter=500))
            found += _Measured(name, pipeline.fit(texts, labels), Path(folder, name)).measure(texts)
        found += _measure_large(Path(folder, "large"))
    return found


class _Measured:
    """A pipeline in the forms that serve it. `paths` are their files, and `calls` return probabilities."""

    def __init__(self, name: str, fitted: Pipeline, folder: Path) -> None:
        self._name = name
        folder.mkdir()
        self._paths = {THEIRS: folder / "pipeline.joblib", OURS: folder / "packaged", ONNX: folder / "onnx"}
        joblib.dump(fitted, self._paths[THEIRS])
        served = package(self._paths[THEIRS], "packaged", self._paths[OURS])
        self._calls: dict[str, Call] = {
            THEIRS: lambda batch: fitted.predict_proba(batch)[:, 1],
            OURS: lambda batch: [answer.probability for answer in served.predict(batch)],
        }
        with suppress(ImportError, NotImplementedError):  # it is not installed, or cannot say this pipeline
            self._calls[ONNX] = _convert_to_onnx(fitted, self._paths[ONNX])

    def measure(self, texts: Sequence[str]) -> list[Figure]:
        starts: dict[str, list[tuple[float, ...]]] = {form: [] for form in self._calls}
        for _ in range(ROUNDS):
            for form, runs in starts.items():
                runs.append(self._start(form))
        of_a_process = [
            figure
            for place, (what, unit) in enumerate(
                (("load", "ms"), ("first answer", "ms"), ("peak memory", "MB"))
            )
            for figure in self._compare(
                what, unit, {f: [run[place] for run in runs] for f, runs in starts.items()}
            )
        ]
        return [
            *self._compare_answers(texts),
            *of_a_process,
            *self._compare("size", "MB", {form: [_weigh(self._paths[form])] for form in self._calls}),
            *self._compare("texts alone", "texts/s", self._find_rates([[text] for text in texts[:SINGLE]])),
            *self._compare("texts together", "texts/s", self._find_rates([texts])),
        ]

    def _compare(self, what: str, unit: str, rounds: Mapping[str, Sequence[float]]) -> list[Figure]:
        named = {f"{self._name}: {what}, {form}": values for form, values in rounds.items()}
        return compare(f"{self._name}: {what}, {THEIRS}", unit, named)

    def _compare_answers(self, texts: Sequence[str]) -> Iterator[Figure]:
        expected = np.asarray(self._calls[THEIRS](texts))
        for form in self._calls.keys() - {THEIRS}:
            given = np.asarray(self._calls[form](texts))
            difference = float(np.abs(given - expected).max())
            labels = float(((given > 0.5) != (expected > 0.5)).sum())
            exact = [Goal("value", 1e-9), Goal("value", 0)] if form == OURS else [None, None]
            yield Figure(f"{self._name}: largest difference, {form}", "", [difference], goal=exact[0])
            yield Figure(f"{self._name}: other labels, {form}", f"of {len(texts):,}", [labels], goal=exact[1])

    def _start(self, form: str) -> tuple[float, float, float]:
        """Return milliseconds to load, milliseconds of the first answer, and megabytes, of a new process."""
        (loaded, answered), peak = process.run(SCRIPTS[form], str(self._paths[form].absolute()))
        return loaded * 1000, answered * 1000, peak

    def _find_rates(self, batches: list[Sequence[str]]) -> dict[str, list[float]]:
        count = sum(map(len, batches))
        times = interleave(
            {form: partial(_time_batches, call, batches) for form, call in self._calls.items()}
        )
        return {form: [count / taken for taken in rounds] for form, rounds in times.items()}


def _time_batches(call: Call, batches: list[Sequence[str]]) -> float:
    return time_call(lambda: [call(batch) for batch in batches])


def _weigh(path: Path) -> float:
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / 1e6


def _convert_to_onnx(fitted: Pipeline, path: Path) -> Call:
    """Raises ImportError or NotImplementedError."""
    import onnxruntime
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import StringTensorType

    options = {LogisticRegression: {"zipmap": False}, TfidfVectorizer: {"locale": "C.utf8"}}
    converted = to_onnx(fitted, initial_types=[("text", StringTensorType([None, 1]))], options=options)
    path.write_bytes(converted.SerializeToString())
    session = onnxruntime.InferenceSession(str(path))
    return lambda batch: session.run(None, {"text": np.array(batch).reshape(-1, 1)})[1][:, 1]


def _measure_large(folder: Path) -> list[Figure]:
    """Return seconds to load a million features, and the memory of the process that does."""
    chance, numbers = random.Random(0), np.random.default_rng(0)
    forms: set[str] = set()
    while len(forms) < LARGE:
        forms.add("".join(chance.choices(string.ascii_lowercase + " é", k=chance.randint(4, 16))))
    vectorizer = TfidfVectorizer(vocabulary=sorted(forms), ngram_range=(1, 2)).fit(["a text"])
    vectorizer.idf_ = numbers.uniform(1, 12, LARGE)
    classifier = LogisticRegression()
    classifier.classes_, classifier.intercept_ = np.array([0, 1]), np.array([0.5])
    classifier.coef_ = numbers.normal(size=(1, LARGE))
    manifest, files = convert(make_pipeline(vectorizer, classifier), "large")
    artifact.write(str(folder), {**manifest, "golden": [["", 0.5]]}, files)
    runs = [process.run(SCRIPTS[OURS], str(folder)) for _ in range(ROUNDS)]
    return [
        Figure("a million features: load", "s", [answer[0] for answer, _ in runs], goal=Goal("value", 1)),
        Figure("a million features: peak memory", "MB", [peak for _, peak in runs], goal=Goal("value", 200)),
    ]
