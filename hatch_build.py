"""Builds the wheel, and compiles model/sums.py with Cython and a C compiler.

The wheel installs one package, so that it takes no name such as `model` from its users. `pip` calls the hook.

Where Cython or the compiler is missing, the module stays plain Python. It gives the same answers, in more
time. `python hatch_build.py [folder]` compiles again, and fails if it cannot.
"""

import ast
import shlex
import shutil
import subprocess  # nosec B404 # for the compiler
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CYTHON = ["-m", "cython", "-3", "-X", "annotation_typing=False", "-X", "binding=False"]
# No multiplication is merged with an addition, so all processors give the same bits.
FLAGS = ["-O2", "-s", "-shared", "-fPIC", "-ffp-contract=off"]


NAME = "tweet_sentiment"  # of the package that a wheel installs
ROOMS = {"predict": "functions/predict", "model": "model", "nlp": "layers/nlp"}  # which it holds


class Wheel(BuildHookInterface[Any]):
    """Puts the packages into a wheel under one name; an editable install takes them from where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable":
            self._compile(root, build_data)
            return
        self._folder = tempfile.TemporaryDirectory()
        package = gather(root, Path(self._folder.name))
        self._compile(package, build_data)
        build_data["force_include"][str(package)] = NAME

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        if version != "editable":
            self._folder.cleanup()

    def _compile(self, root: Path, build_data: dict[str, Any]) -> None:
        try:
            compile_sums(root)
        except (OSError, subprocess.CalledProcessError) as exc:
            reason = (getattr(exc, "stderr", "") or str(exc)).strip().splitlines()[-1]
            self.app.display_warning(f"model/sums.py is not compiled, and works in more time: {reason}")
            return
        build_data.update(pure_python=False, infer_tag=True)


def gather(root: Path, folder: Path) -> Path:
    """Copy the package and its rooms into `folder`, where they import each other by their new names.

    Return the package. Raises ValueError if an import cannot be rewritten.
    """
    package = folder / NAME
    ignored = shutil.ignore_patterns("__pycache__", "*.so")
    shutil.copytree(root / NAME, package, ignore=ignored)
    for room, source in ROOMS.items():
        shutil.copytree(root / source, package / room, ignore=ignored)
    for module in package.rglob("*.py"):
        module.write_bytes(rename_imports(module.read_bytes()))
    return package


def rename_imports(source: bytes) -> bytes:
    """Write `from model import load` as `from tweet_sentiment.model import load`, and touch nothing else.

    Raises ValueError if a room is imported in another form than `from room.module import name` or
    `import room`.
    """
    lines = source.split(b"\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and _root(node.module) in ROOMS:
            written, renamed = f"from {node.module} import", f"from {NAME}.{node.module} import"
        elif isinstance(node, ast.Import) and any(_root(alias.name) in ROOMS for alias in node.names):
            written, renamed = f"import {_root(node.names[0].name)}", f"from {NAME} {ast.unparse(node)}"
            if written != ast.unparse(node):
                raise ValueError(
                    f"line {node.lineno}: write `{ast.unparse(node)}` as `from room import name`"
                )
        else:
            continue
        line, start = lines[node.lineno - 1], node.col_offset
        if not line.startswith(written.encode(), start):
            raise ValueError(f"line {node.lineno}: write `{written}` with one space between two words")
        lines[node.lineno - 1] = line[:start] + renamed.encode() + line[start + len(written) :]
    return b"\n".join(lines)


def _root(module: str | None) -> str:
    return (module or "").partition(".")[0]


def compile_sums(root: Path, *flags: str) -> Path:
    """Compile the module for this Python, with more flags of the C compiler, and return the file.

    An older file does not outlive a failure. Raises OSError or CalledProcessError if Cython, the compiler or
    Python's headers are missing.
    """
    source = root / "model" / "sums.py"
    target = source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))  # other releases pass it by
    target.unlink(missing_ok=True)
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    with tempfile.TemporaryDirectory() as folder:
        c, built = f"{folder}/sums.c", Path(folder, target.name)
        headers = f"-I{sysconfig.get_path('include')}"
        for command in (
            [sys.executable, *CYTHON, "--output-file", c, str(source)],
            # without the folder's name, which changes, the same source gives the same bytes
            [compiler, *FLAGS, *flags, f"-ffile-prefix-map={folder}=.", headers, c, "-o", str(built)],
        ):
            # our own two commands, without a shell
            subprocess.run(command, check=True, capture_output=True, text=True)  # nosec B603
        target.write_bytes(built.read_bytes())
    return target


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    try:
        print(compile_sums(root))
    except (OSError, subprocess.CalledProcessError) as exc:
        sys.exit(f"model/sums.py is not compiled: {getattr(exc, 'stderr', '') or exc}")
