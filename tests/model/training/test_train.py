import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import model
from model.training.corpus import Corpus
from model.training.train import train
from nlp import words


def test_training_again_gives_the_committed_bytes(tweets: Corpus, tmp_path: Path) -> None:
    train("frequency", tweets, tmp_path)
    committed = Path(model.ARTIFACTS, "frequency")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in committed.iterdir()
    }


def test_no_word_of_the_artifact_is_known_from_handles_alone(tweets: Corpus) -> None:
    weights = json.loads(Path(model.ARTIFACTS, "frequency", "weights.json").read_text())
    handles = {
        stem for text in tweets.texts for handle in re.findall(r"@(\w+)", text) for stem in words(handle)
    }
    others = {stem for text in tweets.texts for stem in words(re.sub(r"\w*@\w+", " ", text))}
    assert handles - others
    assert weights.keys() & (handles - others) == set()


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"MODEL": "nonesuch"}, "nonesuch"),
        ({"DATA_DIR": "/nowhere"}, "/nowhere/tweet_sentiment_10K.csv cannot be read: run `make data`"),
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
