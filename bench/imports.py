"""What importing a door costs, beside a Python that does nothing."""

import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 31
PEER = "pass"
GOAL = 3  # times the peer, for the direct-invoke door
STATEMENTS = {
    f"direct-invoke door (goal: at most {GOAL})": "import predict.direct",
    "direct-invoke door, first answer": "from predict.direct import handler; handler({'text': 'a'}, None)",
    "HTTP door": "import predict.api",
    "fastapi and mangum alone": "import fastapi, mangum",
    "scikit-learn alone": "import sklearn.linear_model",
}


def table() -> tuple[str, bool]:
    """Milliseconds and ratios, medians of interleaved rounds, as Markdown; and whether the goal is met."""
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
    missed = False
    for name, statement in STATEMENTS.items():
        ratios = [taken / peer for taken, peer in zip(seconds[statement], seconds[PEER], strict=True)]
        missed |= "goal" in name and median(ratios) > GOAL
        rows.append(
            f"| {name} | {median(seconds[statement]) * 1000:.1f} | {median(ratios):.2f} "
            f"| {min(ratios):.2f}-{max(ratios):.2f} |"
        )
    return "\n".join(rows), not missed


def _seconds(statement: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return perf_counter() - started
