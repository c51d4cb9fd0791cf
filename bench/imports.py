"""Measure the import of each door beside a Python that does nothing."""

import subprocess
import sys
from functools import partial

from bench.figures import Figure, Goal, compare, interleave, time_call

PEER = "`python -c pass`"
ANSWER = "from predict.direct import handler; handler({'text': 'a'}, None)"
STATEMENTS = {
    PEER: "pass",
    "import of the direct door": "import predict.direct",
    "import of the direct door, and a first answer": ANSWER,
    "import of the HTTP door": "import predict.api",
    "import of fastapi and mangum alone": "import fastapi, mangum",
    "import of scikit-learn alone": "import sklearn.linear_model",
}
GOALS = {"import of the direct door": Goal("ratio", 3)}


def measure() -> list[Figure]:
    """Return milliseconds of fresh processes."""
    calls = {name: partial(_time_statement, statement) for name, statement in STATEMENTS.items()}
    interleave(calls, 1)  # this round writes bytecode and fills the disk cache
    return compare(PEER, "ms", interleave(calls, 11), GOALS)


def _time_statement(statement: str) -> float:
    return time_call(lambda: subprocess.run([sys.executable, "-c", statement], check=True)) * 1000
