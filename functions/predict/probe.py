"""What `sentiment doctor` runs inside an image: one line of JSON for each part, and what is wrong with it.

It is sent to the image's own Python on standard input, so that it also examines an image that is broken. It
names modules in strings, as the image has them: a wheel has them in another package.
"""

import json
import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

TASK = Path("/var/task")
FOLDERS = (TASK, Path("/opt"), Path("/etc/ssl"))
DOORS = ("api", "direct", "notifications", "objects", "queue", "streams")
PARTS = ("code", "data", "artifact", "golden", *DOORS)


def main() -> None:
    examine = {"code": _import, "data": _read_all, "artifact": _load, "golden": _repeat}
    for part in PARTS:
        _say(part, examine.get(part) or partial(_ask, part))


def _say(part: str, examine: Callable[[], Any]) -> None:
    """An empty fault is none. A part that ends the process has no line."""
    try:
        examine()
        fault = ""
    except Exception as exc:  # whatever an image does wrong is what is asked for
        fault = f"{type(exc).__name__}: {exc}"
    print(json.dumps({"part": part, "fault": " ".join(fault.split())[:300]}), flush=True)


def _import() -> None:
    for name in ("predict.entry", "predict.dispatcher", "awslambdaric"):
        import_module(name)


def _read_all() -> None:
    found = [path for folder in FOLDERS for path in (folder, *folder.rglob("*"))]
    closed = [str(path) for path in found if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0))]
    if closed:
        raise PermissionError(f"{len(closed)} of {len(found)} files cannot be read, the first is {closed[0]}")


def _load() -> Any:
    return import_module("predict.warm").load_model()[0]


def _repeat() -> None:
    _load().check()


def _ask(door: str) -> None:
    find_door = import_module("predict.events.sources").find_door
    handler = import_module("predict.dispatcher").handler
    context = import_module("predict.deadline").LocalContext()
    events = map(json.loads, map(Path.read_bytes, sorted((TASK / "predict" / "samples").glob("*.json"))))
    asked = [event for event in events if find_door(event) == door]
    if not asked:
        raise LookupError("the image has no sample event")
    for event in asked:
        answer = handler(event, context)
        if answer.get("batchItemFailures") or answer.get("statusCode", 200) != 200:
            raise ValueError("a sample event was not answered")
        if refused := [found["error"] for found in answer.get("objects", []) if "error" in found]:
            raise ValueError(f"a sample object was refused: {refused[0]}")


if __name__ == "__main__":
    main()
