"""`sentiment doctor`: whether an image will run in Lambda, examined with the `docker` command."""

import json
import subprocess  # nosec B404 # for the `docker` command
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from predict.probe import PARTS

Ended = subprocess.CompletedProcess[str]

PROBE = Path(__file__).with_name("probe.py")
PLATFORMS = ("linux/amd64", "linux/arm64")
LABELS = ("org.opencontainers.image.source", "org.opencontainers.image.version")
_SECONDS = 60  # until a container that does not end is removed
_LATE = 124  # the status of such a command, as `timeout` has it

_READABLE = "let all read the files: RUN chmod -R go=rX /opt /var/task"
# What Lambda forbids, one at a time, so that what fails has one reason.
RESTRICTIONS: Mapping[str, tuple[Sequence[str], str]] = {
    "read-only": (("--read-only", "--tmpfs", "/tmp", "--env", "HOME=/tmp"), "write to /tmp alone"),  # nosec B108 # in a container
    "user": (("--user", "4242", "--env", "HOME=/tmp"), "read and write only what all may"),
    "network": (("--network", "none"), "put what it fetches into the image"),
    "memory": (("--memory", "512m", "--memory-swap", "512m"), "load less, or set a larger MemorySize"),
    "home": (("--tmpfs", "/home:ro", "--env", "HOME=/home/nobody"), "write to /tmp, not to the home folder"),
}
_ALL = [option for options, _ in RESTRICTIONS.values() for option in options]
_SETTINGS = ("--env", "RESULTS_URL=memory:///", "--env", "BUCKETS=file:///var/task/predict/samples/")

# The parts that the probe examines before the doors.
_CURES = {
    "code": "install the missing library into /opt/python, and copy functions/ to /var/task",
    "data": _READABLE,
    "artifact": "copy the folder of the model again, or correct MODEL",
    "golden": "train the model again with the code of the image",
}
_DOOR = "copy functions/ again, and install requirements/lambda.txt"

# Waits until the server answers, and prints whose the first process is.
_OWNER = """
import os, sys, time, urllib.request
for _ in range(200):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/health", timeout=5).read()
        print(os.stat("/proc/1").st_uid)
        break
    except OSError:
        time.sleep(0.1)
"""


class Check(NamedTuple):
    """One line of the report. `fault` is empty if the image passes; else `cure` says what to do."""

    name: str
    fault: str
    cure: str

    def as_json(self) -> dict[str, Any]:
        cure = self.cure if self.fault else ""
        return {"name": self.name, "passed": not self.fault, "fault": self.fault, "cure": cure}

    def __str__(self) -> str:
        return f"failed\t{self.name}\t{self.fault}: {self.cure}" if self.fault else f"passed\t{self.name}"


def run(image: str, as_json: bool) -> None:
    """Print a line for each check. The process ends with status 1 if one fails.

    Raises ValueError if there is no `docker` command, no engine, or no such image.
    """
    checks = []
    for check in examine(image):
        checks.append(check)
        if not as_json:
            print(check, flush=True)
    if as_json:
        print(json.dumps([check.as_json() for check in checks], indent=2, ensure_ascii=False))
    if any(check.fault for check in checks):
        sys.exit(1)


def examine(image: str) -> Iterator[Check]:
    """Yield the checks in the order of the report. Raises ValueError as `run` does."""
    ended = _docker("image", "inspect", image)
    if ended.returncode:
        raise ValueError(f"Docker does not show the image {image}: {_last_line(ended.stderr)}.")
    [described] = json.loads(ended.stdout)
    yield check_manifest(described)
    yield _check_labels(described)
    yield _check_entry(image)
    yield from _check_inside(image)


def check_manifest(described: Mapping[str, Any]) -> Check:
    """Lambda takes a single manifest. `described` is what `docker image inspect` says of the image."""
    kind = (described.get("Descriptor") or {}).get("mediaType", "")
    platform = f"{described['Os']}/{described['Architecture']}"
    fault = ""
    if "index" in kind or "manifest.list" in kind:
        fault = "the image is a list of manifests"
    elif platform not in PLATFORMS:
        fault = f"the image is for {platform}"
    return Check("manifest", fault, f"build with --provenance=false --platform {' or '.join(PLATFORMS)}")


