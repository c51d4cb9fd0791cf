import json
from pathlib import Path

import numpy as np
import pytest

import model
from model import Classifier
from model.training import evaluate, notebook
from model.training.corpus import Corpus
from model.training.metrics import calibration_error, interval, measure
from model.training.models import MODELS
from model.training.plots import PLOTS


def test_the_metrics_are_those_of_a_small_example() -> None:
    assert measure([0, 1, 1, 0], [0.1, 0.9, 0.4, 0.5]) == {
        "accuracy": 0.5,
        "auc": 0.75,
        "log_loss": 0.45504,
        "brier": 0.1575,
        "ece": 0.325,
    }


def test_the_calibration_error_weighs_each_bin_by_its_rows() -> None:
    labels, said = np.array([1, 0, 1, 1]), np.array([0.31, 0.39, 1.0, 0.95])
    assert calibration_error(labels, said) == pytest.approx((abs(0.7 - 1) + abs(1.95 - 2)) / 4)


def test_the_interval_holds_the_metric_and_repeats() -> None:
    labels = np.array([0, 1] * 100)
    outputs = np.where(np.arange(200) % 5, labels, 1 - labels) * 1.0
    low, high = interval(evaluate.accuracy, labels, outputs)
    assert low < 0.8 < high
    assert (low, high) == interval(evaluate.accuracy, labels, outputs)


def test_an_output_that_rounds_to_neither_class_is_wrong() -> None:
    assert evaluate.accuracy(np.array([0, 1, 1, 1]), np.array([-0.4, 0.5, 0.6, 1.6])) == 0.75


def test_the_served_model_is_as_good_on_the_reference_rows_as_its_manifest_says(
    tweets: Corpus, served: Classifier
) -> None:
    _, test = tweets.split()
    answers = [answer.probability for answer in served.predict(test.texts)]
    assert measure(test.labels, answers) == served.manifest["metrics"]


@pytest.mark.slow
def test_the_notebook_is_reproduced(tweets: Corpus, nltk_data: Path) -> None:
    train, test = tweets.split()
    outputs = notebook.predict(train, test.texts, notebook.stop_words(nltk_data))
    assert evaluate.accuracy(np.array(test.labels), outputs) == 0.649  # as published
    assert measure(test.labels, outputs.clip(0, 1))["auc"] == pytest.approx(0.710, abs=0.0005)


def test_the_notebooks_words_are_as_published() -> None:
    stop_words = frozenset({"the", "is"})
    published = ["ohhhhhhhhhhh", "go", "away", "rain", "pleas", "go", "away"]
    assert notebook.process_tweet("Ohhhhhhhhhhh GO away rain! Please go away", stop_words) == published
    assert notebook.process_tweet("The rain is http://x gone", stop_words) == ["the", "rain", "gone"]


def test_the_committed_table_is_that_of_the_committed_models() -> None:
    table = {
        row["name"]: row["metrics"]
        for row in json.loads((evaluate.FOLDER / "table.json").read_text(encoding="utf-8"))
    }
    for name in MODELS:
        manifest = model.load(name).manifest
        assert table[f"{name} {manifest['version']}"] == pytest.approx(
            manifest["metrics"], abs=3e-6
        )  # tied tweets may change places
    drawn = {path.stem for path in evaluate.FOLDER.glob("*.svg")}
    assert drawn == set(PLOTS)
