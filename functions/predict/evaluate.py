"""`sentiment evaluate`: how good models are on a labelled file of one's own."""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import model
from predict import terminal
from predict.settings import Settings

if TYPE_CHECKING:
    from model import Classifier
    from predict.files.rows import Format

_NEEDED = "`sentiment evaluate` runs where models are trained: run `pip install 'tweet-sentiment[training]'`"
_LABELS = ("label", "target", "sentiment", "class", "category", "polarity", "airline_sentiment")


class Labelled(NamedTuple):
    """The rows of a file: `labels[i]` is that of `texts[i]`, as the file writes it."""

    texts: list[str]
    labels: list[str]
    sha256: str


class Asked(Protocol):
    """What the command line asks for."""

    file: Path
    model: list[str]
    label: str | None
    positive: str | None
    skip: list[str]
    json: bool
    plot: Path | None
    recalibrate: str | None


def run(asked: Asked, settings: Settings) -> None:
    """Print the figures. Raises ValueError for what the user can cure, and OSError."""
    try:
        from model.evaluation import figures, report
        from model.evaluation.labels import match
        from model.evaluation.recalibration import recalibrate
    except ImportError as exc:
        raise ValueError(_NEEDED) from exc
    rows = read(asked.file, asked.label, asked.skip, settings)
    names = asked.model or [settings.model]
    if asked.recalibrate and len(names) > 1:
        raise ValueError("--recalibrate takes one --model.")
    answers = {}
    for name in map(_locate, names):
        served = model.load(name)
        meant = match(rows.labels, served.labels, asked.positive)
        truth = [meant[label] for label in rows.labels]
        answers[_title(served)] = figures.answer(served, rows.texts, truth)
        if asked.recalibrate:
            folder = Path(asked.recalibrate)
            made, found = recalibrate(name, rows.texts, truth, folder.name, folder, rows.sha256)
            answers[_title(made)] = found
    measured = {title: figures.measure(found) for title, found in answers.items()}
    if asked.json:
        print(json.dumps(measured, indent=2))
    elif console := terminal.find(sys.stdout):
        head, *rest = report.list_rows(measured)
        terminal.show_table(console, head, rest)
    else:
        print(report.align(report.list_rows(measured)))
    if asked.plot:
        report.draw(answers, asked.plot)


def _title(served: "Classifier") -> str:
    return f"{served.name} {served.version}"


def read(file: Path, label: str | None, skip: Sequence[str], settings: Settings) -> Labelled:
    """Read a file as `sentiment score` does. Raises ValueError if a row has no text or no label."""
    from predict.files import local

    texts, labels = list[str](), list[str]()
    with local.open_rows(file, settings) as rows:
        for batch in rows.batches():
            if batch.bad:
                line, reason = batch.bad[0]
                raise ValueError(f"{file}: line {line:,} {reason}. Correct the row, or remove it.")
            texts += batch.texts
            labels += _find_labels(batch.rows, rows, label)
    kept = [pair for pair in zip(texts, labels, strict=True) if pair[1] not in skip]
    if not kept:
        raise ValueError(f"{file} has no labelled rows: is it the right file?")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Labelled([text for text, _ in kept], [found for _, found in kept], digest)


def _find_labels(batch: Sequence[Any], rows: "Format", wanted: str | None) -> Iterator[str]:
    """The label of each row of a batch, which is a list of cells or a line of JSON."""
    described = rows.describe()
    if described["format"] == "csv":
        head = io.StringIO(rows.header().decode("utf-8-sig"), newline="")
        columns = next(csv.reader(head, delimiter=described["delimiter"]), [])
        columns = columns[: -len(described["added"])]
        place = columns.index(_choose(columns, described["text_column"], wanted))
        return (row[place].strip() for row in batch)
    members = [json.loads(line) for line in batch]
    name = _choose(
        list(dict.fromkeys(key for row in members for key in row)), described["text_column"], wanted
    )
    return (str(row.get(name, "")).strip() for row in members)


def _choose(names: Sequence[str], text: str, wanted: str | None) -> str:
    """The column or member of the labels. Raises ValueError."""
    if wanted is not None:
        found = [name for name in names if name == wanted]
    else:
        found = [name for name in names if name != text and name.strip().casefold() in _LABELS]
    if len(found) == 1:
        return found[0]
    said = f"called {wanted!r}" if wanted is not None else "whose name says that it holds the labels"
    count = f"{len(found)} columns are" if found else "No column is"
    raise ValueError(f"{count} {said}: name one with --label. The columns are {', '.join(names)}.")


def _locate(name: str) -> str:
    """A model of ours by its name, or the folder of another."""
    return str(Path(name).absolute()) if Path(name).is_dir() else name
