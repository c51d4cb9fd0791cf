"""What a door has written."""

import json
from typing import Any

import obstore
from obstore.store import ObjectStore


def written(store: ObjectStore, prefix: str = "") -> dict[str, bytes]:
    """Every object below `prefix`, by its key."""
    found = obstore.list(store, prefix or None).collect()
    return {meta["path"]: obstore.get(store, meta["path"]).bytes().to_bytes() for meta in found}


def lines(content: bytes) -> list[Any]:
    """What JSON Lines hold."""
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]
