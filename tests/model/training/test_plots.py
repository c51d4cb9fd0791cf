"""All plots can be read: nothing overlaps, a model has one colour, and the ground is white."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.text import Text

from bench import report
from bench.figures import Figure
from model.training import plots, style
from model.training.models import MODELS
from model.training.row import Row

NAMES = (
    "VADER (untrained)",
    "TextBlob (untrained)",
    "notebook (of the post)",
    *(f"{name} 1" for name in MODELS),
)
ACCURACIES = (0.66, 0.61, 0.65, 0.73, 0.734, 0.735, 0.742, 0.785)  # as close as they are


def rows(random: np.random.Generator, truth: list[int]) -> list[Row]:
    return [
        Row(
            name,
            {"accuracy": accuracy, "auc": accuracy + 0.07, "ece": 0.03},
            {"accuracy": (accuracy - 0.02, accuracy + 0.02)},
            None if place < 3 else 68.0,
            speed,
            np.clip(np.array(truth) * 0.4 + random.random(len(truth)) * 0.6, 0, 1),
        )
        for place, (name, accuracy, speed) in enumerate(
            zip(NAMES, ACCURACIES, (12_585, 4_499, 164, 45_056, 17_124, 115_328, 95_786, 37_919), strict=True)
        )
    ]


def evaluation() -> dict[str, Drawing]:
    truth = [0, 1] * 500
    table = rows(np.random.default_rng(0), truth)
    accuracies = [(0.70, 0.74), (0.73, 0.76), (0.75, 0.77), (0.77, 0.78), (0.78, 0.79)]
    return {name: plots.make(name, truth, table, accuracies) for name in plots.PLOTS}


def performance() -> dict[str, Drawing]:
    """The plots of the figures in docs/."""
    sections = json.loads((report.FOLDER / "figures.json").read_text(encoding="utf-8"))["sections"]
    return {
        name: report.draw(
            name,
            [
                Figure(found["name"], found["unit"], found["rounds"], curve=found.get("curve", ()))
                for found in sections[name]
            ],
        )
        for name in report.PLOTS
        if name in sections
    }


DRAWN = {**evaluation(), **performance()}


def texts(drawing: Drawing) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """The visible texts of a plot, and where they are, in pixels: left, bottom, right, top."""
    canvas = FigureCanvasAgg(drawing)
    canvas.draw()  # type: ignore[no-untyped-call]
    beyond = [  # ticks that exist, but are not drawn
        tick.label1
        for axes in drawing.axes
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim()))
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        if not min(limits) <= tick.get_loc() <= max(limits)
    ]
    for text in drawing.findobj(Text):
        if isinstance(text, Text) and text not in beyond and text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            yield text.get_text(), (box.x0, box.y0, box.x1, box.y1)


@pytest.mark.parametrize("name", DRAWN)
def test_no_text_overlaps_another_or_leaves_the_plot(name: str) -> None:
    drawing = DRAWN[name]
    width, height = drawing.canvas.get_width_height()
    found = [*texts(drawing)]
    overlapping = [
        (one, other)
        for (one, a), (other, b) in combinations(found, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]
    assert overlapping == []
    assert [
        text for text, box in found if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height
    ] == []


@pytest.mark.parametrize("name", DRAWN)
def test_no_bar_is_on_a_logarithmic_axis(name: str) -> None:
    for axes in DRAWN[name].axes:
        if "log" in (axes.get_xscale(), axes.get_yscale()):
            assert not [drawn for drawn in axes.containers if isinstance(drawn, BarContainer)]


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_on_a_logarithmic_axis_says_so_and_all_have_a_caption(name: str) -> None:
    caption = DRAWN[name].get_supxlabel()
    assert caption
    scales = {scale for axes in DRAWN[name].axes for scale in (axes.get_xscale(), axes.get_yscale())}
    assert ("logarithmic" in caption) == ("log" in scales)


@pytest.mark.parametrize("name", ["roc", "calibration", "speed"])
def test_a_model_has_its_colour_in_every_plot(name: str) -> None:
    [axes] = DRAWN[name].axes
    shades = {label.split()[0]: shade for label, shade in labelled(axes)}
    assert {*MODELS} <= shades.keys()
    assert shades == {model: style.COLOURS[model] for model in shades}


def labelled(axes: Axes) -> Iterator[tuple[str, str]]:
    """What the legend names, and its colour."""
    handles, labels = axes.get_legend_handles_labels()
    for handle, label in zip(handles, labels, strict=True):
        line = handle[0] if isinstance(handle, tuple) else handle
        assert isinstance(line, Line2D)
        yield label, to_hex(str(line.get_color()))


def test_the_rates_of_a_model_have_its_colour_too() -> None:
    rates = [Figure(f"{name}, words read before", "tweets/s", [1.0, 2.0]) for name in style.COLOURS]
    [axes] = report.draw("throughput", rates).axes
    names = [label.get_text().split(",")[0] for label in axes.get_yticklabels()]
    dots = [to_hex(str(line.get_color())) for line in axes.lines if line.get_marker() == "o"]
    assert dots == [style.COLOURS[name] for name in names]


def test_every_model_has_a_colour_of_its_own() -> None:
    shades = [style.COLOURS[name] for name in (*MODELS, "VADER", "TextBlob", "notebook", "obvious stack")]
    assert len(set(shades)) == len(shades)


@pytest.mark.parametrize("path", sorted((report.FOLDER.parent).glob("*/*.svg")), ids=lambda path: path.name)
def test_a_plot_of_the_docs_has_a_white_ground_for_dark_pages(path: Path) -> None:
    ground = path.read_text(encoding="utf-8").partition('<g id="patch_1">')[2].partition("</g>")[0]
    assert "fill: #ffffff" in ground
