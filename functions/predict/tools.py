"""What a door works with, made once in a process from the environment."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import model
from model import Classifier
from predict import settings
from predict.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore.store import ObjectStore


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
def fetch() -> Tools:
    """Raises ArtifactError or SettingsError."""
    from predict import store  # doors that answer their caller write nothing

    served_model, environment = served()
    if not environment.results_url:
        raise SettingsError("RESULTS_URL must say where results go, as s3://bucket/folder")
    return Tools(served_model, environment, store.opened(environment.results_url))
