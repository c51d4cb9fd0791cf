"""A script of Python's in a process of its own, so that its memory is its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

# not ru_maxrss, in which the process that started this one has a part
_PEAK = """
with open("/proc/self/status") as _lines:
    [_peak] = [int(line.split()[1]) for line in _lines if line.startswith("VmHWM:")]
import json
print()
print(json.dumps([answer, _peak * 1024 / 1e6]))
"""


def run(script: str, *arguments: str, variables: Mapping[str, str] | None = None) -> tuple[Any, float]:
    """What the script calls `answer`, and its megabytes of memory at most. Raises RuntimeError."""
    command = [sys.executable, "-c", script + _PEAK, *arguments]
    environment = {**os.environ, **(variables or {})}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    answer, peak = json.loads(ended.stdout.splitlines()[-1])
    return answer, peak
