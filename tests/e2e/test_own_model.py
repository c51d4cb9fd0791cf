"""A model of one's own in the image: as an artifact in the lean one, as a pickle in the full one."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import joblib
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from model.packaging.package import package
from tests.e2e.conftest import run

TEXTS = ["what a good day", "great, I love it", "a bad day", "so sad, I hate it"] * 10
LABELS = ["pos", "pos", "neg", "neg"] * 10

Sentiment = Callable[..., str]


@pytest.fixture
def fitted(request: pytest.FixtureRequest, tmp_path: Path) -> Pipeline:
    pipeline = make_pipeline(TfidfVectorizer(), request.param).fit(TEXTS, LABELS)
    joblib.dump(pipeline, tmp_path / "mine.joblib")
    return pipeline


@pytest.fixture
def sentiment(tmp_path: Path) -> Sentiment:
    """Run the command in a container of an image that sees the folder as /work."""

    def ask(image: str, *arguments: str, **variables: str) -> str:
        options = [option for name, value in variables.items() for option in ("--env", f"{name}={value}")]
        mounted = ["--volume", f"{tmp_path}:/work", "--workdir", "/work", "--env", "PYTHONPATH=/var/task"]
        python = ["--entrypoint", "python3", image, "-m", "predict.cli"]
        return run("docker", "run", "--rm", "--network", "none", *mounted, *options, *python, *arguments)

    return ask


def answers(pipeline: Pipeline, *texts: str) -> list[str]:
    positive = pipeline.predict_proba(texts)[:, 1]
    return [
        f"{label}\t{p:.4f}\t{text}"
        for label, p, text in zip(pipeline.predict(texts), positive, texts, strict=True)
    ]


@pytest.mark.parametrize("fitted", [LogisticRegression()], indirect=True)
def test_the_lean_image_serves_a_packaged_pipeline(
    image: str, fitted: Pipeline, sentiment: Sentiment, tmp_path: Path
) -> None:
    package(tmp_path / "mine.joblib", "mine", tmp_path / "mine")
    printed = sentiment(image, "predict", "so sad", "great day", MODEL="/work/mine")
    assert printed.splitlines() == answers(fitted, "so sad", "great day")


@pytest.mark.parametrize("fitted", [RandomForestClassifier(10, random_state=0)], indirect=True)
def test_the_full_image_packages_and_serves_a_pickle_that_is_trusted_by_its_hash(
    image: str, fitted: Pipeline, sentiment: Sentiment, tmp_path: Path
) -> None:
    run("make", "image-full")
    sentiment("sentiment-full", "package", "mine.joblib", "--name", "mine", "--pickle")
    digest = hashlib.sha256((tmp_path / "mine.joblib").read_bytes()).hexdigest()
    trusted = {"MODEL": "/work/mine", "TRUST_PICKLE": "yes", "PICKLE_SHA256": digest}
    printed = sentiment("sentiment-full", "predict", "so sad", "great day", **trusted)
    assert printed.splitlines() == answers(fitted, "so sad", "great day")
    for variables, reason in (
        ({**trusted, "PICKLE_SHA256": "0" * 64}, "a pickle is code"),
        ({**trusted, "TRUST_PICKLE": "no"}, "a pickle is code"),
    ):
        with pytest.raises(AssertionError, match=reason):
            sentiment("sentiment-full", "predict", "so sad", **variables)
