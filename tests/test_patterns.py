"""No regular expression of what is served takes more than linear time, in the ways in which it is used."""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.nlp.conftest import MAX_ATTEMPTS, MAX_EXPONENT, growth

ROOT = Path(__file__).parents[1]
SERVED = [(ROOT / "functions", "predict"), (ROOT / "layers", "nlp"), (ROOT, "model")]
STAY = ("packaging", "training", "evaluation")  # on the laptop
FIRST = {"_QUOTED_OR_END"}  # whoever iterates over these ends at the first match outside of quotes
SIGNS = [*"a1 -./:@\"'{[=&\r\n"]
PIECES = [*SIGNS, *map("".join, combinations(SIGNS, 2))]


class Use(NamedTuple):
    """A pattern, its name, and the method by which a module uses it."""

    name: str
    pattern: re.Pattern[str]
    method: str

    def run(self, text: str) -> None:
        """The last sign fits nowhere, so that a match of the whole fails as late as it can."""
        text += "\0"
        if self.method == "sub":
            self.pattern.sub("", text)
        elif self.method == "finditer":
            for _ in self.pattern.finditer(text):
                pass
        else:
            getattr(self.pattern, self.method)(text)


def modules() -> Iterator[tuple[str, str]]:
    """The name and the source of each module that is served."""
    for root, package in SERVED:
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            if not set(parts) & {*STAY, "__main__"}:
                yield ".".join(parts).removesuffix(".__init__"), file.read_text(encoding="utf-8")


def uses() -> Iterator[Use]:
    sources = dict(modules())
    used = re.findall(
        r"\b(\w+)\.(fullmatch|match|search|sub|finditer|findall|split)\b", "".join(sources.values())
    )
    for module, source in sources.items():
        for name in re.findall(r"^(\w+) = re\.compile\(", source, re.MULTILINE):
            pattern = getattr(import_module(module), name)
            text = pattern if isinstance(pattern.pattern, str) else re.compile(pattern.pattern.decode())
            methods = {method for known, method in used if known == name} or {"finditer"}  # handed on
            if name in FIRST:
                methods = {"search"}
            yield from (Use(f"{module}.{name}", text, method) for method in sorted(methods))


USES = list(uses())


def test_the_patterns_of_all_three_floors_are_found() -> None:
    assert {use.name.partition(".")[0] for use in USES} == {"model", "nlp", "predict"}
    assert len(USES) >= 25


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.name}.{use.method}")
def test_no_pattern_takes_more_than_linear_time(use: Use) -> None:
    assert [piece for piece in PIECES if not is_linear(use, piece)] == []


def test_a_quadratic_pattern_is_found() -> None:
    assert growth(Use("wrong", re.compile("a*!"), "search").run, "a") > MAX_EXPONENT


def is_linear(use: Use, piece: str) -> bool:
    """Load on the machine can spoil an attempt, but no luck makes a quadratic pattern look linear."""
    attempts = (growth(use.run, piece) for _ in range(MAX_ATTEMPTS))
    return any(exponent <= MAX_EXPONENT for exponent in attempts)
