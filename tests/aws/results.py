"""The results that a door has written."""

import json
from typing import Any

import obstore
from obstore.store import ObjectStore

from model import Classifier


def written(store: ObjectStore, prefix: str = "") -> dict[str, bytes]:
    """Every object below `prefix`, by its key."""
    found = obstore.list(store, prefix or None).collect()
    return {meta["path"]: obstore.get(store, meta["path"]).bytes().to_bytes() for meta in found}


def lines(content: bytes) -> list[Any]:
    """The values in JSON Lines."""
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]


def row(message_id: str, text: str, model: Classifier, id: str | int | None = None) -> dict[str, Any]:
    """The row that the queue, streams and notifications doors write for a tweet."""
    [prediction] = model.predict([text])
    return {
        "id": message_id if id is None else id,
        "label": prediction.label,
        "probability": prediction.probability,
        "warnings": list(prediction.warnings),
        "model_version": model.version,
        "message_id": message_id,
    }