def _check_labels(described: Mapping[str, Any]) -> Check:
    labels = described["Config"].get("Labels") or {}
    missing = [name for name in LABELS if not labels.get(name)]
    fault = f"the image has no label {' and no '.join(missing)}" if missing else ""
    return Check("labels", fault, f"build with {' '.join(f'--label {name}=…' for name in missing)}")


def _check_entry(image: str) -> Check:
    lines = _run(image).stderr.splitlines()
    said = len(lines) == 1 and "docker run" in lines[0]
    fault = "" if said else "`docker run` outside Lambda does not say what to type"
    return Check("entry", fault, 'restore ENTRYPOINT ["python3", "-m", "predict.entry"]')


def _check_owner(image: str) -> Check:
    """Whether a server that a plain host starts becomes another user than root."""
    started = _docker("run", "--detach", image, "serve")
    container = started.stdout.strip()
    try:
        owner = _docker("exec", container, "python3", "-c", _OWNER).stdout.strip() if container else ""
    finally:
        if container:
            _docker("rm", "--force", container)
    if not owner.isdecimal():  # Docker says here that a container has ended
        fault = "`serve` does not answer"
    else:
        fault = "`serve` runs as root" if owner == "0" else ""
    return Check("root", fault, "let predict.entry serve, which gives up root")


def _check_inside(image: str) -> Iterator[Check]:
    """What fails without a restriction, then under one alone, then in a door under all of them."""
    freely = _probe(image)
    yield Check("code", freely["code"], _CURES["code"])
    yield Check("artifact", freely["artifact"], _CURES["artifact"])
    if freely["code"] or freely["artifact"]:
        return  # what follows would fail for the same reason
    yield _check_owner(image)
    yield Check("golden", freely["golden"], _CURES["golden"])
    explained: set[str] = set()
    for name, (options, cure) in RESTRICTIONS.items():
        failing = {
            part: fault for part, fault in _probe(image, *options).items() if fault and not freely[part]
        }
        if name == "user":
            yield Check("data", failing.pop("data", ""), _CURES["data"])
        explained.update(failing)
        yield Check(name, next((f"{part}: {fault}" for part, fault in failing.items()), ""), cure)
    for door, fault in _probe(image, *_ALL).items():
        if door not in _CURES:
            yield Check(door, freely[door] or ("" if door in explained else fault), _DOOR)


def _probe(image: str, *options: str) -> dict[str, str]:
    """The faults by part, in the order of the probe. Where the process ended, its end is the fault."""
    options = (*options, *_SETTINGS, "--interactive", "--entrypoint", "python3")
    ended = _run(image, *options, arguments=("-",), stdin=PROBE.read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith('{"part": ')]
    said = {line["part"]: line["fault"] for line in lines}
    if ended.returncode == 137:
        end = "the process was killed, as it is when it needs more memory"
    else:
        end = f"the process ended with status {ended.returncode}: {_last_line(ended.stderr)}"
    return {part: said.get(part, end) for part in PARTS}


def _run(image: str, *options: str, arguments: Sequence[str] = (), stdin: str = "") -> Ended:
    """What a new container printed. One that does not end is removed."""
    container = f"sentiment-doctor-{uuid4().hex}"
    ended = _docker("run", "--rm", "--name", container, *options, image, *arguments, stdin=stdin)
    if ended.returncode == _LATE:
        _docker("rm", "--force", container)
    return ended


def _docker(*arguments: str, stdin: str = "") -> Ended:
    command = ["docker", *arguments]
    try:
        return subprocess.run(  # nosec B603 # the user's own command, without a shell
            command, input=stdin, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError as exc:
        raise ValueError("`sentiment doctor` needs the `docker` command: install Docker.") from exc
    except subprocess.TimeoutExpired:
        return Ended(command, _LATE, "", f"it did not end in {_SECONDS} seconds")


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].rstrip(".")
