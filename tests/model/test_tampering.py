"""What somebody changes in an artifact or plants beside one is refused, and no pickle is opened."""

import os
import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import pytest

import model
from model import artifact
from model.artifact import HISTOGRAMS, ArtifactError

FLIPS = 300  # in each file
SHIPPED = [
    (folder.name, file.name)
    for folder in sorted(Path(model.ARTIFACTS).iterdir())
    for file in sorted(folder.iterdir())
]
MODELS = sorted({name for name, _ in SHIPPED})


class Bomb:
    """Whoever opens its pickle makes a folder."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "opened"


@pytest.fixture(params=["pickle", "joblib"])
def bomb(mark: Path, tmp_path: Path, request: pytest.FixtureRequest) -> bytes:
    if request.param == "pickle":
        return pickle.dumps(Bomb(mark))
    joblib.dump(Bomb(mark), tmp_path / "bomb")
    return (tmp_path / "bomb").read_bytes()


def copy(name: str, to: Path) -> Path:
    return shutil.copytree(Path(model.ARTIFACTS, name), to / name)


def test_every_shipped_model_is_tampered_with() -> None:
    assert MODELS == ["frequency", "lexicon_ngrams", "naive_bayes", "network", "word2vec"]


@pytest.mark.parametrize(("name", "file"), SHIPPED)
def test_no_flipped_bit_changes_an_answer(tmp_path: Path, name: str, file: str) -> None:
    """Of a manifest, the histograms alone may change: they are not in the version, and change no answer."""
    folder = copy(name, tmp_path)
    manifest, files = artifact.read(str(folder))
    content = (folder / file).read_bytes()
    for place in random.Random(f"{name}/{file}").sample(range(8 * len(content)), FLIPS):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        (folder / file).write_bytes(changed)
        try:
            found, others = artifact.read(str(folder))
        except ArtifactError:
            continue
        assert file == artifact.MANIFEST, f"bit {place}"
        assert others == files
        assert found.pop(HISTOGRAMS) != manifest[HISTOGRAMS], f"bit {place}"
        assert found == {member: manifest[member] for member in manifest if member != HISTOGRAMS}


def test_a_bomb_goes_off_where_it_is_opened(bomb: bytes, mark: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bomb)
    joblib.load(tmp_path / "file")
    assert mark.is_dir()


@pytest.mark.parametrize("file", ["pipeline.joblib", "model.pkl", "weights.pickle", "weights.f64.pkl"])
def test_a_pickle_in_the_folder_is_refused(bomb: bytes, mark: Path, tmp_path: Path, file: str) -> None:
    folder = copy("lexicon_ngrams", tmp_path)
    (folder / file).write_bytes(bomb)
    with pytest.raises(ArtifactError, match=f"does not name: remove {file}"):
        model.load(str(folder))
    assert not mark.exists()


@pytest.mark.parametrize(("name", "file"), SHIPPED)
def test_a_pickle_in_place_of_a_file_is_refused(
    bomb: bytes, mark: Path, tmp_path: Path, name: str, file: str
) -> None:
    folder = copy(name, tmp_path)
    (folder / file).write_bytes(bomb)
    with pytest.raises(ArtifactError, match=f"{file} .*was changed"):
        model.load(str(folder))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("name", "file"), [(name, file) for name, file in SHIPPED if file not in ("card.md", "manifest.json")]
)
def test_a_pickle_is_refused_although_the_manifest_was_sealed_for_it(
    bomb: bytes, mark: Path, tmp_path: Path, name: str, file: str
) -> None:
    manifest, files = artifact.read(str(Path(model.ARTIFACTS, name)))
    artifact.write(str(tmp_path / name), manifest, {**files, file: bomb})
    with pytest.raises(ArtifactError, match="is an incomplete artifact"):
        model.load(str(tmp_path / name))
    assert not mark.exists()


@pytest.mark.parametrize("trusted", ["", "0" * 64])
def test_a_pickle_that_says_what_it_is_is_refused_unless_it_is_the_trusted_one(
    bomb: bytes, mark: Path, tmp_path: Path, trusted: str
) -> None:
    manifest, _ = artifact.read(str(Path(model.ARTIFACTS, "frequency")))
    sealed = {**manifest, "kind": "pickle", "libraries": {}, "classes": ["negative", "positive"]}
    artifact.write(str(tmp_path / "evil"), sealed, {"pipeline.joblib": bomb})
    with pytest.raises(ArtifactError, match="a pickle is code"):
        model.load(str(tmp_path / "evil"), trusted)
    assert not mark.exists()


def test_a_pickle_that_took_the_place_of_a_trusted_one_is_refused(
    bomb: bytes, mark: Path, tmp_path: Path
) -> None:
    manifest, _ = artifact.read(str(Path(model.ARTIFACTS, "frequency")))
    folder = tmp_path / "mine"
    artifact.write(
        str(folder), {**manifest, "kind": "pickle", "libraries": {}}, {"pipeline.joblib": b"trusted"}
    )
    trusted = artifact.read(str(folder))[0]["files"]["pipeline.joblib"]
    (folder / "pipeline.joblib").write_bytes(bomb)
    with pytest.raises(ArtifactError, match=r"pipeline\.joblib or its digest in manifest\.json was changed"):
        model.load(str(folder), trusted)
    assert not mark.exists()


def test_pickles_in_the_folder_above_and_in_the_current_one_are_not_looked_at(
    bomb: bytes, mark: Path, tmp_path: Path
) -> None:
    folder, here = copy("lexicon_ngrams", tmp_path), tmp_path / "here"
    here.mkdir()
    for place in (tmp_path, here):
        for file in ("pipeline.joblib", "model.pkl", "lexicon_ngrams.joblib", "lexicon_ngrams.pkl"):
            (place / file).write_bytes(bomb)
    command = [sys.executable, "-m", "predict.cli", "predict", "I love this"]
    for named in (str(folder), "lexicon_ngrams"):
        ended = subprocess.run(
            command, env={"MODEL": named}, cwd=here, capture_output=True, text=True, check=True
        )
        assert ended.stdout.startswith("positive\t")
    assert not mark.exists()


def test_a_pickle_that_is_sent_to_be_scored_is_a_file_and_no_program(
    bomb: bytes, mark: Path, tmp_path: Path
) -> None:
    (tmp_path / "tweets.csv").write_bytes(bomb)
    command = [sys.executable, "-m", "predict.cli", "score", "tweets.csv"]
    ended = subprocess.run(command, env={}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "is a Python pickle" in ended.stderr
    assert not mark.exists()
