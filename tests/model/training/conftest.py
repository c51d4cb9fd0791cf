"""Every model, trained at most once."""

from collections.abc import Callable
from functools import cache

import pytest

from model.training.calibration import Calibrated
from model.training.corpus import Corpus
from model.training.models import MODELS
from model.training.train import fit


@pytest.fixture(scope="session")
def fitted(tweets: Corpus) -> Callable[[str], Calibrated]:
    """The model of that name, fitted on the reference training rows."""
    rows, _ = tweets.split()
    return cache(lambda name: fit(name, rows, progress=False))


@pytest.fixture(params=MODELS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)
