"""The files of a folder that were scored before, so that a run that broke off can go on.

`.sentiment.jsonl`, in the folder of the results, has a line for each file whose rows are complete.
"""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

NAME = ".sentiment.jsonl"


class Entry(NamedTuple):
    """`rows` is the name of the file of the rows."""

    key: str
    rows: str
    summary: dict[str, Any]


class Journal:
    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._entries: dict[str, Entry] = {}
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                entry = Entry(*json.loads(line))
            except (TypeError, ValueError):  # a run was broken off within the line
                continue
            self._entries[entry.key] = entry

    def find(self, key: str) -> Entry | None:
        """The last entry of a file, which may have changed since."""
        return self._entries.get(key)

    def add(self, key: str, rows: str, summary: dict[str, Any]) -> None:
        """Write an entry, once the rows are complete."""
        line = json.dumps([key, rows, summary]).encode()
        with self._path.open("ab") as file:
            file.write(b"\n" + line + b"\n")  # the last line may be half a one
            file.flush()
            os.fsync(file.fileno())
