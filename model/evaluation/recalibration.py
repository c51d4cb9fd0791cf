"""Fits a model's probabilities and threshold to a labelled file, without another change to the model."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

import model
from model import Classifier, artifact
from model.classifier import MAX_CHARACTERS_READ
from model.evaluation.figures import Answers, answer, find_threshold, measure
from model.pipeline import DESCRIPTION
from model.training import golden

MIN_ROWS = 50  # a line through fewer logits says little


class NotRecalibratedError(ValueError):
    """Raised if a model cannot be recalibrated. The message says why."""


def recalibrate(
    name: str, texts: Sequence[str], truth: Sequence[str], new_name: str, folder: Path, sha256: str
) -> tuple[Classifier, Answers]:
    """Write an artifact with a new line through the logits of `name` and a new threshold to `folder`.

    The line is that of Platt 1999, "Probabilistic Outputs for Support Vector Machines". Returns the model as
    it will be served, and its answers. Raises NotRecalibratedError.
    """
    old = model.load(name)
    if folder.exists():
        raise NotRecalibratedError(f"{folder} is there already: remove it, or choose another name")
    if len(old.labels) != 2:
        raise NotRecalibratedError(f"{old.name} has {len(old.labels)} labels: a line is for two")
    positive = np.array([label == old.labels[1] for label in truth])
    if len(texts) < MIN_ROWS or positive.all() or not positive.any():
        raise NotRecalibratedError(
            f"The file has {len(texts):,} rows, {positive.sum():,} of them {old.labels[1]}: at least "
            f"{MIN_ROWS} rows of both labels are needed"
        )
    logits = np.array([old.logit(text[:MAX_CHARACTERS_READ])[0] for text in texts]).reshape(-1, 1)
    line = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(logits, positive)
    scale, offset = round(line.coef_[0, 0].item(), 6), round(line.intercept_[0].item(), 6)
    if scale <= 0:
        raise NotRecalibratedError(f"{old.name} ranks these rows the wrong way round: check their labels")
    manifest, files = artifact.read(str(Path(model.ARTIFACTS, name)))
    manifest, files = _draw_line(manifest, files, scale, offset, old.labels)
    manifest["name"] = new_name
    unsealed = model.build({**manifest, "version": ""}, files)
    answers = answer(unsealed, texts, truth)
    threshold = round(find_threshold(answers.truth, answers.probabilities[:, 1]), 6)
    called = (answers.probabilities[:, 1] >= threshold).astype(int)
    answers = answers._replace(threshold=threshold, called=called)
    manifest["threshold"] = threshold
    manifest["golden"] = golden.record(unsealed, [text for text, _ in manifest["golden"]])
    manifest["recalibrated"] = {
        "from": old.identity,
        "rows": len(texts),
        "sha256": sha256,
        "scale": scale,
        "offset": offset,
    }
    card = files[artifact.CARD].decode()
    files[artifact.CARD] = _write_card(artifact.seal(manifest, files), measure(answers), card).encode()
    artifact.write(str(folder), manifest, files)
    return model.load(str(folder.absolute())), answers


def _draw_line(
    manifest: Mapping[str, Any],
    files: Mapping[str, bytes],
    scale: float,
    offset: float,
    labels: tuple[str, ...],
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return manifest and files of a model whose logit is `scale` · logit + `offset`."""
    changed = dict(manifest)
    if manifest["kind"] != "pipeline":
        changed["bias"] = scale * manifest["bias"] + offset
        changed["scale"] = scale * manifest["scale"]
        return changed, dict(files)
    described = json.loads(files[DESCRIPTION])
    link, *inner = described["answer"]
    if link != "sigmoid":
        raise NotRecalibratedError(
            f"{manifest['name']} has no single logit: fit CalibratedClassifierCV around it, and package again"
        )
    # the tree has the log-odds of the second class, which need not be the positive one
    side = 1 if manifest["classes"][1] == labels[1] else -1
    described["answer"] = ["sigmoid", ["lines", *inner, [scale], [side * offset]]]
    return changed, {**files, DESCRIPTION: json.dumps(described, separators=(",", ":")).encode()}


def _write_card(manifest: Mapping[str, Any], figures: Mapping[str, Any], old_card: str) -> str:
    made = manifest["recalibrated"]
    origin = f"{made['from']['name']} {made['from']['version']}"
    accuracy, error = figures["accuracy"]["value"], figures["calibration_error"]["value"]
    return "\n".join(
        [
            f"# {manifest['name']} {manifest['version']}",
            "",
            (
                f"{origin}, recalibrated on {made['rows']:,} rows (SHA-256 `{made['sha256'][:12]}…`): its "
                f"logit times {made['scale']:g}, plus {made['offset']:g}. The words and their weights are "
                f"the same. A text is {figures['labels'][1]} from a probability of "
                f"{manifest['threshold']:g} on."
            ),
            "",
            (
                f"On these rows, accuracy is {accuracy:.3f} and the calibration error {error:.3f}. They "
                "chose the line and the threshold: other rows of the same kind give slightly worse figures."
            ),
            "",
            f"The card of {origin} follows. Its figures and golden predictions are of that model.",
            "",
            "---",
            "",
            old_card,
        ]
    )
