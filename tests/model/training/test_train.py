import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from model import artifact
from model.scorecard import unpacked
from model.training import card
from model.training.calibration import Calibrated
from model.training.corpus import Corpus
from model.training.train import export
from nlp import words

KNOWN = ["I'm", "not", "sooooo", "happy", ":)", "@joe", "http://t.co/x", "cannot", "LOVE", "unheardof", "?"]
TEXTS = st.lists(st.sampled_from(KNOWN) | st.text(max_size=9), max_size=30).map(" ".join)


loaded = cache(model.load)


def test_training_again_gives_the_committed_bytes(
    tweets: Corpus, fitted: Callable[[str], Calibrated], name: str, tmp_path: Path
) -> None:
    export(name, fitted(name), tweets, tmp_path)
    committed = Path(model.ARTIFACTS, name)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in committed.iterdir()
    }


def test_the_artifact_answers_as_scikit_learn_on_the_whole_corpus(
    tweets: Corpus, fitted: Callable[[str], Calibrated], name: str
) -> None:
    ours = [answer.probability for answer in model.load(name).predict(tweets.texts)]
    assert np.abs(fitted(name).predict_proba(tweets.texts)[:, 1] - ours).max() < 1e-9


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_the_artifact_answers_as_scikit_learn_on_generated_text(
    fitted: Callable[[str], Calibrated], name: str, text: str
) -> None:
    [answer] = loaded(name).predict([text])
    assert abs(fitted(name).predict_proba([text])[0, 1] - answer.probability) < 1e-9


def test_no_artifact_holds_a_handle_or_a_tweet(tweets: Corpus, name: str) -> None:
    content = "".join(path.read_text(errors="replace") for path in Path(model.ARTIFACTS, name).iterdir())
    _, files = artifact.read(str(Path(model.ARTIFACTS, name)))
    if "weights.json" in files:
        known = set(json.loads(files["weights.json"])["vectors"])
    else:
        weights = unpacked(files)
        known = {
            word
            for kind in {"stem", "word", "bigram"} & weights.keys()
            for form in weights[kind]
            for word in form.split()
        }
    handles = {
        stem for text in tweets.texts for handle in re.findall(r"@(\w+)", text) for stem in words(handle)
    }
    others = {stem for text in tweets.texts for stem in words(re.sub(r"\w*@\w+", " ", text))}
    assert handles - others
    assert known & (handles - others) == set()
    assert [text for text in tweets.texts if len(text) > 40 and text in content] == []


def test_the_card_is_that_of_the_manifest(name: str) -> None:
    folder = Path(model.ARTIFACTS, name)
    assert (folder / "card.md").read_text() == card.markdown(model.load(name).manifest)


def test_the_default_is_small_and_as_good_as_it_says(tweets: Corpus) -> None:
    folder = Path(model.ARTIFACTS, "lexicon_ngrams")
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 5_000_000
    served = model.load("lexicon_ngrams")
    assert served.manifest["metrics"]["auc"] >= 0.865
    assert served.manifest["cross_validation"]["ece"] <= 0.02


@pytest.mark.parametrize(
    ("command", "environment", "message"),
    [
        (
            "train",
            {"MODEL": "nonesuch"},
            "nonesuch is not among the models: frequency, naive_bayes, word2vec",
        ),
        (
            "train",
            {"DATA_DIR": "/nowhere"},
            "/nowhere/tweet_sentiment_10K.csv cannot be read: run `make data`",
        ),
        ("evaluate", {"DATA_DIR": "/nowhere"}, "/nowhere/tweet_sentiment_10K.csv cannot be read"),
    ],
)
def test_a_wrong_variable_is_named_in_one_line(
    tweets: Corpus, command: str, environment: dict[str, str], message: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", f"model.training.{command}"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
