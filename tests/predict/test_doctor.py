import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from predict import doctor

INDEX = "application/vnd.oci.image.index.v1+json"
SINGLE = "application/vnd.oci.image.manifest.v1+json"


def described(architecture: str = "amd64", **more: Any) -> dict[str, Any]:
    """What `docker image inspect` says."""
    return {"Id": "sha256:5390af9d9c84", "Architecture": architecture, "Os": "linux", **more}


@pytest.mark.parametrize(
    "image", [described(), described("arm64"), described(Descriptor={"mediaType": SINGLE, "size": 1610})]
)
def test_one_manifest_for_a_processor_of_lambda_passes(image: dict[str, Any]) -> None:
    assert doctor.check_manifest(image).fault == ""


@pytest.mark.parametrize(
    ("image", "fault"),
    [
        (described("s390x"), "the image is for linux/s390x"),
        (described(Descriptor={"mediaType": INDEX, "size": 856}), "the image is a list of manifests"),
    ],
)
def test_what_lambda_cannot_take_is_named(image: dict[str, Any], fault: str) -> None:
    assert doctor.check_manifest(image).fault == fault


def test_a_machine_without_docker_is_told_so() -> None:
    command = [str(Path(sys.executable).with_name("sentiment")), "doctor", "an-image"]
    ended = subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "sentiment: `sentiment doctor` needs the `docker` command: install Docker.\n"
