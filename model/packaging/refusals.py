"""What is not packaged, and the words that say why and what helps."""

from typing import Any

SINGLE = (
    "its numbers are not doubles, so its own answers are exact to 1e-7 at best: fit it with dtype=float64"
)
OR_PICKLE = ", or keep the file as it is with --pickle"
_OWN = (
    "fit",
    "fit_transform",
    "get_feature_names_out",
)  # a class may do these in its own way: we never call them


class NotPackagedError(ValueError):
    """Raised if an artifact cannot give the answers of an estimator. The message says what to do."""


def find_kinds(thing: Any) -> set[str]:
    """Return the names of the classes of scikit-learn that `thing` is of.

    Raises NotPackagedError if its own class replaces what one of those does.
    """
    kinds: set[str] = set()
    replaced: set[str] = set()
    for kind in reversed(type(thing).__mro__):
        if kind.__module__.startswith("sklearn."):
            kinds.add(kind.__name__)
            known = set(dir(kind))
        elif kinds:
            replaced |= {name for name in vars(kind) if name in known and not name.startswith("_")}
    if found := sorted(replaced.difference(_OWN)):
        raise NotPackagedError(
            f"{name_of(thing)} is a class of yours whose {found[0]} is code, which an artifact cannot hold: "
            f"fit the class of scikit-learn itself{OR_PICKLE}"
        )
    return kinds


def name_of(thing: Any) -> str:
    """Return the name of a function or of a class, or of the class of anything else."""
    return getattr(thing, "__name__", None) or type(thing).__name__
