"""Packages a pipeline: opens it, proves that an artifact gives its answers, and only then writes one."""

import hashlib
import json
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import Classifier, artifact
from model.packaging.card import write_card
from model.packaging.classes import find_positive, name_classes, orient
from model.packaging.export import export
from model.packaging.patterns import refuse_slow
from model.packaging.pickles import open_pickle
from model.packaging.proof import prove
from model.packaging.refusals import NotPackagedError, name_of
from model.packaging.scores import find_threshold
from model.packaging.texts import COUNT, make_texts
from model.pickled import FILE, Pickled
from model.pipeline import DESCRIPTION
from model.training import golden

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LIBRARIES = ("joblib", "numpy", "scikit-learn", "scipy")
_ESTIMATOR_CHARACTERS = 2_000


def package(
    path: Path, name: str, folder: Path, texts: Sequence[str] = (), positive: str | None = None
) -> Classifier:
    """Write the artifact of the pipeline in the file `path` to `folder`, and return the model that is served.

    Raises NotPackagedError, and writes nothing, if it would not give the answers of the pipeline. Raises
    OSError if the file cannot be read or the folder cannot be written.
    """
    original = _open(path, name, folder)
    manifest, files = convert(original, name, positive)
    packaged = model.build({**manifest, "version": ""}, files)
    proof = prove(original, packaged, [*make_own_texts(files), *texts])
    manifest |= {
        **_describe_origin(path, original),
        "proof": {**proof._asdict(), "texts": proof.texts - len(texts), "own_texts": len(texts)},
        "golden": golden.record(packaged),
    }
    files[artifact.CARD] = write_card(artifact.seal(manifest, files)).encode()
    artifact.write(str(folder), manifest, files)
    return model.load(str(folder.absolute()))


def keep(path: Path, name: str, folder: Path, positive: str | None = None) -> str:
    """Write an artifact that has the file `path` itself, and return the SHA-256 of the file.

    Raises NotPackagedError if it holds no classifier of texts with probabilities.
    """
    original = _open(path, name, folder)
    classes = name_classes(getattr(original, "classes_", np.zeros(0)).tolist())
    if len(classes) < 2 or not hasattr(original, "predict_proba"):
        raise NotPackagedError(
            f"{name_of(original)} has no probabilities of two or more classes: fit one that has"
        )
    manifest = {"kind": "pickle", "name": name, "classes": classes, **_describe_origin(path, original)}
    if chosen := find_positive(classes, positive):
        manifest["positive"] = chosen
    packaged = Pickled({**manifest, "version": ""}, original)
    try:
        manifest["golden"] = golden.record(packaged)
    except Exception as exc:  # whatever it reads, it is not texts
        raise NotPackagedError(
            f"{name_of(original)} does not answer texts ({type(exc).__name__}): fit it on texts"
        ) from exc
    artifact.write(str(folder), manifest, {FILE: path.read_bytes()})
    return str(manifest["packaged"]["sha256"])


def _open(path: Path, name: str, folder: Path) -> Any:
    if not _NAME.fullmatch(name):
        raise NotPackagedError(f"--name {name!r} is no name: use letters, digits, -, _ and .")
    if folder.exists():
        raise NotPackagedError(f"{folder} is there already: remove it, or choose another folder with -o")
    return open_pickle(path)


def _describe_origin(path: Path, original: Any) -> dict[str, Any]:
    libraries = {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    estimator = repr(original)[:_ESTIMATOR_CHARACTERS]
    return {"libraries": libraries, "packaged": {"file": path.name, "sha256": digest, "estimator": estimator}}


def convert(original: Any, name: str, positive: str | None = None) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what `model.build` needs to give the answers of a fitted classifier.

    Raises NotPackagedError if that is not possible.
    """
    files = export(original)
    described = json.loads(files[DESCRIPTION])
    for spec in described["tables"]:
        refuse_slow(spec)
    classes = name_classes(original.classes_.tolist())
    manifest: dict[str, Any] = {"kind": "pipeline", "name": name, "classes": classes}
    if chosen := find_positive(classes, positive):
        threshold = orient(*find_threshold(original, described["answer"]), classes.index(chosen))
        manifest |= {"positive": chosen, "threshold": threshold}
    return manifest, files


def make_own_texts(files: dict[str, bytes], count: int = COUNT) -> list[str]:
    """Return `count` texts, or a few less, made from the forms of all tables."""
    tables = json.loads(files[DESCRIPTION])["tables"]
    words = [
        form
        for i, spec in enumerate(tables)
        if not spec["slots"]
        for form in files[f"forms.{i}"].decode("utf-8", "surrogatepass").split(spec["separator"])
    ]
    texts = make_texts(words, count)
    if any(spec["slots"] for spec in tables):  # scikit-learn cannot hash half a surrogate pair
        return [text for text in texts if text == text.encode(errors="ignore").decode()]
    return texts
