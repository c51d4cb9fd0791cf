"""What is generated in the README and in docs/: what commands print, and tables that stand in files too.

`python -m tests.sessions` writes both into the pages again. A table stands between two marks:
`<!-- evaluation/table.md -->`, which names its file in docs/, and `<!-- end -->`.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FRAGMENTS = ("evaluation", "performance")  # folders of tables that are parts of pages
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent.name not in FRAGMENTS),
]
BIN = Path(sys.executable).parent
HOST = "http://127.0.0.1:8000"
TMP = "/tmp/sentiment"
SHELL = (TMP, ".venv/bin/sentiment")
OTHERS = ("make", "docker", "cp")  # serve until they are stopped, need an engine, or change the clone

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(<!-- (\S+\.md) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


# An artifact that is packaged here names the releases of the libraries, and so does its version.
VERSION = re.compile(r"\b[0-9a-f]{12}\b")


class Session(NamedTuple):
    """A command of a page, and what the page says that it prints."""

    page: str
    command: str
    printed: str

    @property
    def kind(self) -> str:
        """Who can run it: `server` needs ours, `shell` nothing, and the others more than a test has."""
        if self.command.startswith(f"curl {HOST}"):
            return "server"
        first = self.command.split()[0]
        alone = first not in OTHERS and any(name in self.command for name in SHELL)
        return "shell" if alone else first


def read(page: Path) -> list[Session]:
    """The sessions of a page, in their order."""
    blocks = "".join(_BLOCK.findall(page.read_text(encoding="utf-8")))
    return [Session(page.name, *found) for found in _COMMAND.findall(blocks)]


def write_tables(text: str) -> str:
    """A page with the tables of their files."""
    return TABLE.sub(
        lambda match: match[1] + (ROOT / "docs" / match[2]).read_text(encoding="utf-8") + match[4], text
    )


def run(session: Session, address: str, folder: Path) -> str:
    """What the command prints. The server is at `address`, and `folder` stands for /tmp/sentiment."""
    if session.kind == "server":
        arguments = shlex.split(session.command.replace(HOST, address))[1:]
        answered = subprocess.run(
            ["curl", "--silent", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return f"{answered.stdout.strip()}\n"
    command = session.command.replace(TMP, str(folder)).replace(".venv/bin/", f"{BIN}/")
    ended = subprocess.run(command, cwd=ROOT, shell=True, capture_output=True, text=True, check=True)
    return ended.stdout.replace(str(folder), TMP)


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """The address of `sentiment serve`, and the line it prints first."""
    command = [str(BIN / "sentiment"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        try:
            hint = process.stdout.readline().strip()
            running = next(line for line in process.stderr if "running on" in line)
            yield re.findall(r"http://[\d.]+:\d+", running)[0], hint
        finally:
            process.terminate()
            process.communicate()


def main() -> None:
    with serving() as (address, _):
        for page in PAGES:
            text = write_tables(page.read_text(encoding="utf-8"))
            with tempfile.TemporaryDirectory() as folder:
                for session in read(page):
                    if session.kind in ("server", "shell"):
                        shown = f"$ {session.command}\n{session.printed}"
                        printed = run(session, address, Path(folder))
                        assert shown in text, shown
                        text = text.replace(shown, f"$ {session.command}\n{printed}")
            page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
