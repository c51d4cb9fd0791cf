"""What importing a door costs, beside a Python that does nothing."""

import subprocess
import sys
from functools import partial

from bench.figures import Figure, Goal, beside, interleaved, seconds

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


def figures() -> list[Figure]:
    calls = {name: partial(_milliseconds, statement) for name, statement in STATEMENTS.items()}
    interleaved(calls, 1)  # writes bytecode, fills the disk cache
    return beside(PEER, "ms", interleaved(calls, 11), GOALS)


def _milliseconds(statement: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", statement], check=True)) * 1000
