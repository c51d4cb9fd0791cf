"""Compiles model/sums.py with Cython and a C compiler.

Where one of them is missing, the module stays plain Python. It gives the same answers, in more time. `pip`
calls the hook. `python hatch_build.py [folder]` compiles again, and fails if it cannot.
"""

import shlex
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


class Compiled(BuildHookInterface[Any]):
    """Adds the compiled module to a wheel, and leaves it beside its source."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        try:
            target = compile_sums(Path(self.root))
        except (OSError, subprocess.CalledProcessError) as exc:
            reason = (getattr(exc, "stderr", "") or str(exc)).strip().splitlines()[-1]
            self.app.display_warning(f"model/sums.py is not compiled, and works in more time: {reason}")
            return
        build_data["artifacts"].append(f"model/{target.name}")
        build_data.update(pure_python=False, infer_tag=True)


def compile_sums(root: Path) -> Path:
    """Compile the module for this Python, and return the file.

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
            [compiler, *FLAGS, f"-ffile-prefix-map={folder}=.", headers, c, "-o", str(built)],
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
