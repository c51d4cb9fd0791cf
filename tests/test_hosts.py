"""The files and commands of docs/hosts/ fit the server: its command, its port and its paths."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

import model
from predict.http import app
from predict.settings import Settings
from tests.sessions import ROOT

PAGES = sorted((ROOT / "docs" / "hosts").glob("*.md"))
KINDS = {
    "azure-container-apps": ["Microsoft.App/containerApps"],
    "cloud-run": ["Service"],
    "kserve": ["InferenceService"],
    "kubernetes": ["Deployment", "Service"],
    "sagemaker": [],
    "vertex-ai": [],
}
PORTS = {"containerPort", "targetPort"}
PROBED = {"azure-container-apps": 3, "cloud-run": 2, "kserve": 2, "kubernetes": 3}


def read_files(page: str) -> list[Any]:
    text = (ROOT / "docs" / "hosts" / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [found for block in blocks for found in yaml.safe_load_all(block)]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in it."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app.build(model.load("lexicon_ngrams"), Settings()))


def test_every_page_is_tried() -> None:
    assert [page.stem for page in PAGES] == sorted(KINDS)


@pytest.mark.parametrize("page", KINDS)
def test_the_files_are_of_the_kinds_of_their_host(page: str) -> None:
    assert [found.get("kind", found.get("type")) for found in read_files(page)] == KINDS[page]


@pytest.mark.parametrize("page", PROBED)
def test_every_port_is_that_of_the_image(page: str) -> None:
    found = [part for file in read_files(page) for part in walk(file)]
    ports = {part[name] for part in found for name in PORTS & part.keys()}
    probes = {part["httpGet"]["port"] for part in found if "httpGet" in part}
    assert ports == probes == {8080}
    assert "ENV PORT=8080\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PROBED)
def test_every_probe_is_answered(client: TestClient, page: str) -> None:
    probes = [part["httpGet"] for file in read_files(page) for part in walk(file) if "httpGet" in part]
    assert len(probes) == PROBED[page]
    assert {client.get(probe["path"]).status_code for probe in probes} == {200}


@pytest.mark.parametrize("page", PROBED)
def test_every_container_serves_with_options_that_exist(page: str) -> None:
    containers = [
        container
        for file in read_files(page)
        for part in walk(file)
        for container in part.get("containers", ())
    ]
    [arguments] = [container["args"] for container in containers]
    assert arguments[0] == "serve"
    # The last option ends the command before it serves.
    command = [sys.executable, "-m", "predict.entry", *arguments, "--port", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "argument --port: must be a number" in ended.stderr


def test_a_pod_ends_after_its_server() -> None:
    [pod] = [part for file in read_files("kubernetes") for part in walk(file) if "containers" in part]
    [container] = pod["containers"]
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert pod["terminationGracePeriodSeconds"] > waits + 6


def test_a_service_finds_the_pods_of_its_deployment() -> None:
    deployment, service = read_files("kubernetes")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"] == labels == deployment["spec"]["selector"]["matchLabels"]


def test_the_paths_of_sagemaker_and_vertex_are_answered(client: TestClient) -> None:
    assert client.get("/ping").status_code == 200
    assert client.post("/invocations", json={"inputs": ["I love this"]}).status_code == 200
    deployed = "/v1/endpoints/1/deployedModels/2"
    assert client.get(deployed).status_code == 200
    assert client.post(f"{deployed}:predict", json={"instances": ["I love this"]}).status_code == 200
    kserve = {"instances": ["I love this"]}
    assert client.post("/v1/models/lexicon_ngrams:predict", json=kserve).status_code == 200
