"""How all plots look: one colour for a model in all of them, a white ground, and a caption inside."""

from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with any colour vision can tell apart (https://jfly.uni-koeln.de/color/).
COLOURS = {
    "lexicon_ngrams": "#0072b2",
    "frequency": "#e69f00",
    "naive_bayes": "#009e73",
    "word2vec": "#cc79a7",
    "network": "#d55e00",
    "VADER": "#56b4e9",
    "TextBlob": "#999999",
    "notebook": "#000000",
    "obvious stack": "#8a5a2b",
    "TfidfVectorizer": "#8a5a2b",  # the model of that stack
}
OTHER = "#555555"
RED, BLUE = COLOURS["network"], COLOURS["lexicon_ngrams"]  # of the labels negative and positive

STYLE: Any = {
    "svg.hashsalt": "sentiment",  # equal figures give equal bytes
    "savefig.facecolor": "white",  # also on a dark page
    "font.size": 10,
    "axes.prop_cycle": f"cycler(color={list(dict.fromkeys(COLOURS.values()))})",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
}


def colour(name: str) -> str:
    """The colour of the model that a name contains."""
    return next((found for known, found in COLOURS.items() if known in name), OTHER)


def make(width: float, height: float, caption: str) -> tuple[Figure, Axes]:
    """A figure of a size in inches, with a caption of any number of lines below its axes."""
    figure = Figure(figsize=(width, height), layout="constrained")
    explain(figure, caption)
    return figure, figure.subplots()


def explain(figure: Figure, caption: str) -> None:
    """Write a caption below what is drawn."""
    figure.supxlabel(caption, x=0.01, ha="left", fontsize="small", color="#444444")


def save(figure: Figure, path: Path) -> None:
    """Write a figure, with equal bytes for equal figures."""
    with rc_context(STYLE):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
