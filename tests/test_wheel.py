"""The wheel as its users have it: beside modules of their own, with PyStemmer alone or with more."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from hatch_build import ROOMS, gather, rename_imports
from tests.aws import ports

ROOT = Path(__file__).parents[1]
CURE = "run `pip install 'tweet-sentiment[{}]'`\n"

# Spark has an environment of its own, and tests of its own.
IMPORT_ALL = """
import importlib, pkgutil, tweet_sentiment
for module in pkgutil.walk_packages(tweet_sentiment.__path__, "tweet_sentiment."):
    if not module.name.startswith("tweet_sentiment.spark"):
        importlib.import_module(module.name)
        print(module.name)
"""


class Environment(NamedTuple):
    """A Python that has the wheel. `folder` is where a user works, with modules named as our rooms are."""

    python: Sequence[str]
    folder: Path
    variables: Mapping[str, str]

    def run(self, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self.python, *arguments],
            input=stdin,
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
        )


def run_clone(*arguments: str, stdin: str = "") -> str:
    """What the command prints that runs from the clone."""
    command = [str(Path(sys.executable).with_name("sentiment")), *arguments]
    return subprocess.run(command, input=stdin, env={}, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("user")
    for room in ROOMS:
        (folder / f"{room}.py").write_text("raise SystemExit('This module is the user’s own.')")
    return folder


@pytest.fixture(scope="module")
def lean(wheel: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An empty environment where pip installed the wheel, and what the wheel asks for."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    command = [str(place / "bin" / "pip"), "install", "--quiet", str(wheel)]
    ended = subprocess.run(command, capture_output=True, text=True)
    if "No matching distribution found for pystemmer" in ended.stderr:
        pytest.skip("no package index: the wheel is not installed in an environment of its own")
    assert ended.returncode == 0, ended.stderr
    return Environment([str(place / "bin" / "python")], folder, {})


@pytest.fixture(scope="module")
def full(wheel: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The libraries of this environment and the unpacked wheel, but not the clone."""
    place = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(wheel, place, "zip")
    path = f"{place}:{sysconfig.get_path('platlib')}"  # whose .pth files -S does not read
    return Environment([sys.executable, "-S"], folder, {"PYTHONPATH": path})


# What the build hook does


def test_imports_of_the_rooms_get_the_name_of_the_package_and_nothing_else_changes() -> None:
    source = (
        b"import json\n"
        b"import model\n"
        b"from model import load\n"
        b"if x:\n"
        b"    from predict.http import (\n"
        b"        app,\n"
        b"    )  # from model import load\n"
        b'TEXT = "from nlp import words \xe2\x80\xa8 import model"\n'
        b"from models import model\n"
        b"from . import predict"
    )
    renamed = source.replace(b"\nimport model", b"\nfrom tweet_sentiment import model", 1)
    renamed = renamed.replace(b"\nfrom model ", b"\nfrom tweet_sentiment.model ", 1)
    renamed = renamed.replace(b" from predict.http ", b" from tweet_sentiment.predict.http ", 1)
    assert rename_imports(source) == renamed


@pytest.mark.parametrize(
    "source",
    [b"import model.artifact", b"import json, model", b"import model as m", b"from  model import load"],
    ids=bytes.decode,
)
def test_an_import_in_another_form_ends_the_build(source: bytes) -> None:
    with pytest.raises(ValueError, match=r"^line 1: write `"):
        rename_imports(source)


def test_no_module_of_the_package_is_imported_by_its_name_in_the_clone(tmp_path: Path) -> None:
    package = gather(ROOT, tmp_path)
    assert set(ROOMS) <= {path.name for path in package.iterdir()}
    by_name = re.compile(
        rf"^\s*(?:from|import) (?:{'|'.join(ROOMS)})\b|import_module\(f?[\"']\w", re.MULTILINE
    )
    found = {path.name: by_name.findall(path.read_text(encoding="utf-8")) for path in package.rglob("*.py")}
    assert found.pop("probe.py")  # runs in an image, where the rooms have these names
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_every_command_that_installs_the_package_names_it_as_the_index_would() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no Git: which files belong to the project is not known")
    for name in listed.stdout.split():
        if name.endswith((".md", ".py", ".toml", "Makefile", "Dockerfile")):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert re.findall(r"(?<!tweet-)\bsentiment\[(?:[a-z]+,?)+\]", text) == [], name


# With PyStemmer alone


