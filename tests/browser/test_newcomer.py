"""What a newcomer does: clone, `make run`, look at coloured words."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "page.png"
MAX_LINES = 1_000  # that `make run` prints before it serves

pytestmark = pytest.mark.slow


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository: nothing can be cloned")
    if not shutil.which("make"):
        pytest.skip("no make: `apt-get install make`")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "sentiment")], check=True)
    return tmp_path / "sentiment"


@contextmanager
def running(clone: Path) -> Iterator[str]:
    """The address that `make run` prints. Skips where no package index can be reached."""
    variables = {name: os.environ[name] for name in os.environ if name not in ("MODEL", "PYTHONPATH")}
    command = ["make", "run", "PORT=0", f"PYTHON={sys.executable}"]
    with subprocess.Popen(
        command,
        cwd=clone,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        printed = []
        try:
            for line in process.stdout:
                printed.append(line)
                if found := re.match(r"Try: curl (http://127\.0\.0\.1:\d+)/", line):
                    yield found[1]
                    break
                if re.search(r"NewConnectionError|No matching distribution|Temporary failure", line):
                    pytest.skip(f"no package index: {line}")
                assert len(printed) < MAX_LINES
            else:
                pytest.fail("".join(printed))
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def test_a_newcomer_looks_at_coloured_words_after_two_commands(clone: Path, visit: Visit) -> None:
    """WRITE_PICTURE=1 writes the picture of the README."""
    with running(clone) as address:
        page = visit(address, viewport={"width": 900, "height": 700})
        expect(page.locator("#answers > li")).to_have_count(4)  # of the texts that are there
        if os.environ.get("WRITE_PICTURE"):
            page.screenshot(path=PICTURE)
        page.get_by_label("One text a line").fill("I love this\nso sad")
        expect(page.locator("#answers > li")).to_have_count(2)
        marks = page.locator("#answers mark")
        shades = dict(
            zip(
                marks.all_inner_texts(),
                marks.evaluate_all("all => all.map((mark) => getComputedStyle(mark).backgroundColor)"),
                strict=True,
            )
        )
        assert {"love", "sad"} <= shades.keys()
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert len({shades["love"], shades["sad"], paper}) == 3
