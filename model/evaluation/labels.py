"""Which label of a model each label of a file means."""

from collections import Counter
from collections.abc import Mapping, Sequence

from model.training.sides import NEGATIVE, POSITIVE

_MAX_SHOWN = 8


class UnknownLabelError(ValueError):
    """Raised if a label of a file means none of the model. The message names the cure."""


def match(found: Sequence[str], labels: Sequence[str], positive: str | None = None) -> dict[str, str]:
    """Return the label of the model for each label that is `found` in a file.

    `labels` are the model's; of two, the last is the positive one. They match by name, whatever the case, or
    because both are usual names of the same side, as 4 and positive are. `positive` is the name of the
    positive one in the file; then all others mean the negative one. Raises UnknownLabelError.
    """
    counts = Counter(found)
    if positive is not None:
        return _match_positive(counts, labels, positive)
    names = {label.casefold(): label for label in labels}
    matched = {label: names.get(label.strip().casefold()) or _find_side(label, labels) for label in counts}
    known = {label: meant for label, meant in matched.items() if meant}
    if unknown := [label for label in counts if label not in known]:
        raise UnknownLabelError(
            f"The model knows {' and '.join(labels)}, and the file has others: {_show(unknown, counts)}. "
            "Leave such rows out with --skip LABEL, or name the positive label with --positive."
        )
    return known


def _match_positive(counts: Mapping[str, int], labels: Sequence[str], positive: str) -> dict[str, str]:
    if len(labels) > 2:
        raise UnknownLabelError(f"The model has {len(labels)} labels: leave out --positive.")
    if positive not in counts:
        raise UnknownLabelError(
            f"No row has the label {positive!r}, as --positive says: {_show(list(counts), counts)}."
        )
    return {label: labels[label == positive] for label in counts}


def _find_side(label: str, labels: Sequence[str]) -> str | None:
    """The label of the model on the same side, if the names of both sides are usual."""
    small = label.strip().casefold().removesuffix(".0")
    for names, side in ((NEGATIVE, 0), (POSITIVE, -1)):
        if small in names and len(labels) == 2 and labels[side].casefold() in names:
            return labels[side]
    return None


def _show(labels: Sequence[str], counts: Mapping[str, int]) -> str:
    shown = [f"{label!r} ({counts[label]:,} rows)" for label in labels[:_MAX_SHOWN]]
    more = [f"{len(labels) - _MAX_SHOWN} more"] if len(labels) > _MAX_SHOWN else []
    return ", ".join([*shown, *more])
