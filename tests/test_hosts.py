"""The files and commands of docs/hosts/ fit the server: its command, its port and its paths.

`tests/test_proxies.py` runs those of nginx and Caddy.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
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
    "caddy": [None],  # of Docker Compose
    "cloud-run": ["Service"],
    "fly": [],
    "kserve": ["InferenceService"],
    "kubernetes": ["Deployment", "Service"],
    "nginx": [None],
    "sagemaker": [],
    "vertex-ai": [],
}
PORTS = {"containerPort", "targetPort"}
RELEASE = "1.37"  # of Kubernetes
PROBED = {"azure-container-apps": 3, "cloud-run": 2, "kserve": 2, "kubernetes": 3}


def read_blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / "hosts" / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def read_files(page: str) -> list[Any]:
    return [found for block in read_blocks(page, "yaml") for found in yaml.safe_load_all(block)]


def is_taken(arguments: list[str]) -> bool:
    """Whether the image's command takes them. The last option ends it before it serves."""
    command = [sys.executable, "-m", "predict.entry", *arguments, "--port", "none"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return arguments[0] == "serve" and "argument --port: must be a number" in ended.stderr


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
    assert is_taken(arguments)


# Members of a pod in the file of another resource, which Kubernetes' own pods have not.
BESIDE = {"kserve": ("minReplicas",), "cloud-run": ("containerConcurrency", "timeoutSeconds")}


def test_the_manifests_are_what_the_schemas_of_kubernetes_say() -> None:
    for manifest in read_files("kubernetes"):
        kubernetes_validate.validate(manifest, RELEASE, strict=True)


@pytest.mark.parametrize("page", BESIDE)
def test_the_pods_of_others_are_what_the_schemas_of_kubernetes_say(page: str) -> None:
    [spec] = [part for file in read_files(page) for part in walk(file) if "containers" in part]
    for name in BESIDE[page]:
        del spec[name]
    for container in spec["containers"]:
        container.setdefault("name", "sentiment")  # Cloud Run gives one
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "sentiment"}, "spec": spec}
    kubernetes_validate.validate(pod, RELEASE, strict=True)


def test_a_member_that_is_misspelt_is_refused() -> None:
    deployment, _ = read_files("kubernetes")
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, RELEASE, strict=True)


def test_the_files_of_compose_and_fly_serve_on_the_port_and_paths_of_the_image(client: TestClient) -> None:
    for page in ("caddy", "nginx"):
        [compose] = read_files(page)
        assert is_taken(compose["services"]["sentiment"]["command"])
    [text] = read_blocks("fly", "toml")
    fly = tomllib.loads(text)
    service = fly["http_service"]
    assert is_taken(fly["processes"]["app"].split())
    assert (service["internal_port"], service["processes"]) == (8080, list(fly["processes"]))
    assert [client.get(check["path"]).status_code for check in service["checks"]] == [200]
    assert (fly["kill_signal"], int(fly["kill_timeout"].removesuffix("s")) > 6) == ("SIGTERM", True)


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
