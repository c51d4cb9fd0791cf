"""What importing a door costs, beside a Python that does nothing."""

import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 31
PEER = "pass"
STATEMENTS = {
    "direct-invoke door (goal: at most 3)": "import predict.direct",
    "HTTP door": "import predict.api",
    "fastapi and mangum alone": "import fastapi, mangum",
    "scikit-learn alone": "import sklearn.linear_model",
}


def table() -> str:
    """Milliseconds and ratios, medians of interleaved rounds, as Markdown."""
    seconds: dict[str, list[float]] = {statement: [] for statement in (PEER, *STATEMENTS.values())}
    for statement in seconds:
        _seconds(statement)  # writes bytecode, fills the disk cache
    for _ in range(ROUNDS):
        for statement, taken in seconds.items():
            taken.append(_seconds(statement))
    rows = [
        f"| import | ms | × `python -c {PEER}` | range |",
        "|---|---:|---:|---:|",
        f"| nothing | {median(seconds[PEER]) * 1000:.1f} | 1.00 | |",
    ]
    for name, statement in STATEMENTS.items():
        ratios = [taken / peer for taken, peer in zip(seconds[statement], seconds[PEER], strict=True)]
        rows.append(
            f"| {name} | {median(seconds[statement]) * 1000:.1f} | {median(ratios):.2f} "
            f"| {min(ratios):.2f}-{max(ratios):.2f} |"
        )
    return "\n".join(rows)


def _seconds(statement: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return perf_counter() - started
