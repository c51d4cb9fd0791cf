"""An artifact: a folder with a `manifest.json` that vouches for every byte in it.

The manifest carries the SHA-256 of each other file, and its own `version` is the digest of the rest of the
manifest in one canonical form. So equal versions mean equal models, and one changed byte is noticed.
"""

import hashlib
import json
import os
from typing import Any

FORMAT = 2


class ArtifactError(Exception):
    """Raise when an artifact cannot be served; the message says what to do."""


def write(folder: str, manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    """Write `files` and a sealed manifest into `folder`: the same arguments, the same bytes."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    sealed = _sealed({**manifest, "format": FORMAT, "files": digests})
    os.makedirs(folder, exist_ok=True)
    for name, content in {**files, "manifest.json": sealed}.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


def read(folder: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the files of `folder`, every byte checked. Raises ArtifactError."""
    sealed = _content(folder, "manifest.json")
    try:
        manifest = json.loads(sealed)
        if _sealed(manifest) != sealed:
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise _changed(folder, "manifest.json") from exc
    if manifest["format"] != FORMAT:
        raise ArtifactError(
            f"{folder} has format {manifest['format']}, this release reads {FORMAT}: train again"
        )
    files = {name: _content(folder, name) for name in manifest["files"]}
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != manifest["files"][name]:
            raise _changed(folder, name)
    return manifest, files


def _sealed(manifest: dict[str, Any]) -> bytes:
    unsealed = {key: value for key, value in manifest.items() if key != "version"}
    version = hashlib.sha256(_canonical(unsealed)).hexdigest()[:12]
    return _canonical({**unsealed, "version": version})


def _canonical(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"


def _content(folder: str, name: str) -> bytes:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError as exc:
        raise ArtifactError(f"{folder} has no readable {name}: train the model, or correct MODEL") from exc


def _changed(folder: str, name: str) -> ArtifactError:
    return ArtifactError(f"{folder}/{name} was changed after training: restore it, or train again")
