"""An environment with Spark, where the wheel is."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = ROOT / ".venv-spark" / "bin"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def run(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of Spark's environment in a folder, where Spark leaves what it likes."""
    if not shutil.which("java"):
        pytest.skip("no Java: Spark is not tried")
    if not BIN.exists():
        pytest.skip("no environment .venv-spark: run `make spark`")
    unpacked, folder = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("spark")
    shutil.unpack_archive(wheel, unpacked, "zip")
    configuration = folder / "conf"
    configuration.mkdir()
    (configuration / "spark-defaults.conf").write_text(
        "spark.ui.enabled false\nspark.driver.bindAddress 127.0.0.1\nspark.driver.host 127.0.0.1\n"
        "spark.sql.shuffle.partitions 2\nspark.log.level ERROR\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(unpacked),
        "PYSPARK_PYTHON": str(BIN / "python"),
        "SPARK_CONF_DIR": str(configuration),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }

    def call(program: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        command = [BIN / program, *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    return call


@pytest.fixture(scope="session")
def job(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The job of the wheel."""
    unpacked = tmp_path_factory.mktemp("job")
    shutil.unpack_archive(wheel, unpacked, "zip")
    return unpacked / "tweet_sentiment" / "spark" / "score.py"
