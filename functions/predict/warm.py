"""What a warm process keeps: the model, the settings and the store for results, each made once."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import model
from model import Classifier
from predict import settings
from predict.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class Tools(NamedTuple):
    """What a door needs to answer an event; `results` is the store at RESULTS_URL."""

    model: Classifier
    settings: Settings
    results: "ObjectStore"


@cache
def load_model() -> tuple[Classifier, Settings]:
    """The model that the environment names, and the settings. Raises ArtifactError or SettingsError."""
    environment = settings.read()
    return model.load(environment.model), environment


@cache
def open_tools(large_results: bool = False) -> Tools:
    """The model, the settings, and a store, which waits longer where results may be large.

    Raises ArtifactError or SettingsError.
    """
    from predict import store  # HTTP and direct calls write no results: they never import obstore

    loaded, environment = load_model()
    if not environment.results_url:
        raise SettingsError("RESULTS_URL must say where results go, as s3://bucket/folder")
    url = environment.results_url
    store.make_folder(url)
    results = store.open_store(url, store.UPLOAD_TIMEOUT) if large_results else store.open_store(url)
    return Tools(loaded, environment, results)
