"""Write the figures of all measurements: tables, JSON, plots, and the file for `sentiment cost`."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import LogLocator

from bench import alternatives
from bench.cold_start import CONSTANT, FIRST, HTTP
from bench.figures import Figure, format_table
from bench.invocations import INVOCATION, PEAK, TWEETS
from model.training import style
from model.training.style import STYLE, colour
from predict.cost import measured

FOLDER = Path(__file__).parents[1] / "docs" / "performance"
PROMISED = ("cold_start", "latency", "throughput", "object_door")  # performance.md shows these goals
Sections = Mapping[str, Sequence[Figure]]
Draw = Callable[[Axes, Sequence[Figure]], None]


def describe_machine(kind_of_tweets: str) -> dict[str, str]:
    """Return the date in UTC, the processor, the Python and the tweets of this run."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{os.cpu_count()} × {_read_processor()}",
        "python": platform.python_version(),
        "tweets": kind_of_tweets,
    }


def write(
    found: Sections,
    left_out: Mapping[str, str],
    machine: Mapping[str, str],
    folder: Path = FOLDER,
    measured_file: Path = measured.FILE,
) -> None:
    """Write the figures, the tables and the plots into `folder`.

    `found` has the figures of each section, `left_out` the reason for each section without figures.
    `measured_file` stays as it is unless the sections that ran in containers have figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_text(_format_json(found, left_out, machine))
    (folder / "table.md").write_text(_format_tables(found, left_out, machine))
    promised = [figure for name in PROMISED for figure in found.get(name, ()) if figure.goal]
    (folder / "promised.md").write_text(format_table(promised) + "\n")
    if "alternatives" in found:
        (folder / "alternatives.md").write_text(alternatives.tabulate(found["alternatives"]))
    for name in PLOTS:
        plot = folder / f"{name}.svg"
        plot.unlink(missing_ok=True)
        if name in found:
            style.save(draw(name, found[name]), plot)
    if "cold_start" in found and "invocations" in found:
        doors = _summarize_doors([*found["cold_start"], *found["invocations"]])
        measurement = {"date": machine["date"], "processor": machine["processor"], "doors": doors}
        measured_file.write_text(json.dumps(measurement, indent=2) + "\n")


def _format_json(found: Sections, left_out: Mapping[str, str], machine: Mapping[str, str]) -> str:
    """Return JSON with a line for each figure."""
    sections = {name: [figure.as_json() for figure in figures] for name, figures in found.items()}
    content = json.dumps({"machine": machine, "left out": left_out, "sections": sections})
    return content.replace('{"name"', '\n{"name"') + "\n"


def _format_tables(found: Sections, left_out: Mapping[str, str], machine: Mapping[str, str]) -> str:
    parts = ["Measured with " + ", ".join(f"{name}: {value}" for name, value in machine.items()) + "."]
    parts += [f"Left out: {name}, because {why}." for name, why in left_out.items()]
    parts += [f"## {name}\n\n{format_table(figures)}" for name, figures in found.items()]
    return "\n\n".join(parts) + "\n"


def _summarize_doors(figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    value = {figure.name: round(figure.value, 2) for figure in figures}
    names = {"http": HTTP, "queue": "queue", "objects": "objects"}
    return {
        door: {
            "tweets": TWEETS[name],
            "milliseconds": round(value[f"{INVOCATION}: {name}"] - value[f"{INVOCATION}: {CONSTANT}"], 2),
            "first_milliseconds": value[f"{FIRST}: {name}"],
            "megabytes": value[f"{PEAK}: {name}"],
        }
        for door, name in names.items()
    }


def draw(name: str, figures: Sequence[Figure]) -> Drawing:
    """The plot of a section."""
    with rc_context(STYLE):
        drawing, axes = style.make(7, 4.2, CAPTIONS[name])
        PLOTS[name](axes, figures)
    return drawing


def _draw_first_answers(axes: Axes, figures: Sequence[Figure]) -> None:
    _draw_ranges(axes, [figure for figure in figures if figure.name.startswith(FIRST)])
    axes.set_xlabel("first answer of a fresh container, milliseconds")


def _draw_rates(axes: Axes, figures: Sequence[Figure]) -> None:
    _draw_ranges(axes, figures)
    axes.set_xlabel("tweets a second, one core")


def _draw_ranges(axes: Axes, figures: Sequence[Figure]) -> None:
    """A line for each figure, from its lowest to its highest round, with a dot at the median."""
    ordered = sorted(figures, key=lambda figure: figure.value)
    for place, figure in enumerate(ordered):
        low, high = min(figure.rounds), max(figure.rounds)
        shade = colour(figure.name)
        axes.plot([low, high], [place, place], color=shade, linewidth=2, solid_capstyle="butt")
        axes.plot(figure.value, place, "o", color=shade)
        at_end: Any = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(f"{figure.value:,.0f}", (high, place), **at_end)
    axes.set_yticks(range(len(ordered)), [figure.name.removeprefix(f"{FIRST}: ") for figure in ordered])
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1,)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.minorticks_off()
    axes.margins(x=0.2)


def _draw_curves(axes: Axes, figures: Sequence[Figure]) -> None:
    shades = [*dict.fromkeys(style.COLOURS.values())]
    for figure, shade in zip(figures, cycle(shades), strict=False):
        sizes, values = zip(*figure.curve, strict=True)
        name = f"{figure.name.removeprefix('growth of ')} ({figure.value:.2f})"
        line = "o--" if "memory" in name else "o-"
        axes.plot(
            sizes, [value / values[-1] for value in values], line, color=shade, markersize=3, label=name
        )
    axes.set(xscale="log", yscale="log", xlabel="size", ylabel="share of that of the largest")
    axes.figure.legend(loc="outside right upper", fontsize="small")


PLOTS: dict[str, Draw] = {
    "cold_start": _draw_first_answers,
    "throughput": _draw_rates,
    "growth": _draw_curves,
}
_RANGES = (
    "The dot is the median of the rounds, and the line goes from the lowest to the highest.\n"
    "The axis is logarithmic."
)
CAPTIONS = {
    "cold_start": _RANGES,
    "throughput": _RANGES,
    "growth": "Size is the number of what the legend names: tweets, characters or features.\n"
    "Both axes are logarithmic. The number is the exponent: 1 is linear growth, 0 none.",
}


def _read_processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
