"""What a measurement gives: rounds of a thing and of its peer in turn, so that both meet the same machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any, Literal, NamedTuple

ROUNDS = 5


class LeftOutError(Exception):
    """Raise when something cannot be measured here; the message says why."""


class Goal(NamedTuple):
    """`subject` is what it is held against: the ratio to the peer, or the value itself."""

    subject: Literal["ratio", "value"]
    bound: float
    at_least: bool = False  # not the most

    def is_met_by(self, found: float) -> bool:
        return found >= self.bound if self.at_least else found <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        unit = " ×" if self.subject == "ratio" else ""
        return f"{sign} {_format_number(self.bound)}{unit}"


class Figure(NamedTuple):
    """`rounds[i]` was measured just before or after `peer_rounds[i]`; a peer itself has no other.

    `curve` has what is to be drawn, where it is more than the rounds.
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
        return median(self.rounds)

    @property
    def ratios(self) -> list[float]:
        return [mine / peer for mine, peer in zip(self.rounds, self.peer_rounds, strict=bool(self.peer))]

    @property
    def met(self) -> bool:
        if not self.goal:
            return True
        return self.goal.is_met_by(median(self.ratios) if self.goal.subject == "ratio" else self.value)

    def as_json(self) -> dict[str, Any]:
        found = {"name": self.name, "unit": self.unit, "median": self.value, "rounds": list(self.rounds)}
        if self.peer:
            found |= {"peer": self.peer, "ratio": median(self.ratios), "ratios": self.ratios}
        if self.goal:
            found |= {"goal": str(self.goal), "met": self.met}
        if self.curve:
            found["curve"] = list(self.curve)
        return found


def interleave(calls: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """What each call gives, round after round."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(call())
    return found


def compare(
    peer: str, unit: str, rounds: Mapping[str, Sequence[float]], goals: Mapping[str, Goal] | None = None
) -> list[Figure]:
    """A figure of each, the peer first."""
    found = [Figure(peer, unit, rounds[peer])]
    for name, its in rounds.items():
        if name != peer:
            found.append(Figure(name, unit, its, peer, rounds[peer], (goals or {}).get(name)))
    return found


def time_call(call: Callable[..., object], *arguments: object) -> float:
    """What a call takes."""
    started = perf_counter()
    call(*arguments)
    return perf_counter() - started


def format_table(figures: Iterable[Figure]) -> str:
    """A table: medians, and in brackets the range of the rounds."""
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
    """Three digits that matter."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
