"""A figure: the rounds of a thing, the rounds of its peer, and a goal.

The thing and its peer take turns. A machine that slows down slows both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any, Literal, NamedTuple

ROUNDS = 5


class LeftOutError(Exception):
    """This machine cannot run the measurement. The message says why, in words that can follow "because"."""


class Goal(NamedTuple):
    """The bound of a figure.

    `subject` is what the bound applies to: the median ratio to the peer, or the median value.
    """

    subject: Literal["ratio", "value"]
    bound: float
    at_least: bool = False  # if false, the bound is an upper one

    def is_met_by(self, found: float) -> bool:
        """Return whether the median ratio or value `found` keeps the bound."""
        return found >= self.bound if self.at_least else found <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        unit = " ×" if self.subject == "ratio" else ""
        return f"{sign} {_format_number(self.bound)}{unit}"


class Figure(NamedTuple):
    """The rounds of one thing, in `unit`.

    `peer` is the name of another figure. `rounds[i]` and `peer_rounds[i]` come from the same round.
    Without a peer both are empty. `curve` has the points of a plot.
    """

    name: str
    unit: str
    rounds: Sequence[float]
    peer: str = ""
    peer_rounds: Sequence[float] = ()
    goal: Goal | None = None
    curve: Sequence[tuple[float, float]] = ()

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def ratios(self) -> list[float]:
        """Each round divided by the peer's round. Raises ValueError if their numbers differ."""
        return [mine / peer for mine, peer in zip(self.rounds, self.peer_rounds, strict=bool(self.peer))]

    @property
    def met(self) -> bool:
        """Whether the figure meets its goal or has none."""
        if not self.goal:
            return True
        return self.goal.is_met_by(median(self.ratios) if self.goal.subject == "ratio" else self.value)

    def as_json(self) -> dict[str, Any]:
        """Return everything that the figure has, for `figures.json`."""
        found = {"name": self.name, "unit": self.unit, "median": self.value, "rounds": list(self.rounds)}
        if self.peer:
            found |= {"peer": self.peer, "ratio": median(self.ratios), "ratios": self.ratios}
        if self.goal:
            found |= {"goal": str(self.goal), "met": self.met}
        if self.curve:
            found["curve"] = list(self.curve)
        return found


def interleave(calls: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Run every call once a round. Return the results of each call by its name."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(call())
    return found


def compare(
    peer: str, unit: str, rounds: Mapping[str, Sequence[float]], goals: Mapping[str, Goal] | None = None
) -> list[Figure]:
    """Return the figure of the peer, and then a figure of every other name beside that peer."""
    found = [Figure(peer, unit, rounds[peer])]
    for name, values in rounds.items():
        if name != peer:
            found.append(Figure(name, unit, values, peer, rounds[peer], (goals or {}).get(name)))
    return found


def time_call(call: Callable[..., object], *arguments: object) -> float:
    """Return the seconds that the call takes."""
    started = perf_counter()
    call(*arguments)
    return perf_counter() - started


def format_table(figures: Iterable[Figure]) -> str:
    """Return a Markdown table of medians. Brackets hold the range of the rounds."""
    lines = ["| | median | × peer | peer | goal |", "|---|---:|---:|---|---|"]
    for figure in figures:
        ratio = _format_spread(figure.ratios) if figure.peer else ""
        goal = f"{figure.goal}, {'met' if figure.met else '**missed**'}" if figure.goal else ""
        value = f"{_format_spread(figure.rounds)} {figure.unit}"
        lines.append(f"| {figure.name} | {value} | {ratio} | {figure.peer} | {goal} |")
    return "\n".join(lines)


def _format_spread(rounds: Sequence[float]) -> str:
    if min(rounds) == max(rounds):
        return _format_number(rounds[0])
    return f"{_format_number(median(rounds))} ({_format_number(min(rounds))}-{_format_number(max(rounds))})"


def _format_number(number: float) -> str:
    """Return three significant digits, or all digits before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
