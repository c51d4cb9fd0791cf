"""What a door works with, made once in a process from the environment."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import model
from model import Classifier
from predict import settings
from predict.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore.store import ObjectStore


PATIENCE = 300  # seconds


class Tools(NamedTuple):
    """Of a door that answers an event: `results` is the store under RESULTS_URL."""

    model: Classifier
    settings: Settings
    results: "ObjectStore"


@cache
def served() -> tuple[Classifier, Settings]:
    """Raises ArtifactError or SettingsError."""
    environment = settings.read()
    return model.load(environment.model), environment


@cache
def fetch(patient: bool = False) -> Tools:
    """A patient store may take minutes, as S3 may to put a large object together. Raises as `served` does."""
    from predict import store  # doors that answer their caller write nothing

    served_model, environment = served()
    if not environment.results_url:
        raise SettingsError("RESULTS_URL must say where results go, as s3://bucket/folder")
    url = environment.results_url
    return Tools(served_model, environment, store.opened(url, PATIENCE) if patient else store.opened(url))
