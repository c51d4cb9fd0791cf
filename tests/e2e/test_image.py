import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import model
from tests.e2e.conftest import ROOT, run

Event = Callable[[str], Any]
Answer = Callable[[object], dict[str, Any]]


def test_the_direct_door_answers_as_on_this_machine(
    emulated: Any, event: Event, directly: Answer, posts_answer: dict[str, str]
) -> None:
    with emulated("predict.direct.handler") as invoke:
        for name in ("direct_text", "direct_texts", "direct_tweets"):
            assert invoke(event(name)) == directly(event(name))
        refused = invoke(event("direct_wrong"))
        assert (refused["errorType"], refused["errorMessage"]) == (
            "InvalidRequestError",
            "/texts/1 must be a string, not a whole number",
        )
        assert invoke(event("post_payload")) == posts_answer


def test_the_http_door_answers_as_on_this_machine(
    emulated: Any, event: Event, directly: Answer, posts_answer: dict[str, str]
) -> None:
    with emulated("predict.api.handler") as invoke:
        for name in ("rest", "http-api"):
            response = invoke(event(name))
            assert response["statusCode"] == 200
            assert json.loads(response["body"]) == directly({"text": "I love this"})
        assert json.loads(invoke(event("rest_post_payload"))["body"]) == posts_answer
        for name in ("rest_truncated_json", "rest_base64_rubbish"):
            assert invoke(event(name))["statusCode"] == 400


def test_the_image_is_a_plain_http_server_too(
    served_plainly: Any, event: Event, directly: Answer, posts_answer: dict[str, str]
) -> None:
    assert served_plainly("/api/v1/predict", event("post_payload")) == posts_answer
    assert served_plainly("/predict", {"text": "I love this"}) == directly({"text": "I love this"})
    assert served_plainly("/predict", {"text": 5})["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize("module", ["pip", "model.training"])
def test_what_stays_on_the_laptop_is_not_in_the_image(shell: Callable[[str], str], module: str) -> None:
    found = shell(f"python3 -c 'import importlib.util as u; print(u.find_spec(\"{module}\"))'")
    assert found == "None\n"


def test_the_libraries_in_the_image_are_these(shell: Callable[[str], str]) -> None:
    found = shell("ls --ignore '*.dist-info' --ignore __pycache__ --ignore nlp /opt/python").split()
    assert {name.partition(".")[0] for name in found} == {
        "Stemmer",
        "annotated_doc",
        "annotated_types",
        "anyio",
        "awslambdaric",
        "backports",
        "click",
        "fastapi",
        "fastapi_offline",
        "h11",
        "idna",
        "obstore",
        "opentelemetry",
        "prometheus_client",
        "pydantic",
        "pydantic_core",
        "runtime_client",
        "simplejson",
        "snapshot_restore_py",
        "starlette",
        "typing_extensions",
        "typing_inspection",
        "uvicorn",
    }
    assert shell("ls /usr/lib/python3/dist-packages") == "layers.pth\n"


def test_the_labels_say_what_the_image_is_and_that_lambda_may_snapshot_it(image: str) -> None:
    labels = json.loads(run("docker", "inspect", "--format", "{{json .Config.Labels}}", image))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    said = {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}
    assert said == {
        "title": project["name"],
        "description": "Tweets in, sentiment out",
        "licenses": project["license"],
        "version": project["version"],
        "revision": "",  # which a release gives
        "source": "",
        "com.amazonaws.lambda.feature.snapstart": "Allow",
    }


def test_no_file_gives_its_caller_the_rights_of_another(image: str) -> None:
    arguments = ("--rm", "--network", "none", "--entrypoint", "find", image, "/", "-xdev")
    assert run("docker", "run", *arguments, "-type", "f", "-perm", "/6000") == ""


def test_the_licences_of_what_the_image_contains_are_in_it(shell: Callable[[str], str]) -> None:
    query = "dpkg-query --show --showformat '${db:Status-Status} ${Package}\\n' '*python3*'"
    installed = [name for status, name in map(str.split, shell(query).splitlines()) if status == "installed"]
    assert {"python3", "python3.13", "libpython3.13-stdlib"} <= set(installed)  # what is added to Debian
    missing = shell(
        f"for name in {' '.join(installed)}; do test -e /usr/share/doc/$name/copyright || echo $name; done"
    )
    assert missing == ""
    assert shell("ls /var/task/LICENSE /var/task/NOTICE").split() == ["/var/task/LICENSE", "/var/task/NOTICE"]


def test_the_check_of_new_versions_knows_the_right_answer_of_each_door(shell: Callable[[str], str]) -> None:
    printed = shell("python3 -c 'from rollout import hook; print(*dict(hook.make_trials()))'")
    assert printed.split() == ["api", "direct", "objects", "queue", "streams", "notifications"]


def test_the_libraries_in_the_image_are_the_releases_of_the_lock(shell: Callable[[str], str]) -> None:
    lock = (ROOT / "requirements" / "lambda.txt").read_text()
    locked = {
        (re.sub(r"[-.]", "_", name).lower(), version)
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)
    }
    folders = shell("cd /opt/python && ls -d *.dist-info").split()
    found = [folder.removesuffix(".dist-info").partition("-") for folder in folders]
    assert {(re.sub(r"[-.]", "_", name).lower(), version) for name, _, version in found} == locked


