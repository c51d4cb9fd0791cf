"""`sentiment doctor` before a whole image and before images that are broken on purpose."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from predict.doctor import RESTRICTIONS
from predict.probe import PARTS
from tests.e2e.conftest import run

SENTIMENT = Path(sys.executable).with_name("sentiment")
Doctor = Callable[..., "subprocess.CompletedProcess[str]"]
SITE = "/usr/lib/python3/dist-packages"


def adding(code: str, module: str = "predict/queue") -> str:
    """Python prefers the bytecode, so that goes."""
    folder, name = module.split("/")
    return f"RUN cd /var/task/{folder} && rm __pycache__/{name}.* && echo '{code}' >> {name}.py"


# The second line of a Dockerfile, and the checks that must name its fault.
BROKEN: dict[str, tuple[str, set[str]]] = {
    "no source": ("LABEL org.opencontainers.image.source=", {"labels"}),
    "another entry": ('ENTRYPOINT ["python3", "-m", "awslambdaric"]', {"entry", "root"}),
    "root is kept": (f"RUN echo 'import os; os.setuid = os.setgid = id' > {SITE}/kept.pth", {"root"}),
    "writes beside the code": (adding('open("/var/tmp/x", "w").close()'), {"read-only"}),
    "needs root": (adding('import os; os.listdir("/root")'), {"user"}),
    "calls a host": (
        adding('import socket; socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.2.1", 9))'),
        {"network"},
    ),
    "needs 700 MB": (adding('b"x" * 700_000_000'), {"memory"}),
    "writes to the home folder": (
        adding('from os.path import expanduser; open(expanduser("~/x"), "w").close()'),
        {"home"},
    ),
    "a closed file": ("RUN chmod 600 /var/task/NOTICE", {"data"}),
    "a changed weight": ("RUN echo >> /var/task/model/artifacts/lexicon_ngrams/card.md", {"artifact"}),
    "another formula": (adding("sigmoid = lambda _: 0.5", "model/classifier"), {"golden"}),
    "no library": ("RUN rm -r /opt/python/awslambdaric", {"code"}),
    "no queue door": ("RUN rm /var/task/predict/queue.py", {"queue"}),
}


@contextmanager
def building(base: str, line: str) -> Iterator[str]:
    """A new image, which is removed."""
    name = f"doctor-{uuid4().hex}"
    run("docker", "build", "--quiet", "--tag", name, "-", stdin=f"FROM {base}\n{line}\n")
    try:
        yield name
    finally:
        run("docker", "rmi", name)


@pytest.fixture(scope="module")
def whole(image: str) -> Iterator[str]:
    labels = (f"org.opencontainers.image.{name}" for name in ("source=https://example.org/x", "version=1"))
    with building(image, f"LABEL {' '.join(labels)}") as name:
        yield name


@pytest.fixture(scope="module")
def doctor() -> Doctor:
    return lambda *arguments: subprocess.run(
        [SENTIMENT, "doctor", *arguments], capture_output=True, text=True, check=False
    )


def test_a_whole_image_passes_every_check(whole: str, doctor: Doctor) -> None:
    ended = doctor(whole)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = [line.split("\t") for line in ended.stdout.splitlines()]
    expected = {"manifest", "labels", "entry", "root", *PARTS, *RESTRICTIONS}
    assert sorted(lines) == [["passed", name] for name in sorted(expected)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_image_has_its_fault_named_with_a_cure(whole: str, doctor: Doctor, name: str) -> None:
    line, faults = BROKEN[name]
    with building(whole, line) as broken:
        ended = doctor(broken, "--json")
    assert (ended.returncode, ended.stderr) == (1, "")
    failed = [check for check in json.loads(ended.stdout) if not check["passed"]]
    assert {check["name"] for check in failed} == faults, failed
    assert all(check["fault"] and check["cure"] for check in failed)


def test_an_image_that_docker_does_not_have_is_named(engine: None, doctor: Doctor) -> None:
    ended = doctor("doctor-no-such-image")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("sentiment: Docker does not show the image doctor-no-such-image: ")
