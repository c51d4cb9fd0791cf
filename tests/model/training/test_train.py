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
from model.scorecard import unpack
from model.training.calibration import Calibrated
from model.training.card import draw_lengths, write_card
from model.training.corpus import Corpus
from model.training.train import export, fit
from nlp import words

KNOWN = ["I'm", "not", "sooooo", "happy", ":)", "@joe", "http://t.co/x", "cannot", "LOVE", "unheardof", "?"]
TEXTS = st.lists(st.sampled_from(KNOWN) | st.text(max_size=9), max_size=30).map(" ".join)


loaded = cache(model.load)

HOSTILE = {  # on machines without these kernels OpenBLAS chooses its own
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
    "PYTHONHASHSEED": "1",
    "LC_ALL": "C",
    "TZ": "Pacific/Auckland",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_training_again_gives_the_committed_bytes(
    tweets: Corpus, fitted: Callable[[str], Calibrated], name: str, tmp_path: Path
) -> None:
    export(name, fitted(name), tweets, tmp_path)
    assert contents(tmp_path) == contents(Path(model.ARTIFACTS, name))


@pytest.mark.slow
def test_no_variable_and_no_kernel_changes_a_byte_of_an_artifact(
    corpus_file: Path, name: str, tmp_path: Path
) -> None:
    script = (
        "import sys; from pathlib import Path; from model.training import corpus, train;"
        "tweets = corpus.read(Path(sys.argv[2])); fitted = train.fit(sys.argv[1], tweets.split()[0]);"
        "train.export(sys.argv[1], fitted, tweets, Path(sys.argv[3]))"
    )
    subprocess.run(
        [sys.executable, "-OO", "-c", script, name, corpus_file, tmp_path],
        env={"PATH": os.environ["PATH"], **HOSTILE},
        check=True,
    )
    assert contents(tmp_path) == contents(Path(model.ARTIFACTS, name))


@pytest.mark.slow
def test_the_artifact_answers_as_scikit_learn_on_the_whole_corpus(
    tweets: Corpus, fitted: Callable[[str], Calibrated], name: str
) -> None:
    ours = [answer.probability for answer in model.load(name).predict(tweets.texts)]
    assert np.abs(fitted(name).predict_proba(tweets.texts)[:, 1] - ours).max() < 1e-9


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_the_artifact_answers_as_scikit_learn_on_generated_text(
    fitted: Callable[[str], Calibrated], name: str, text: str
) -> None:
    [answer] = loaded(name).predict([text])
    assert abs(fitted(name).predict_proba([text])[0, 1] - answer.probability) < 1e-9


def test_a_model_of_few_tweets_answers_as_scikit_learn(tweets: Corpus, name: str, tmp_path: Path) -> None:
    train, test = tweets.split()
    few = Corpus(train.texts[::40] + test.texts[::40], train.labels[::40] + test.labels[::40], tweets.sha256)
    fitted = fit(name, few.split()[0], progress=False)
    served = export(name, fitted, few, tmp_path)
    ours = [answer.probability for answer in served.predict(few.texts)]
    assert np.abs(fitted.predict_proba(few.texts)[:, 1] - ours).max() < 1e-9
    assert served.manifest == model.load(str(tmp_path)).manifest


def test_no_artifact_holds_a_handle_or_a_tweet(tweets: Corpus, name: str) -> None:
    content = "".join(
        path.read_text(encoding="utf-8", errors="replace") for path in Path(model.ARTIFACTS, name).iterdir()
    )
    _, files = artifact.read(str(Path(model.ARTIFACTS, name)))
    if "weights.json" in files:
        known = set(json.loads(files["weights.json"])["vectors"])
    else:
        weights = unpack(files)
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
    assert (folder / "card.md").read_text(encoding="utf-8") == write_card(model.load(name).manifest)


def test_the_lengths_in_a_card_are_in_the_order_of_numbers() -> None:
    assert draw_lengths({"0": 1, "100": 0, "20": 2}) == [
        f"   0+ {'█' * 15} 1",
        f"  20+ {'█' * 30} 2",
        " 100+  0",
    ]


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
