from pathlib import Path

import pytest

from model import artifact
from model.artifact import ArtifactError

MANIFEST = {"name": "x", "kind": "scorecard", "bias": 0.1 + 0.2}
FILES = {"weights.json": b'{"a": 1.5}', "other.bin": bytes(range(256))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    artifact.write(str(tmp_path), MANIFEST, FILES)
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    manifest, files = artifact.read(str(folder))
    assert files == FILES
    assert {key: manifest[key] for key in MANIFEST} == MANIFEST


def test_a_number_that_is_none_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        artifact.write(str(tmp_path), {"bias": float("nan")}, {})
    assert list(tmp_path.iterdir()) == []


def test_the_same_content_gives_the_same_bytes_and_another_another_version(
    folder: Path, tmp_path: Path
) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    artifact.write(str(again), dict(reversed(MANIFEST.items())), dict(reversed(FILES.items())))
    artifact.write(str(other), MANIFEST, {**FILES, "other.bin": b""})
    manifest = (folder / "manifest.json").read_bytes()
    assert (again / "manifest.json").read_bytes() == manifest
    assert artifact.read(str(other))[0]["version"] != artifact.read(str(folder))[0]["version"]


@pytest.mark.parametrize("name", ["manifest.json", *FILES])
def test_no_changed_byte_is_accepted(folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(ArtifactError, match=name):
            artifact.read(str(folder))
    for changed in (content[:-1], content + b" ", b"", b"[]", b"null", b"[" * 100_000):
        path.write_bytes(changed)
        with pytest.raises(ArtifactError, match=name):
            artifact.read(str(folder))


@pytest.mark.parametrize("name", ["manifest.json", "weights.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"has no readable {name}: train the model, or correct MODEL"):
        artifact.read(str(folder))


def test_another_format_is_refused(folder: Path) -> None:
    sealed = artifact._sealed({**artifact.read(str(folder))[0], "format": 99})
    (folder / "manifest.json").write_bytes(sealed)
    with pytest.raises(ArtifactError, match="has format 99, this release reads 2: train again"):
        artifact.read(str(folder))
