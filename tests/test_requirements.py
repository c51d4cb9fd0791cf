import re
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).parents[1] / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_versions_and_hashes_and_no_addresses(lock: Path) -> None:
    content = lock.read_text()
    packages = content.replace("\\\n", "").splitlines()
    assert packages
    for package in packages:
        assert re.match(r"[\w.\[\]-]+==[\w.]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+$", package), package
    assert "://" not in content


def test_the_locks_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        if lock.stem not in (
            "alternatives",
            "build",
            "clients",
            "mlserver",
            "sam",
            "scan",
            "spark",
        ):  # which have environments of their own
            for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE):
                versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
