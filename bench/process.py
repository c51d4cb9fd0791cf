"""Run a Python script in a process of its own, to measure its memory alone."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

# ru_maxrss also counts the parent's memory, which this process has until it starts Python
_PEAK = """
with open("/proc/self/status") as _lines:
    [_peak] = [int(line.split()[1]) for line in _lines if line.startswith("VmHWM:")]
import json
print()
print(json.dumps([answer, _peak * 1024 / 1e6]))
"""


def run(
    script: str, *arguments: str, variables: Mapping[str, str] | None = None, python: str = sys.executable
) -> tuple[Any, float]:
    """Return the script's variable `answer` and its peak memory in megabytes.

    Raises RuntimeError if the script fails.
    """
    command = [python, "-c", script + _PEAK, *arguments]
    environment = {**os.environ, **(variables or {})}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr.strip().rpartition("\n")[2])  # the error, without paths
    answer, peak = json.loads(ended.stdout.splitlines()[-1])
    return answer, peak
