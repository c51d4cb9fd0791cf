"""How long a token_pattern takes at worst. One with nested repetitions may take hours for a text."""

import json
import subprocess
import sys
from itertools import product
from typing import Any

from model.classifier import MAX_CHARACTERS_READ
from model.packaging.refusals import NotPackagedError

SECONDS = 10  # for all texts; a usual pattern takes less than one
_QUICK = {"", r"\S+", r"(?u)\b\w\w+\b"}  # the last is scikit-learn's default
_FIRST, _LAST = "aA1 _", "'-.@#/:\né"  # between them come those of the pattern
_MOST_CHARACTERS = 16
_END = "\x00"  # hardly any pattern has it, so a match that must reach it fails late
_SCRIPT = """
import json, re, sys
pattern, flags, texts = json.load(sys.stdin)
for text in texts:
    re.compile(pattern, flags).findall(text)
"""


def refuse_slow(spec: dict[str, Any], seconds: float = SECONDS) -> None:
    """Raises NotPackagedError if the pattern of a table takes too long for texts of the permitted length."""
    pattern = spec["token_pattern"]
    if pattern in _QUICK:
        return
    characters = list(dict.fromkeys([*_FIRST, *filter(str.isprintable, pattern), *_LAST]))
    pairs = ["".join(pair) for pair in product(characters[:_MOST_CHARACTERS], repeat=2)]
    texts = [
        (pair * MAX_CHARACTERS_READ)[: MAX_CHARACTERS_READ - 1] + end for pair in pairs for end in ("", _END)
    ]
    command = [sys.executable, "-I", "-c", _SCRIPT]  # a thread could not be stopped
    try:
        subprocess.run(
            command, input=json.dumps([pattern, spec["flags"], texts]), text=True, check=True, timeout=seconds
        )
    except subprocess.TimeoutExpired as exc:
        raise NotPackagedError(
            f"its token_pattern {pattern!r} takes more than {seconds:g} s for texts of "
            f"{MAX_CHARACTERS_READ:,} characters: write it without nested repetitions"
        ) from exc
