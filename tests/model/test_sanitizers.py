"""The compiled sums under the address and undefined-behaviour sanitizers of GCC."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import model
from hatch_build import compile_sums

ROOT = Path(__file__).parents[2]
FLAGS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
COMPARISONS = "same_bits or forgotten or memory or long_text or no_text"


def find_library(name: str) -> str:
    try:
        found = subprocess.run(
            ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no GCC here, so the sums are not compiled with its sanitizers")
    path = found.stdout.strip()
    if not Path(path).is_absolute():
        pytest.skip(f"this GCC comes without {name}")
    return path


@pytest.mark.slow
def test_the_sanitizers_find_nothing_while_the_comparisons_run(tmp_path: Path) -> None:
    libraries = " ".join(map(find_library, ("libasan.so", "libubsan.so")))
    shutil.copytree(Path(model.__file__).parent, tmp_path / "model", ignore=shutil.ignore_patterns("*.so"))
    try:
        compiled = compile_sums(tmp_path, *FLAGS)
    except (OSError, subprocess.CalledProcessError) as exc:
        pytest.skip(f"model/sums.py is not compiled here: {exc}")
    environment = {
        **os.environ,
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself frees little when it ends
        "LD_PRELOAD": libraries,
        "PYTHONMALLOC": "malloc",  # each object in memory of its own, whose borders are watched
        "PYTHONPATH": os.pathsep.join(map(str, (tmp_path, ROOT))),
    }
    where = "import model.sums; print(model.sums.__file__)"
    options = ("-n", "0", "-q", "-p", "no:cacheprovider", "-k", COMPARISONS)
    tests = ("-m", "pytest", *options, "tests/model/test_sums.py")
    for arguments, expected in ((("-c", where), str(compiled)), (tests, " passed")):
        ended = subprocess.run(
            [sys.executable, "-P", *arguments],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout[-2_000:] + ended.stderr[-4_000:]
        assert expected in ended.stdout
        assert "Sanitizer" not in ended.stderr
