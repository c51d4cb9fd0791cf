"""What a warm process keeps: the model, the settings and the store for results, each made once.

And the events that only keep a process warm.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import model
from model import Classifier
from predict import settings
from predict.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore.store import ObjectStore


# As plugins and schedules name a warm-up, in small letters and without the signs between words.
_WARM_UPS = {
    "keepwarm",
    "ping",
    "serverlesspluginlambdawarmup",
    "serverlesspluginwarmup",
    "warmer",
    "warmup",
}
_WORK = {"bucket", "key", "s3uri", "text", "uri"}  # who names one of them asks for more
_SIGNS = str.maketrans("", "", " -_")


class Tools(NamedTuple):
    """What a door needs to answer an event; `results` is the store at RESULTS_URL."""

    model: Classifier
    settings: Settings
    results: "ObjectStore"


@cache
def load_model() -> tuple[Classifier, Settings]:
    """The model that the environment names, and the settings. Raises ArtifactError or SettingsError."""
    environment = settings.read()
    trusted = environment.pickle_sha256 if environment.trust_pickle else ""
    loaded = model.load(environment.model, trusted)
    if len(loaded.labels) > 2 and (environment.threshold is not None or environment.uncertain):
        raise SettingsError(
            f"THRESHOLD and UNCERTAIN are for two labels, and {loaded.name} has more: unset them"
        )
    return loaded, environment


def is_loaded() -> bool:
    """Whether this process has its model: an invocation that finds none is a cold start."""
    return load_model.cache_info().currsize > 0


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


def is_warm_up(event: Any) -> bool:
    """Whether a plugin, a schedule of EventBridge or a person sent the event to keep the function warm.

    Such an event has a flag (`{"warmer": true}`), or its source, type or action says so.
    """
    if not isinstance(event, dict):
        return False
    if event.get("detail-type") == "Scheduled Event":
        return event.get("source") in ("aws.events", "aws.scheduler")
    for value in event.values():
        if isinstance(value, (dict, list)):  # most events leave here, so no generator is made for them
            return False
    if not _WORK.isdisjoint(map(_plain, event)):
        return False
    said = {_plain(event.get(name)) for name in ("action", "source", "type")}
    flags = {_plain(name) for name, value in event.items() if value and _plain(value) != "false"}
    return not _WARM_UPS.isdisjoint(said | flags)


def up(event: object) -> dict[str, Any]:
    """The answer to an event that only keeps the function warm, after the model is loaded; {} to others.

    Raises ArtifactError or SettingsError.
    """
    if not is_warm_up(event):
        return {}
    load_model()
    return {"status": "warm"}


def _plain(name: object) -> str:
    return name.translate(_SIGNS).lower() if isinstance(name, str) else ""
