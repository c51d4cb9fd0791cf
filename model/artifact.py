"""An artifact is a folder with a trained model. Its `manifest.json` has the SHA-256 of every other file.

The manifest also has a version: the digest of the manifest itself, without the version, the entry of the
model card, and the histograms. The card shows the version, so the version cannot depend on the card. The
histograms say what drift is measured from, and change no answer. Equal versions therefore mean equal models,
and no file can change without notice.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

FORMAT = 3
_CURE = "restore the folder, or train again"
MANIFEST, CARD = "manifest.json", "card.md"
HISTOGRAMS = "histograms"  # an entry of the manifest


class ArtifactError(Exception):
    """Raised if an artifact cannot be served. The message says what to do."""


def seal(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the manifest with its format, the digests of `files`, and the version."""
    return _with_version({**manifest, "format": FORMAT, "files": {n: _digest(c) for n, c in files.items()}})


def write(folder: str, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Write `files` and the sealed manifest into `folder`. Equal arguments give equal bytes."""
    contents = {**files, MANIFEST: _encode(seal(manifest, files))}
    os.makedirs(folder, exist_ok=True)
    for name, content in contents.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


def read(folder: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest and the other files of `folder`. Raises ArtifactError if a byte was changed."""
    content = _read_file(folder, MANIFEST)
    try:
        manifest = json.loads(content)
        if _encode(_with_version(manifest)) != content:
            raise ValueError
        file_format, digests = manifest["format"], manifest["files"]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as exc:
        raise ArtifactError(f"{folder}/{MANIFEST} was changed after training: {_CURE}") from exc
    if file_format != FORMAT:
        raise ArtifactError(f"{folder} has format {file_format}, this release reads {FORMAT}: train again")
    if unnamed := sorted(set(os.listdir(folder)) - {MANIFEST, *digests}):
        raise ArtifactError(f"{folder} has files that {MANIFEST} does not name: remove {', '.join(unnamed)}")
    files = {name: _read_file(folder, name) for name in digests}
    for name, content in files.items():
        if _digest(content) != digests[name]:
            raise ArtifactError(f"{folder}/{name} or its digest in {MANIFEST} was changed: {_CURE}")
    return manifest, files


def _with_version(manifest: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: digest for name, digest in manifest["files"].items() if name != CARD}
    versioned = {**manifest, "files": files}
    for key in ("version", HISTOGRAMS):
        versioned.pop(key, None)
    return {**manifest, "version": _digest(_encode(versioned))[:12]}


def _encode(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_file(folder: str, name: str) -> bytes:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError as exc:
        raise ArtifactError(f"{folder} has no readable {name}: train the model, or correct MODEL") from exc
