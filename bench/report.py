"""What all measurements together leave behind: figures, a table, plots, and what `sentiment cost` reads."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from bench import tweets
from bench.cold_start import CONSTANT, FIRST, HTTP
from bench.figures import Figure, format_table
from bench.invocations import INVOCATION, PEAK, TWEETS
from model.training.plots import STYLE
from predict import measured

FOLDER = Path(__file__).parents[1] / "docs" / "performance"
PROMISED = ("cold_start", "latency", "throughput", "object_door")  # sections of which README shows the goals
Sections = Mapping[str, Sequence[Figure]]


def write(found: Sections, left_out: Mapping[str, str]) -> None:
    """Everything in docs/performance/; and measured.json, where there was an engine."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    machine = {
        "date": date.today().isoformat(),
        "processor": f"{os.cpu_count()} × {_read_processor()}",
        "python": platform.python_version(),
        "tweets": tweets.load()[1],
    }
    sections = {name: [figure.as_json() for figure in its] for name, its in found.items()}
    figures = {"machine": machine, "left out": left_out, "sections": sections}
    (FOLDER / "figures.json").write_text(json.dumps(figures).replace('{"name"', '\n{"name"') + "\n")
    (FOLDER / "table.md").write_text(_format_tables(machine, found, left_out))
    promised = [figure for name in PROMISED if name in found for figure in found[name] if figure.goal]
    (FOLDER / "promised.md").write_text(format_table(promised) + "\n")
    with rc_context(STYLE):
        for name, draw in PLOTS.items():
            (FOLDER / f"{name}.svg").unlink(missing_ok=True)
            if name in found:
                drawing = Drawing(figsize=(7, 3.6), layout="constrained")
                draw(drawing.subplots(), found[name])
                drawing.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    if "cold_start" in found and "invocations" in found:
        doors = _summarize_doors([*found["cold_start"], *found["invocations"]])
        measurement = {"date": machine["date"], "processor": machine["processor"], "doors": doors}
        measured.FILE.write_text(json.dumps(measurement, indent=2) + "\n")


def _format_tables(machine: Mapping[str, str], found: Sections, left_out: Mapping[str, str]) -> str:
    parts = ["Measured with " + ", ".join(f"{name}: {value}" for name, value in machine.items()) + "."]
    parts += [f"Left out: {name}, because {why}." for name, why in left_out.items()]
    parts += [f"## {name}\n\n{format_table(its)}" for name, its in found.items()]
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
    """Its name, as Linux tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
