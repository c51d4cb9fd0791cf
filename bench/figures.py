"""What a measurement gives: rounds of a thing and of its peer in turn, so that both meet the same machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any, Literal, NamedTuple

ROUNDS = 5


class LeftOutError(Exception):
    """Raise when something cannot be measured here; the message says why."""


class Goal(NamedTuple):
    """`of` is what it is held against: the ratio to the peer, or the value itself."""

    of: Literal["ratio", "value"]
    bound: float
    least: bool = False  # not the most

    def met(self, found: float) -> bool:
        return found >= self.bound if self.least else found <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {_short(self.bound)}{' ×' if self.of == 'ratio' else ''}"


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
        return self.goal.met(median(self.ratios) if self.goal.of == "ratio" else self.value)

    def as_json(self) -> dict[str, Any]:
        found = {"name": self.name, "unit": self.unit, "median": self.value, "rounds": list(self.rounds)}
        if self.peer:
            found |= {"peer": self.peer, "ratio": median(self.ratios), "ratios": self.ratios}
        if self.goal:
            found |= {"goal": str(self.goal), "met": self.met}
        if self.curve:
            found["curve"] = list(self.curve)
        return found


def interleaved(calls: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """What each call gives, round after round."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(call())
    return found


def beside(
    peer: str, unit: str, rounds: Mapping[str, Sequence[float]], goals: Mapping[str, Goal] | None = None
) -> list[Figure]:
    """A figure of each, the peer first."""
    found = [Figure(peer, unit, rounds[peer])]
    for name, its in rounds.items():
        if name != peer:
            found.append(Figure(name, unit, its, peer, rounds[peer], (goals or {}).get(name)))
    return found


def seconds(call: Callable[..., object], *arguments: object) -> float:
    """What a call takes."""
    started = perf_counter()
    call(*arguments)
    return perf_counter() - started


def markdown(figures: Iterable[Figure]) -> str:
    """A table: medians, and in brackets the range of the rounds."""
    lines = ["| | median | × peer | peer | goal |", "|---|---:|---:|---|---|"]
    for figure in figures:
        ratio = _spread(figure.ratios) if figure.peer else ""
        goal = f"{figure.goal}, {'met' if figure.met else '**missed**'}" if figure.goal else ""
        lines.append(
            f"| {figure.name} | {_spread(figure.rounds)} {figure.unit} | {ratio} | {figure.peer} | {goal} |"
        )
    return "\n".join(lines)


def _spread(rounds: Sequence[float]) -> str:
    if min(rounds) == max(rounds):
        return _short(rounds[0])
    return f"{_short(median(rounds))} ({_short(min(rounds))}-{_short(max(rounds))})"


def _short(number: float) -> str:
    """Three digits that matter."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
