"""Prepare the obvious stack: what a user builds without this project."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import tweets

NAME = "the obvious stack"
FOLDER = Path(__file__).parent / "peers" / "obvious"
LOCK = Path(__file__).parents[1] / "requirements" / "obvious.txt"
TRAINED_ON = 2_000  # tweets: more do not make a prediction slower


@contextmanager
def train() -> Iterator[Path]:
    """Train the pipeline. Yield a folder with it, the modules and what the Dockerfile copies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(LOCK, folder)
        texts = folder / "tweets.json"
        texts.write_text(json.dumps(tweets.load()[0][:TRAINED_ON]))
        subprocess.run([sys.executable, folder / "train.py", texts], check=True)
        texts.unlink()
        yield folder
