"""Real Spark, on two threads of this machine, gives the answers of the direct door."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import joblib
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import model
from model import Classifier
from model.packaging.package import package
from tests.spark.conftest import ROOT, Run

pytestmark = pytest.mark.slow

ODD = ["", " ", "😀 été", "so\nsad", '"quoted", twice', "loooove " * 900, "\u2028", "x" * 10_000]
NOTHING = {"label": None, "probability": None, "warnings": None}


@pytest.fixture(scope="module")
def texts() -> list[str | None]:
    lines = (ROOT / "tests" / "model" / "other_domains.tsv").read_text(encoding="utf-8").splitlines()
    return [None, *ODD, *(line.split("\t")[-1] for line in lines[1:]), None]


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifact of a model of three labels."""
    folder = tmp_path_factory.mktemp("moods")
    fitted = make_pipeline(CountVectorizer(), LogisticRegression()).fit(
        ["so angry", "quite calm", "how glad"], ["angry", "calm", "glad"]
    )
    joblib.dump(fitted, folder / "moods.joblib")
    package(folder / "moods.joblib", "moods", folder / "moods")
    return folder / "moods"


@pytest.fixture(scope="module")
def answers(
    run: Run, texts: list[str | None], moods: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    """What Spark answers to the texts, which are in three files, by way."""
    folder, written = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("written")
    for part in range(3):
        rows = islice(enumerate(texts), part, None, 3)
        lines = [json.dumps({"id": place, "text": text}) for place, text in rows]
        (folder / f"{part}.json").write_text("\n".join(lines))
    program = Path(__file__).parent / "programs" / "answers.py"
    ended = run("python", program, folder, moods, written)
    assert ended.returncode == 0, ended.stderr[-3_000:]
    answers: dict[str, list[Any]] = json.loads(ended.stdout)
    return answers


def expect(texts: list[str | None], answer: Callable[[list[str]], list[dict[str, Any]]]) -> list[Any]:
    """The answers to the texts that are there, and nothing in place of the others."""
    given = iter(answer([text for text in texts if text is not None]))
    return [NOTHING if text is None else next(given) for text in texts]


def ask(directly: Callable[[object], Any], **options: Any) -> Callable[[list[str]], list[dict[str, Any]]]:
    def answer(texts: list[str]) -> list[dict[str, Any]]:
        predictions = directly({"texts": texts, **options})["predictions"]
        return [{name: prediction[name] for name in NOTHING} for prediction in predictions]

    return answer


@pytest.mark.parametrize("way", ["batch", "SQL", "streaming"])
def test_each_way_gives_the_answers_of_the_direct_door(
    answers: dict[str, list[Any]], directly: Callable[[object], Any], texts: list[str | None], way: str
) -> None:
    assert answers[way] == expect(texts, ask(directly))


def test_a_killed_worker_is_replaced_and_nothing_is_lost(
    answers: dict[str, list[Any]], directly: Callable[[object], Any], texts: list[str | None]
) -> None:
    assert answers["killed"] == expect(texts, ask(directly))


def test_an_option_is_that_of_the_direct_door(
    answers: dict[str, list[Any]], directly: Callable[[object], Any], texts: list[str | None]
) -> None:
    assert answers["uncertain"] == expect(texts, ask(directly, uncertain=[0.2, 0.8]))
    assert "uncertain" in {answer["label"] for answer in answers["uncertain"]}


def test_a_model_of_ones_own_goes_from_the_driver_to_the_workers(
    answers: dict[str, list[Any]], moods: Path, texts: list[str | None]
) -> None:
    own: Classifier = model.load(str(moods))

    def answer(texts: list[str]) -> list[dict[str, Any]]:
        return [prediction.as_json() for prediction in own.predict(texts)]

    nothing = {**NOTHING, "probabilities": None}
    expected = [nothing if found is NOTHING else found for found in expect(texts, answer)]
    assert answers["own model"] == expected


# The job


def read(folder: Path) -> list[dict[str, Any]]:
    files = [path for path in folder.glob("part-*") if path.suffix == ".json"]
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_job_puts_bad_rows_apart_and_counts_all(
    run: Run, job: Path, directly: Callable[[object], Any], tmp_path: Path
) -> None:
    lines = [
        '{"id": 1, "text": "I love this"}',
        '{"id": 2, "text": ',
        '{"id": 3}',
        '{"id": 4, "text": "so sad"}',
    ]
    (tmp_path / "in.json").write_text("\n".join([*lines, json.dumps({"id": 5, "text": "x" * 10_001})]))
    arguments = ["--master", "local[2]", job, "--input", tmp_path / "in.json", "--output", tmp_path / "out"]
    ended = run("spark-submit", *arguments, "--to", "json")
    assert ended.returncode == 0, ended.stderr[-3_000:]
    assert json.loads(ended.stdout) == {"rows": 5, "scored": 2, "errors": 3}
    scored = sorted(read(tmp_path / "out" / "scored"), key=lambda row: int(row["id"]))
    answers = ask(directly)(["I love this", "so sad"])
    assert scored == [
        {"id": 1, "text": "I love this", **answers[0]},
        {"id": 4, "text": "so sad", **answers[1]},
    ]
    bad = {row.get("id"): row for row in read(tmp_path / "out" / "bad")}
    assert {place: row["reason"] for place, row in bad.items()} == {
        None: "cannot be read: correct the line",
        3: "has no text: give it one",
        5: "has more than 10,000 characters: shorten it",
    }
    assert bad[None]["_corrupt_record"] == lines[1]


def test_the_job_keeps_the_columns_of_a_table_and_names_its_own_apart(
    run: Run, job: Path, moods: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text(
        'id,label,a.b,tweet\n1,old,,"I ""love"" this, really"\n2,old\n3,old,,"a","b"\n'
    )
    options = ["--format", "csv", "--column", "tweet", "--to", "json", "--model", str(moods)]
    arguments = ["--input", tmp_path / "in.csv", "--output", tmp_path / "out", *options]
    ended = run("spark-submit", "--master", "local[2]", job, *arguments)
    assert ended.returncode == 0, ended.stderr[-3_000:]
    assert json.loads(ended.stdout) == {"rows": 3, "scored": 1, "errors": 2}
    [answer] = model.load(str(moods)).predict(['I "love" this, really'])
    [scored] = read(tmp_path / "out" / "scored")
    assert scored == {
        "id": "1",
        "label": "old",
        "tweet": 'I "love" this, really',
        "sentiment_label": answer.label,
        "sentiment_probability": answer.probability,
        "sentiment_warnings": list(answer.warnings),
        "sentiment_probabilities": answer.probabilities,
    }
    bad = read(tmp_path / "out" / "bad")
    assert sorted(row["_corrupt_record"] for row in bad) == ["2,old", '3,old,,"a","b"']


def test_a_column_that_is_not_there_is_named_before_anything_is_written(
    run: Run, job: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.json").write_text('{"id": 1, "tweet": "I love this"}')
    arguments = ["--input", tmp_path / "in.json", "--output", tmp_path / "out"]
    ended = run("spark-submit", "--master", "local[2]", job, *arguments)
    said = "sentiment: No column 'text' holds texts: name one of id, tweet with --column\n"
    assert (ended.returncode, ended.stdout) == (1, said)
    assert not (tmp_path / "out").exists()
