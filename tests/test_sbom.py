"""The bill of materials that `make sbom` writes, and the licences in NOTICE, say what the lock says."""

import json
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements" / "lambda.txt").read_text().replace("\\\n", "")
LOCKED = {
    (name, version): set(re.findall(r"sha256:(\w+)", rest))
    for name, version, rest in re.findall(r"^([\w.-]+)==([\w.]+)(.*)$", LOCK, re.MULTILINE)
}


def test_the_bill_of_materials_has_the_releases_and_hashes_of_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    command = ["make", "--old-file", ".venv/development", f"SBOM={file}", "sbom"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    content = file.read_bytes()
    bill = json.loads(content)
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "tweet-sentiment"
    found = {
        (part["name"], part["version"]): {
            digest["content"] for place in part["externalReferences"] for digest in place["hashes"]
        }
        for part in bill["components"]
    }
    assert len(found) == len(bill["components"])
    assert found == LOCKED
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert file.read_bytes() == content


def test_all_wheels_but_one_bring_the_text_of_their_licence() -> None:
    """NOTICE says where that of the other one is."""
    bare = set()
    for name, _ in LOCKED:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # not for this Python or system
            continue
        if not any(
            re.search(r"dist-info/.*(LICEN[CS]E|COPYING)", str(file), re.IGNORECASE) for file in files
        ):
            bare.add(name)
    assert bare == {"obstore"}


def listed() -> dict[str, str]:
    """The licences of the libraries of the image, as NOTICE has them."""
    _, _, section = (ROOT / "NOTICE").read_text(encoding="utf-8").partition("\nLibraries of the image\n")
    return dict(re.findall(r"^    ([\w.-]+) +(\S.*)$", section, re.MULTILINE))


def test_notice_lists_the_libraries_of_the_lock_and_no_others() -> None:
    assert sorted(listed()) == sorted(name for name, _ in LOCKED)


@pytest.mark.parametrize("name", sorted(name for name, _ in LOCKED))
def test_notice_has_the_licence_that_each_library_gives(name: str) -> None:
    try:
        said = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not for this Python or system")
    classified = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    licence = said["License-Expression"] or said["License"] or ", ".join(classified)
    assert licence
    assert listed()[name] == licence
