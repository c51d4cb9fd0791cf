"""What a program of a client prints: a JSON object of what each call gave."""

import json
import sys
from importlib.metadata import version

PORT, MODEL, VERSION = sys.argv[1:]
URL = f"http://127.0.0.1:{PORT}"
TEXTS = ["I love this", "so sad é"]


def print_report(library, calls):
    """Make each of `calls`, by name, and print the version of the library and the answers or errors."""
    print(
        json.dumps(
            {"client": f"{library} {version(library)}", "answers": {n: _try(c) for n, c in calls.items()}}
        )
    )


def _try(call):
    try:
        return call()
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}"
