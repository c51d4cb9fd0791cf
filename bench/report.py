"""Write the figures of all measurements: tables, JSON, plots, and the file for `sentiment cost`."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from bench import alternatives
from bench.cold_start import CONSTANT, FIRST, HTTP
from bench.figures import Figure, format_table
from bench.invocations import INVOCATION, PEAK, TWEETS
from model.training.plots import STYLE
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
    for name, draw in PLOTS.items():
        plot = folder / f"{name}.svg"
        plot.unlink(missing_ok=True)
        if name in found:
            _save_plot(plot, draw, found[name])
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


def _save_plot(path: Path, draw: Draw, figures: Sequence[Figure]) -> None:
    with rc_context(STYLE):
        drawing = Drawing(figsize=(7, 3.6), layout="constrained")
        draw(drawing.subplots(), figures)
        drawing.savefig(path, metadata={"Date": None})  # the same figures give the same bytes


def _draw_first_answers(axes: Axes, figures: Sequence[Figure]) -> None:
    _draw_bars(axes, [figure for figure in figures if figure.name.startswith(FIRST)])
    axes.set_xlabel("first answer of a fresh container, milliseconds")


def _draw_rates(axes: Axes, figures: Sequence[Figure]) -> None:
    _draw_bars(axes, figures)
    axes.set_xscale("log")
    axes.set_xlabel("tweets a second, one core")


def _draw_bars(axes: Axes, figures: Sequence[Figure]) -> None:
    ordered = sorted(figures, key=lambda figure: figure.value)
    names = [figure.name.removeprefix(f"{FIRST}: ") for figure in ordered]
    lows = [figure.value - min(figure.rounds) for figure in ordered]
    highs = [max(figure.rounds) - figure.value for figure in ordered]
    bars = axes.barh(names, [figure.value for figure in ordered], xerr=[lows, highs], color="#4c78a8")
    axes.bar_label(bars, [f"{figure.value:,.0f}" for figure in ordered], padding=4)
    axes.margins(x=0.12)


def _draw_curves(axes: Axes, figures: Sequence[Figure]) -> None:
    for figure in figures:
        sizes, values = zip(*figure.curve, strict=True)
        name = f"{figure.name.removeprefix('growth of ')} ({figure.value:.2f})"
        axes.plot(sizes, [value / values[-1] for value in values], marker="o", markersize=3, label=name)
    axes.set(xscale="log", yscale="log", xlabel="size", ylabel="share of that of the largest")
    axes.figure.legend(loc="outside right upper", fontsize="small")


PLOTS = {"cold_start": _draw_first_answers, "throughput": _draw_rates, "growth": _draw_curves}


def _read_processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