@pytest.mark.slow
def test_scoring_installs_one_library(lean: Environment) -> None:
    ended = lean.run("-m", "pip", "list", "--format", "json")
    names = {package["name"].lower() for package in json.loads(ended.stdout)}
    assert names - {"pip", "setuptools"} == {"pystemmer", "tweet-sentiment"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["predict", "I love this", "so sad"],
        ["explain", "I don't love this"],
        ["cost"],
        ["events"],
        ["events", "sqs"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_a_command_beside_modules_of_the_same_names_prints_what_the_clone_does(
    lean: Environment, command: list[str]
) -> None:
    as_module = lean.run("-m", "tweet_sentiment", *command)
    script = str(Path(lean.python[0]).with_name("sentiment"))
    as_script = lean.run(script, *command, PYTHONPATH=str(lean.folder))
    assert (as_module.stderr, as_script.stderr) == ("", "")
    assert as_module.stdout == as_script.stdout == run_clone(*command)


@pytest.mark.slow
def test_the_compiled_module_is_found_under_its_new_name(lean: Environment) -> None:
    if not shutil.which(str(sysconfig.get_config_var("CC")).split()[0]):
        pytest.skip("no C compiler: the wheel has the plain module alone")
    ended = lean.run(
        "-c", "from tweet_sentiment.model import sums as s; print(s.Sums.__module__, s.__file__)"
    )
    module, file = ended.stdout.split()
    assert module == "tweet_sentiment.model.sums"
    assert file.endswith(f"/tweet_sentiment/model/sums{sysconfig.get_config_var('EXT_SUFFIX')}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["serve"], "sentiment: This needs uvicorn: " + CURE.format("serve")),
        (["score", "model.py"], "sentiment: This needs obstore: " + CURE.format("serve")),
        (["invoke"], "sentiment: This needs obstore: " + CURE.format("serve")),
        (
            ["evaluate", "model.py"],
            "sentiment: `sentiment evaluate` runs where models are trained: " + CURE.format("training"),
        ),
        (
            ["package", "model.py", "--name", "own"],
            "sentiment: `sentiment package` runs where models are trained: " + CURE.format("training"),
        ),
        (["redrive", "queue"], "sentiment: `sentiment redrive` calls AWS: " + CURE.format("aws")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_that_needs_more_names_the_extra(lean: Environment, command: list[str], said: str) -> None:
    ended = lean.run("-m", "tweet_sentiment", *command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", said)


# The library


@pytest.mark.slow
def test_a_program_loads_a_model_and_type_checkers_know_it(lean: Environment) -> None:
    program = lean.folder / "program.py"
    program.write_text(
        "from tweet_sentiment import load\n"
        'print(load("lexicon_ngrams").predict(["I love this"])[0].label.upper())\n'
    )
    assert lean.run(program.name).stdout == "POSITIVE\n"
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", *lean.python, program.name]
    ended = subprocess.run(mypy, cwd=lean.folder, capture_output=True, text=True)
    assert (ended.stdout, ended.returncode) == ("Success: no issues found in 1 source file\n", 0)
    program.write_text(program.read_text().replace('["I love this"]', "5"))
    ended = subprocess.run(mypy, cwd=lean.folder, capture_output=True, text=True)
    assert 'has incompatible type "int"; expected "Sequence[str]"' in ended.stdout


@pytest.mark.slow
def test_the_program_of_the_page_prints_what_the_page_shows(lean: Environment) -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    [(program, printed)] = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert lean.run("-c", program).stdout == printed


# With the libraries of the extras


@pytest.mark.slow
def test_every_module_is_imported_under_the_one_name(full: Environment) -> None:
    ended = full.run("-c", IMPORT_ALL)
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert {"predict.http.server", "model.training.train", "nlp.tokens"} <= {
        name.removeprefix("tweet_sentiment.") for name in ended.stdout.split()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["direct", "http-api", "sqs"])
def test_an_event_gets_the_answer_of_the_clone(
    full: Environment, event_file: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    event = event_file(name).read_text(encoding="utf-8")
    results = {"RESULTS_URL": f"file://{tmp_path}/results"}
    ended = full.run("-m", "tweet_sentiment", "invoke", stdin=event, **results)
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout.splitlines()[-1])
    if name == "sqs":
        assert answer == {"batchItemFailures": []}
        assert len(list((tmp_path / "results").rglob("*.jsonl"))) == 1
    else:
        expected = json.loads(run_clone("invoke", stdin=event).splitlines()[-1])
        body = "body" if name == "http-api" else "predictions"
        assert answer[body] == expected[body]


@pytest.mark.slow
def test_the_server_answers(full: Environment) -> None:
    port = ports.free()
    command = [*full.python, "-m", "tweet_sentiment", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=full.folder, env=full.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            ports.wait_for(port)
            with urlopen(f"http://127.0.0.1:{port}/ready") as answer:
                assert json.load(answer)["model"]["name"] == "lexicon_ngrams"
        finally:
            process.terminate()
