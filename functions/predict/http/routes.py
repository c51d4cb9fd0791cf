"""Which operation a method and a path ask for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple


class Operation(NamedTuple):
    """A method of a path, whose steps in braces are parameters; of a dialect, or the door's own."""

    method: str
    path: str
    summary: str
    dialect: str | None = None


class Routes:
    """Operations by path and method. Of two for the same, the first counts."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._paths: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            self._paths.setdefault(operation.path, {}).setdefault(operation.method, operation)
        self._patterns = [(path, path.partition("{")[0]) for path in self._paths if "{" in path]

    def __iter__(self) -> Iterator[Operation]:
        return (operation for methods in self._paths.values() for operation in methods.values())

    def find(self, method: str, path: str) -> tuple[Mapping[str, Operation], Mapping[str, str]]:
        """The operations of a path by method, none where nothing is there, and its parameters.

        Where parameters leave a choice, it is the first path that has the method, else the first one.
        """
        if methods := self._paths.get(path):
            return methods, {}
        found: tuple[Mapping[str, Operation], Mapping[str, str]] = ({}, {})
        for known, start in self._patterns:
            if path.startswith(start) and (match := _compile(known).fullmatch(path)):
                if method in self._paths[known]:
                    return self._paths[known], match.groupdict()
                found = found if found[0] else (self._paths[known], match.groupdict())
        return found


@cache
def _compile(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
