import shutil
import subprocess
from pathlib import Path

import pytest

from hatch_build import compile_sums

ROOT = Path(__file__).parents[1]


def test_the_same_source_is_compiled_to_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    for name in ("sums.py", "sums.pxd"):
        shutil.copy(ROOT / "model" / name, tmp_path / "model")
    try:
        first, second = (compile_sums(tmp_path).read_bytes() for _ in range(2))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no C compiler: nothing is compiled")
    assert first == second