def test_there_is_no_compiler_in_the_image(shell: Callable[[str], str]) -> None:
    assert shell("for tool in gcc cc g++ make pip pip3; do command -v $tool; done; true") == ""


def test_the_sums_are_compiled_in_the_image(shell: Callable[[str], str]) -> None:
    [file] = shell("find /opt/python /var/task -name 'sums.*.so'").split()
    assert shell("python3 -c 'import model.sums; print(model.sums.__file__)'").strip() == file
    assert int(shell(f"stat --format %s {file}")) <= 200_000
    assert shell("find /opt/python /var/task -name '*.pxd' -o -name '*.c'") == ""


def test_every_module_in_the_image_has_its_bytecode(shell: Callable[[str], str]) -> None:
    sources = shell("find /opt/python /var/task /usr/lib/python3.13 -name '*.py'").split()
    compiled = set(shell("find /opt/python /var/task /usr/lib/python3.13 -name '*.pyc'").split())
    assert sources
    assert [path for path in map(Path, sources) if str(bytecode(path)) not in compiled] == []


def bytecode(source: Path) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"


def test_files_belong_to_root_are_readable_by_all_and_writable_by_none_else(
    shell: Callable[[str], str],
) -> None:
    wrong = "find /opt /var/task ! -user root -o ! -type l -perm /022 -o ! -readable"
    assert shell(wrong) == ""
    assert shell("ls /opt/python/nlp/nltk_data/corpora/stopwords") == "tweets\n"


def test_the_image_is_small(image: str) -> None:
    """Today it has 157 MB, of which Debian 78.1 and Python 35.4."""
    show = ("--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}")
    layers = run("docker", "history", *show, image).splitlines()
    sizes = [int(layer.split()[0]) / 1e6 for layer in layers]
    [python] = [place for place, layer in enumerate(layers) if "--no-install-recommends python3" in layer]
    debian = sum(sizes[python + 1 :])
    assert debian <= 82
    assert sizes[python] <= 36
    assert sum(sizes) <= 180


@pytest.mark.parametrize(
    ("folder", "megabytes", "files"),
    [
        ("/opt/python", 42, 1_220),  # 41.1 and 1,208 today
        ("/opt/python/nlp", 0.055, 13),  # 0.050 and 12
        ("/var/task/predict", 1.32, 275),  # 1.254 and 265
        ("/var/task/model", 2.2, 52),  # 2.08 and 49
    ],
)
def test_no_folder_of_the_image_grows(
    shell: Callable[[str], str], folder: str, megabytes: float, files: int
) -> None:
    sizes = [int(size) for size in shell(f"find {folder} -type f -printf '%s\\n'").split()]
    assert sum(sizes) / 1e6 <= megabytes
    assert len(sizes) <= files


def test_a_command_that_calls_aws_says_what_it_needs(shell: Callable[[str], str]) -> None:
    assert shell("python3 -m predict.cli redrive queue 2>&1; true") == (
        "sentiment: `sentiment redrive` calls AWS: run `pip install 'tweet-sentiment[aws]'`\n"
    )


@pytest.mark.parametrize("name", ["frequency", "lexicon_ngrams", "naive_bayes", "network", "word2vec"])
def test_every_model_is_served_by_setting_one_variable(shell: Callable[[str], str], name: str) -> None:
    golden = dict(model.load(name).manifest["golden"])
    printed = shell(f"MODEL={name} python3 -m predict.cli predict 'I love this'")
    label, probability, _ = printed.split("\t")
    assert (label, float(probability)) == ("positive", round(golden["I love this"], 4))
