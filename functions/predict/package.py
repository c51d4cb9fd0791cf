"""`sentiment package`: a fitted pipeline of scikit-learn becomes an artifact."""

import sys
from pathlib import Path

from predict.settings import Settings

_NEEDED = "`sentiment package` runs where models are trained: run `pip install 'tweet-sentiment[training]'`"


def run(
    pipeline: Path, name: str, texts: Path | None, positive: str | None, output: Path | None, pickle: bool
) -> None:
    """Package a pipeline, and print what was proved and how to serve it.

    Raises ValueError if it is refused, OSError if a file cannot be read or written.
    """
    try:
        from model.packaging.package import keep, package
        from model.packaging.proof import TOLERANCE
    except ImportError as exc:
        raise ValueError(_NEEDED) from exc

    folder = output or Path(name)
    if pickle:
        if texts:
            raise ValueError(
                "--texts compares an artifact with its original, which --pickle keeps: leave one out"
            )
        digest = keep(pipeline, name, folder, positive)
        print(f"{folder}: {name}, a pickle, which is code. Serve it where scikit-learn is installed:")
        print(f"MODEL={folder.absolute()} TRUST_PICKLE=yes PICKLE_SHA256={digest}")
        return
    own = _read_texts(texts) if texts else []
    packaged = package(pipeline, name, folder, own, positive)
    proof = packaged.manifest["proof"]
    compared = proof["texts"] + proof["own_texts"]
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e3
    print(f"{folder}: {packaged.name} {packaged.version}, {size:,.0f} kB")
    print(
        f"It gives the labels of {pipeline} for {compared:,} texts, and its probabilities to {TOLERANCE:g}."
    )
    print(f"Try it: MODEL={folder.absolute()} sentiment predict 'I love this'")


def _read_texts(path: Path) -> list[str]:
    """Return the texts of a file, which is read as `sentiment score` reads it."""
    from predict.files import local

    with local.open_rows(path, Settings()) as rows:
        batches = list(rows.batches())
    if left_out := sum(len(batch.bad) for batch in batches):
        print(f"sentiment: {path}: {left_out:,} rows have no usable text and are left out.", file=sys.stderr)
    if not (texts := [text for batch in batches for text in batch.texts]):
        raise ValueError(f"{path} has no texts: name another file, or leave out --texts")
    return texts
