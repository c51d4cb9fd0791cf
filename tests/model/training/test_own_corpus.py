"""`make train` with a corpus of one's own, in a process of its own."""

import csv
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import model

STARTS = ("this film is", "what a", "we saw a truly", "my verdict:", "it was")
GOOD = ("great", "lovely", "wonderful", "brilliant", "touching", "clever")
BAD = ("awful", "boring", "terrible", "silly", "dull", "painful")
ENDS = ("film", "story", "evening", "cast")


def train(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model.training.train"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "MODEL": "frequency", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reviews")
    with (folder / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("review", "verdict"))
        for words, verdict in ((GOOD, "thumb up"), (BAD, "thumb down")):
            rows.writerows((" ".join(text), verdict) for text in product(STARTS, words, ENDS))
    return folder


OPTIONS = {"CORPUS": "reviews.csv", "TEXT": "review", "LABEL": "verdict", "POSITIVE": "thumb up"}


def test_a_corpus_of_ones_own_makes_a_new_model_with_its_own_labels_and_an_honest_card(reviews: Path) -> None:
    ended = train(reviews, **OPTIONS, NAME=str(reviews / "mine"))
    assert ended.returncode == 0, ended.stderr
    manifest = json.loads((reviews / "mine" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["trained_as"]) == ("mine", "frequency")
    assert (manifest["classes"], manifest["positive"]) == (["thumb down", "thumb up"], "thumb up")
    assert manifest["corpus"]["file"] == "reviews.csv"
    card = (reviews / "mine" / "card.md").read_text(encoding="utf-8")
    assert "Trained on 192 rows of `reviews.csv`" in card
    assert "2009" not in card
    assert "What is not known here" in card
    served = model.load(str(reviews / "mine"))
    assert served.predict(["a lovely film"])[0].probability > served.predict(["a dull film"])[0].probability


def test_training_overwrites_no_model_of_another_corpus(reviews: Path, tmp_path: Path) -> None:
    before = (Path(model.ARTIFACTS) / "frequency" / "manifest.json").read_bytes()
    for name, reason in (
        ("", "reviews.csv is a corpus of your own: say how the new model is called, as NAME=reviews"),
        ("frequency", "has a model of another corpus: choose another NAME, or remove the folder"),
        (str(tmp_path), "is there, and is no artifact: choose another NAME"),
    ):
        ended = train(reviews, **OPTIONS, NAME=name)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert reason in ended.stderr
        assert "Traceback" not in ended.stderr
    assert (Path(model.ARTIFACTS) / "frequency" / "manifest.json").read_bytes() == before


def test_four_rows_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("text,target\na,0\nb,0\nc,1\nd,1\n", encoding="utf-8")
    ended = train(tmp_path, CORPUS="few.csv", NAME="few")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "few.csv has 2 rows of 'negative': at least 50 of each are needed\n"
