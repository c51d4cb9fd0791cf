from pathlib import Path

import numpy as np
import pytest

from model import Scorecard
from model.training import evaluate, notebook
from model.training.corpus import Corpus


def test_the_metrics_are_those_of_a_small_example() -> None:
    assert evaluate.measure([0, 1, 1, 0], [0.1, 0.9, 0.4, 0.5]) == {
        "accuracy": 0.5,
        "auc": 0.75,
        "log_loss": 0.45504,
        "brier": 0.1575,
    }


def test_an_output_that_rounds_to_neither_class_is_wrong_in_the_notebook() -> None:
    assert evaluate.measure_notebook([0, 1, 1], np.array([-0.4, 0.6, 1.6]))["accuracy"] == 0.666667


def test_the_served_model_beats_the_notebook_on_the_reference_rows(tweets: Corpus, served: Scorecard) -> None:
    _, test = tweets.split()
    metrics = evaluate.measure(test.labels, [answer.probability for answer in served.predict(test.texts)])
    assert metrics == served.manifest["metrics"]
    assert metrics["accuracy"] >= 0.72


def test_the_notebook_is_reproduced(tweets: Corpus, nltk_data: Path) -> None:
    train, test = tweets.split()
    outputs = notebook.predict(train, test.texts, notebook.stop_words(nltk_data))
    metrics = evaluate.measure_notebook(test.labels, outputs)
    assert metrics["accuracy"] == 0.649  # as published
    assert metrics["auc"] == pytest.approx(0.710, abs=0.0005)


def test_the_notebooks_words_are_as_published() -> None:
    stop_words = frozenset({"the", "is"})
    published = ["ohhhhhhhhhhh", "go", "away", "rain", "pleas", "go", "away"]
    assert notebook.process_tweet("Ohhhhhhhhhhh GO away rain! Please go away", stop_words) == published
    assert notebook.process_tweet("The rain is http://x gone", stop_words) == ["the", "rain", "gone"]
