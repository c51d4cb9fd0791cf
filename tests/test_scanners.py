"""Whether the scanners of `make scan` read what they are given: silence must not pass for approval."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv-scan"
COPIED = (
    *("Makefile", "template.yaml", "Dockerfile", "Dockerfile.full", "hatch_build.py"),
    *(".checkov.yaml", ".cfn-lint.yaml", ".hadolint.yaml", ".github"),
    *("functions", "layers", "model/__init__.py", "tests/aws/transformed.py"),
)

pytestmark = pytest.mark.slow


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What is scanned, in a folder where a test may plant a fault."""
    if not (TOOLS / "done").exists():
        pytest.skip("no scanners: `make lint` installs them in .venv-scan")
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.so", "nltk_data"))
        else:
            shutil.copy(source, target)
    return tmp_path


def scan(tree: Path) -> tuple[int, str]:
    """The status of `make scan`, and what it prints."""
    command = ["make", "--ignore-errors", "--old-file", ".venv-scan/done", f"SCAN={TOOLS}/bin", "scan"]
    ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
    return ended.stderr.count("(ignored)"), ended.stdout + ended.stderr


def plant(file: Path, right: str, wrong: str) -> None:
    content = file.read_text()
    assert right in content
    file.write_text(content.replace(right, wrong, 1))


def passed(printed: str) -> dict[str, int]:
    """How many checks of checkov passed where none failed and all could be read, by the kind of file."""
    summary = r"(\w+) scan results:\s+Passed checks: (\d+), Failed checks: 0, Skipped checks: 0\n"
    return {kind: int(count) for kind, count in re.findall(summary, printed)}


def test_nothing_is_found_and_much_was_read(tree: Path) -> None:
    failed, printed = scan(tree)
    assert failed == 0, printed
    counts = passed(printed)
    assert counts["cloudformation"] >= 340  # 165 and 184 today: neither file alone is enough
    assert counts["dockerfile"] >= 180
    assert int(re.search(r"Total lines of code: (\d+)", printed)[1]) >= 5_000  # type: ignore[index]


def test_each_scanner_finds_its_fault(tree: Path) -> None:
    plant(tree / "template.yaml", "VisibilityTimeout: 5400", "VisibilityTimeouts: 5400")
    plant(tree / "template.yaml", "BlockPublicAcls: true", "BlockPublicAcls: false")
    plant(tree / "template.yaml", "      Timeout: 20", "      # Timeout: 20")
    plant(tree / "Dockerfile", "WORKDIR /var/task", "WORKDIR var/task")
    plant(tree / "Dockerfile.full", "FROM debian:trixie-slim", "FROM debian")
    plant(tree / "functions" / "predict" / "entry.py", "import os\n", 'import os\n\neval("1")\n')
    workflow = tree / ".github" / "workflows" / "check.yml"
    plant(workflow, "run: .ci/run", "run: echo ${{ github.event.pull_request.title }}")
    _, printed = scan(tree)
    faults = {
        "E3002",  # cfn-lint: a property that is misspelt
        "ES1006",  # its rules for serverless: a function without a timeout
        "CKV_AWS_53",  # checkov: a bucket that may be public
        "DL3000",  # hadolint: a relative WORKDIR
        "DL3006",  # hadolint in the other Dockerfile: a base without a tag
        "B307",  # bandit: eval
        "template-injection",  # zizmor: a title that a stranger writes, as a command
    }
    assert {fault for fault in faults if fault not in printed} == set(), printed
    assert printed.count("CKV_AWS_53") == 2  # in template.yaml, and in what SAM makes of it


def test_a_template_that_checkov_cannot_read_is_noticed(tree: Path) -> None:
    plant(tree / "template.yaml", "      Name: !Ref AWS::StackName\n", "      <<: { StageName: v0 }\n")
    checkov = TOOLS / "bin" / "checkov"
    command = (checkov, "--skip-download", "--framework", "cloudformation", "--file", "template.yaml")
    ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0  # which is why the checks are counted
    assert passed(ended.stdout) == {}
