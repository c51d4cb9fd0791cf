"""`sentiment package`, from a file of joblib to answers."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pytest
from sklearn import __version__ as release
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

import model
from model import ArtifactError, artifact
from predict import cli
from tests.model.packaging.sentences import TEXTS, THREE, TWO

Run = Callable[..., str]


def fit(labels: list[Any], classifier: Any = None) -> Pipeline:
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), classifier or LogisticRegression()).fit(
        TEXTS, labels
    )


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an empty folder, and returns what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        cli.main(["package", *arguments])
        return capsys.readouterr().out

    return run


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    joblib.dump(fit(TWO), tmp_path / "mine.joblib")
    return tmp_path / "mine.joblib"


def predict(folder: Path, *texts: str) -> list[list[str]]:
    """Return what `sentiment predict` prints in a process that may import neither scikit-learn nor NumPy."""
    script = (
        "import sys; sys.modules.update(sklearn=None, numpy=None, joblib=None);"
        "from predict import cli; cli.main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "predict", *texts],
        env={"MODEL": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split("\t") for line in ended.stdout.splitlines()]


def test_a_packaged_pipeline_is_served_without_scikit_learn(run: Run, pipeline: Path, tmp_path: Path) -> None:
    printed = run("mine.joblib", "--name", "mine")
    packaged = model.load(str(tmp_path / "mine"))
    packaged.check()
    size = sum(file.stat().st_size for file in (tmp_path / "mine").iterdir()) / 1e3
    assert packaged.identity == {"name": "mine", "version": packaged.version}
    assert printed.splitlines() == [
        f"mine: mine {packaged.version}, {size:,.0f} kB",
        "It gives the labels of mine.joblib for 2,000 texts, and its probabilities to 1e-09.",
        f"Try it: MODEL={tmp_path / 'mine'} sentiment predict 'I love this'",
    ]
    texts = ["My café is great :)", "so bad!!!", ""]
    original = joblib.load(pipeline)
    assert predict(tmp_path / "mine", *texts) == [
        [str(label), f"{probability:.4f}", text]
        for label, probability, text in zip(
            original.predict(texts), original.predict_proba(texts)[:, 1], texts, strict=True
        )
    ]


def test_the_manifest_and_the_card_say_what_was_packaged_and_proved(
    run: Run, pipeline: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,text\n1,so great\n2,so bad\n3,\n", encoding="utf-8")
    run("mine.joblib", "--name", "mine", "--texts", str(own), "-o", "elsewhere")
    manifest = json.loads(Path("elsewhere/manifest.json").read_bytes())
    assert manifest["classes"] == ["0", "1"]
    assert manifest["positive"] == "1"
    assert manifest["threshold"] == 0.5000000000000001
    assert manifest["packaged"]["file"] == "mine.joblib"
    assert manifest["libraries"]["scikit-learn"] == release
    assert manifest["proof"]["texts"] == 2_000
    assert manifest["proof"]["own_texts"] == 3
    card = Path("elsewhere/card.md").read_text(encoding="utf-8")
    assert f"# mine {manifest['version']}\n" in card
    assert "made from the model's own words, and 3 of a file. No label differed" in card
    assert "TfidfVectorizer(ngram_range=(1, 2))" in card
    assert "`1` is the positive one, from a probability of 0.5 on." in card


def test_equal_pipelines_give_equal_artifacts(run: Run, pipeline: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        run("mine.joblib", "--name", "mine", "-o", folder)
    contents = [{path.name: path.read_bytes() for path in Path(folder).iterdir()} for folder in ("a", "b")]
    assert contents[0] == contents[1]


def test_more_classes_have_a_probability_each(run: Run, tmp_path: Path) -> None:
    original = fit(THREE)
    joblib.dump(original, "three.joblib")
    run("three.joblib", "--name", "three")
    packaged = model.load(str(tmp_path / "three"))
    packaged.check()
    assert packaged.labels == ("bad", "good", "plain")
    assert "positive" not in packaged.manifest
    [answer] = packaged.predict(["My café is great :)"])
    expected = original.predict_proba(["My café is great :)"])[0]
    assert answer.label == "good"
    assert answer.probability == pytest.approx(expected[1], abs=1e-12)
    assert answer.probabilities == pytest.approx(dict(zip(packaged.labels, expected, strict=True)), abs=1e-12)
    assert predict(tmp_path / "three", "is at 10:30")[0][0] == "plain"
    for asked in ({"threshold": 0.5}, {"uncertain": (0.4, 0.6)}):
        with pytest.raises(
            ValueError, match="three has more than two classes: leave out threshold and uncertain"
        ):
            packaged.predict(["so great"], **asked)


def test_an_artifact_keeps_its_own_threshold(run: Run, tmp_path: Path) -> None:
    original = fit(TWO, FixedThresholdClassifier(LogisticRegression(), threshold=0.3))
    joblib.dump(original, "strict.joblib")
    run("strict.joblib", "--name", "strict")
    packaged = model.load(str(tmp_path / "strict"))
    assert packaged.threshold == 0.3
    between = [text for text in TEXTS if 0.3 < packaged.predict([text])[0].probability < 0.5]
    assert {packaged.predict([text])[0].label for text in between} == {"1"}
    assert {packaged.predict([text], 0.5)[0].label for text in between} == {"0"}
    assert [row[0] for row in predict(tmp_path / "strict", *between[:3])] == ["1", "1", "1"]


def test_answers_that_mean_little_say_why(run: Run, pipeline: Path, tmp_path: Path) -> None:
    run("mine.joblib", "--name", "mine")
    packaged = model.load(str(tmp_path / "mine"))
    warnings = [answer.warnings for answer in packaged.predict(["so great", "", "zzxqj", "great " * 1_000])]
    assert warnings == [(), ("empty",), ("no_known_words",), ("truncated",)]
    explained = packaged.explain("great, zzxqj, not bad")
    assert {"great", "not", "bad", "not bad"} <= {term.form for term in explained.terms}
    assert [(drop.start, drop.end, drop.reason) for drop in explained.dropped] == [(7, 13, "unknown")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none.joblib", "--name", "x"], "none.joblib cannot be used: No such file or directory."),
        (["mine.joblib", "--name", "a/b"], "--name 'a/b' is no name: use letters, digits, -, _ and ."),
        (["mine.joblib", "--name", "."], "--name '.' is no name"),
        (
            ["mine.joblib", "--name", "x", "-o", "."],
            ". is there already: remove it, or choose another folder",
        ),
        (["mine.joblib", "--name", "x", "--positive", "yes"], "'yes' is not one of its classes, '0' and '1'"),
        (
            ["mine.joblib", "--name", "x", "--texts", "empty.csv"],
            "empty.csv has no texts: name another file, or leave out --texts",
        ),
        (["empty.csv", "--name", "x"], "empty.csv cannot be opened (EOFError): write it with joblib.dump"),
        (["text.csv", "--name", "x"], "text.csv cannot be opened ("),
        (
            ["svc.joblib", "--name", "x"],
            "LinearSVC has no probabilities: fit CalibratedClassifierCV around it",
        ),
        (["older.joblib", "--name", "x"], "older.joblib was fitted with scikit-learn 0.9.1, and "),
        (["dict.joblib", "--name", "x"], "dict is no fitted classifier of two or more classes"),
        (["module.joblib", "--name", "x"], "module.joblib needs the module unheard_of_module: install it"),
        (["moved.joblib", "--name", "x"], "has no sklearn.moved: install that release, or fit it again"),
        (["main.joblib", "--name", "x"], "main.joblib needs code that is not installed here ("),
    ],
)
def test_what_cannot_be_packaged_ends_with_a_sentence_and_writes_nothing(
    run: Run, pipeline: Path, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    joblib.dump(fit(TWO, LinearSVC()), "svc.joblib")
    joblib.dump({}, "dict.joblib")
    older = pipeline.read_bytes().replace(release.encode(), b"0.9.1")
    (tmp_path / "older.joblib").write_bytes(older)
    for name, place in (("module", "unheard_of_module"), ("moved", "sklearn.moved"), ("main", "__main__")):
        (tmp_path / f"{name}.joblib").write_bytes(f"c{place}\nunheard_of\n.".encode())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert str(ended.value).startswith("sentiment: ")
    assert reason in str(ended.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_changed_artifact_is_refused(run: Run, pipeline: Path, tmp_path: Path) -> None:
    run("mine.joblib", "--name", "mine")
    description = tmp_path / "mine" / "model.json"
    description.write_bytes(description.read_bytes().replace(b'"l2"', b'"l1"'))
    with pytest.raises(ArtifactError, match=r"model\.json or its digest"):
        model.load(str(tmp_path / "mine"))


def test_the_help_says_that_a_file_of_joblib_is_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["package", "--help"])
    help_ = " ".join(capsys.readouterr().out.split())
    assert "A file of joblib is code, which this command runs: package only files that you trust." in help_


def test_without_the_libraries_of_training_the_command_says_how_to_get_them() -> None:
    script = "import sys; sys.modules['joblib'] = None; from predict import cli; cli.main()"
    command = [sys.executable, "-c", script, "package", "mine.joblib", "--name", "mine"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        "sentiment: `sentiment package` runs where models are trained: "
        "run `pip install 'tweet-sentiment[training]'`\n"
    )


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> tuple[Path, str, Pipeline]:
    """A folder with the pickle of a pipeline that no artifact can say, its SHA-256, and the pipeline."""
    forest = RandomForestClassifier(5, random_state=0)
    original = make_pipeline(TfidfVectorizer(), forest).fit(TEXTS, THREE)
    joblib.dump(original, "forest.joblib")
    printed = run("forest.joblib", "--name", "forest", "--pickle").splitlines()
    assert printed[0] == "forest: forest, a pickle, which is code. Serve it where scikit-learn is installed:"
    digest = hashlib.sha256(Path("forest.joblib").read_bytes()).hexdigest()
    assert printed[1] == f"MODEL={tmp_path / 'forest'} TRUST_PICKLE=yes PICKLE_SHA256={digest}"
    return tmp_path / "forest", digest, original


def test_a_pickle_that_is_trusted_gives_the_answers_of_the_original(kept: tuple[Path, str, Pipeline]) -> None:
    folder, digest, original = kept
    served = model.load(str(folder), digest)
    served.check()
    answers = served.predict([*TEXTS, ""])
    assert [answer.label for answer in answers] == original.predict([*TEXTS, ""]).tolist()
    expected = original.predict_proba([*TEXTS, ""])
    assert [list((answer.probabilities or {}).values()) for answer in answers] == expected.tolist()
    assert answers[-1].warnings == ("empty",)
    assert served.predict([]) == []
    explained = served.explain("My café is great")
    assert {term.feature for term in explained.terms} == {"occlusion"}
    assert [(term.form, term.start, term.end) for term in explained.terms] == [
        ("My", 0, 2),
        ("café", 3, 7),
        ("is", 8, 10),
        ("great", 11, 16),
    ]
    total = explained.bias + sum(term.contribution for term in explained.terms)
    assert total == pytest.approx(explained.logit, abs=1e-9)
    assert explained.logit == pytest.approx(served.logit("My café is great")[0], abs=1e-9)


@pytest.mark.parametrize("trusted", ["", "yes", "0" * 64])
def test_a_pickle_that_is_not_trusted_is_not_opened(kept: tuple[Path, str, Pipeline], trusted: str) -> None:
    folder, digest, _ = kept
    reason = f"forest is a pickle, and a pickle is code: .* set TRUST_PICKLE=yes and PICKLE_SHA256={digest}"
    with pytest.raises(ArtifactError, match=reason):
        model.load(str(folder), trusted)


def test_a_pickle_of_other_releases_is_not_opened(kept: tuple[Path, str, Pipeline], tmp_path: Path) -> None:
    folder, digest, _ = kept
    manifest, files = artifact.read(str(folder))
    libraries = {**manifest["libraries"], "numpy": "1.0"}
    artifact.write(str(tmp_path / "other"), {**manifest, "libraries": libraries}, files)
    with pytest.raises(ArtifactError, match=r"forest was packaged with numpy 1\.0, and .* install 1\.0"):
        model.load(str(tmp_path / "other"), digest)


@pytest.mark.parametrize("trust", ["yes", "no"])
def test_the_command_opens_a_pickle_that_the_environment_trusts(
    kept: tuple[Path, str, Pipeline], trust: str
) -> None:
    folder, digest, _ = kept
    variables = {"MODEL": str(folder), "TRUST_PICKLE": trust, "PICKLE_SHA256": digest}
    command = [sys.executable, "-m", "predict.cli", "predict", "is great :)"]
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("good\t") == (trust == "yes")
    assert ("a pickle is code" in ended.stderr) == (trust == "no")


def test_a_pickle_keeps_the_threshold_of_the_original(run: Run, tmp_path: Path) -> None:
    original = fit(TWO, FixedThresholdClassifier(LogisticRegression(), threshold=0.3))
    joblib.dump(original, "strict.joblib")
    digest = run("strict.joblib", "--name", "strict", "--pickle").splitlines()[1].rpartition("=")[2]
    served = model.load(str(tmp_path / "strict"), digest)
    assert [int(answer.label) for answer in served.predict(TEXTS)] == original.predict(TEXTS).tolist()
    answers = served.predict(TEXTS, 0.5)
    assert [answer.label == "1" for answer in answers] == [answer.probability >= 0.5 for answer in answers]


@pytest.mark.parametrize(
    ("thing", "arguments", "reason"),
    [
        (fit(TWO, LinearSVC()), [], "Pipeline has no probabilities of two or more classes: fit one that has"),
        ({}, [], "dict has no probabilities of two or more classes"),
        (
            LogisticRegression().fit([[0], [1]], [0, 1]),
            [],
            "LogisticRegression does not answer texts (ValueError)",
        ),
        (
            fit(TWO),
            ["--texts", "some.csv"],
            "--texts compares an artifact with its original, which --pickle keeps",
        ),
    ],
)
def test_what_does_not_answer_texts_is_not_kept(
    run: Run, tmp_path: Path, thing: object, arguments: list[str], reason: str
) -> None:
    joblib.dump(thing, "thing.joblib")
    with pytest.raises(SystemExit) as ended:
        run("thing.joblib", "--name", "thing", "--pickle", *arguments)
    assert reason in str(ended.value)
    assert not (tmp_path / "thing").exists()
