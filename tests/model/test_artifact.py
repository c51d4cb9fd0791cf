from pathlib import Path

import pytest

import model
from model import artifact
from model.artifact import CARD, FORMAT, ArtifactError

MANIFEST = {"name": "x", "kind": "scorecard", "bias": 0.1 + 0.2}
FILES = {"weights.json": b'{"a": 1.5}', "other.bin": bytes(range(256)), CARD: b"# x"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    artifact.write(str(tmp_path / "x"), MANIFEST, FILES)
    return tmp_path / "x"


def test_what_is_written_is_read(folder: Path) -> None:
    manifest, files = artifact.read(str(folder))
    assert files == FILES
    assert {key: manifest[key] for key in MANIFEST} == MANIFEST


def test_a_manifest_with_nan_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        artifact.write(str(tmp_path), {"bias": float("nan")}, {})
    assert list(tmp_path.iterdir()) == []


def test_equal_contents_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    artifact.write(str(again), dict(reversed(MANIFEST.items())), dict(reversed(FILES.items())))
    assert (again / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()


def test_the_version_depends_on_everything_but_the_card() -> None:
    version = artifact.seal(MANIFEST, FILES)["version"]
    assert artifact.seal(MANIFEST, {**FILES, "other.bin": b""})["version"] != version
    assert artifact.seal({**MANIFEST, "bias": 0.3}, FILES)["version"] != version
    assert artifact.seal(MANIFEST, {**FILES, CARD: b"# y"})["version"] == version


@pytest.mark.parametrize("name", ["manifest.json", *FILES])
def test_no_changed_byte_is_accepted(folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    for i in range(len(content)):
        path.write_bytes(content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :])
        with pytest.raises(ArtifactError, match=name):
            artifact.read(str(folder))
    for changed in (content[:-1], content + b" ", b"", b"[]", b"{}", b"null", b"[" * 100_000):
        path.write_bytes(changed)
        with pytest.raises(ArtifactError, match=name):
            artifact.read(str(folder))


@pytest.mark.parametrize("name", ["manifest.json", *FILES])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"has no readable {name}: train the model, or correct MODEL"):
        artifact.read(str(folder))


def test_another_format_is_refused(folder: Path) -> None:
    manifest = artifact._with_version({**artifact.read(str(folder))[0], "format": 99})
    (folder / "manifest.json").write_bytes(artifact._encode(manifest))
    with pytest.raises(ArtifactError, match=f"has format 99, this release reads {FORMAT}: train again"):
        artifact.read(str(folder))


def test_a_file_that_the_manifest_does_not_name_is_refused(folder: Path) -> None:
    (folder / "notes.txt").touch()
    with pytest.raises(ArtifactError, match=r"manifest.json does not name: remove notes.txt"):
        artifact.read(str(folder))


def test_features_that_no_release_knows_are_refused() -> None:
    manifest, files = artifact.read(str(Path(model.ARTIFACTS, "frequency")))
    with pytest.raises(model.ArtifactError, match="is an incomplete artifact"):
        model.build({**manifest, "features": "emoji"}, files)


def test_an_artifact_without_golden_predictions_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    manifest, files = artifact.read(str(Path(model.ARTIFACTS, "frequency")))
    artifact.write(str(tmp_path), {**manifest, "golden": []}, files)
    with pytest.raises(model.ArtifactError, match="has no golden predictions: train again"):
        model.load(str(tmp_path))
