"""Schemathesis makes good and bad requests of the description, and compares the answers with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.predict.http import plain_server
from tests.sessions import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = 10  # of each operation in a phase
# Small limits: the greatest requests that are permitted are short.
LIMITS = {"MAX_TEXTS": "5", "MAX_CHARACTERS": "200"}


def test_the_server_does_what_its_description_says(tmp_path: Path) -> None:
    with plain_server.serving(tmp_path / "server.log", **LIMITS) as running:
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"http://127.0.0.1:{running.port}/openapi.json",
        ]
        options = ["--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"]
        variables = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.predict.http.beyond_schema",
        }
        ended = subprocess.run(
            [*command, *options], cwd=tmp_path, env=variables, capture_output=True, text=True
        )
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    assert "No issues found" in ended.stdout
