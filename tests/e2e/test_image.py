import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import model

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
            "InvalidRequest",
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


@pytest.mark.parametrize("module", ["sklearn", "scipy", "numpy", "nltk", "joblib", "pip", "model.training"])
def test_what_stays_on_the_laptop_is_not_in_the_image(shell: Callable[[str], str], module: str) -> None:
    found = shell(f"python3 -c 'import importlib.util as u; print(u.find_spec(\"{module}\"))'")
    assert found == "None\n"


def test_there_is_no_compiler_in_the_image(shell: Callable[[str], str]) -> None:
    assert shell("for tool in gcc cc g++ make pip pip3; do command -v $tool; done; true") == ""


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
    command = ["docker", "image", "inspect", "--format", "{{.Size}}", image]
    size = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert size <= 180_000_000


@pytest.mark.parametrize("name", ["frequency", "lexicon_ngrams", "naive_bayes", "network", "word2vec"])
def test_every_model_is_served_by_setting_one_variable(shell: Callable[[str], str], name: str) -> None:
    golden = dict(model.load(name).manifest["golden"])
    printed = shell(f"MODEL={name} python3 -m predict.cli predict 'I love this'")
    label, probability, _ = printed.split("\t")
    assert (label, float(probability)) == ("positive", round(golden["I love this"], 4))
