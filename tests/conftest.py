"""What several tests use: the served model, a tiny one, the real corpus, sample events, moto's server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import model
from model import Classifier, Scorecard
from model.training import corpus
from model.training.corpus import Corpus
from predict import direct
from predict.settings import Settings
from tests.aws import endpoint
from tests.tiny import build as build_tiny

# A deadline is an assertion on time, which a busy machine would fail.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

ROOT = Path(__file__).parents[1]
DATA_DIR = Path(os.environ.get("DATA_DIR", ROOT / "data"))


@pytest.fixture(scope="session")
def served() -> Classifier:
    """The default model."""
    return model.load(Settings().model)


@pytest.fixture(scope="session")
def tiny() -> Scorecard:
    return build_tiny()


@pytest.fixture(scope="session")
def corpus_file() -> Path:
    """The file of the 10,000 tweets."""
    path = DATA_DIR / "tweet_sentiment_10K.csv"
    if not path.exists():
        pytest.skip(f"no corpus at {path}: run `make data`, or set DATA_DIR")
    return path.absolute()


@pytest.fixture(scope="session")
def tweets(corpus_file: Path) -> Corpus:
    """The 10,000 tweets."""
    return corpus.read(corpus_file)


@pytest.fixture(scope="session")
def nltk_data() -> Path:
    """NLTK's own stop words."""
    path = DATA_DIR / "nltk_data"
    if not (path / "corpora" / "stopwords" / "english").exists():
        pytest.skip(f"no NLTK stop words in {path}: run `make data`, or set DATA_DIR")
    return path


@pytest.fixture(scope="session")
def posts_answer() -> dict[str, str]:
    """The answer to the event `post_payload`."""
    return {**dict.fromkeys("123456", "Negative"), "7": "Positive", "8": "Positive"}


@pytest.fixture(scope="session")
def directly(served: Scorecard) -> Callable[[object], dict[str, Any]]:
    """The direct door in this process. Every other door must give the same answer."""
    return lambda event: direct.invoke(event, served, Settings())


@pytest.fixture(scope="session")
def event_file() -> Callable[[str], Path]:
    """Where a sample event is: among the tests' own, or among those that the package shows."""
    folders = (ROOT / "tests" / "events", ROOT / "functions" / "predict" / "samples")
    return lambda name: next(path for folder in folders if (path := folder / f"{name}.json").exists())


@pytest.fixture(scope="session")
def event(event_file: Callable[[str], Path]) -> Callable[[str], Any]:
    """A new copy of the sample event with that name."""
    return lambda name: json.loads(event_file(name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this clone."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, folder, ROOT], check=True)
    [wheel] = folder.iterdir()
    return wheel


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of moto's server."""
    with endpoint.serving() as url:
        yield url


@pytest.fixture(scope="session")
def client(moto: str) -> Callable[[str], Any]:
    """boto3's client for a service."""
    return partial(endpoint.client, url=moto)
