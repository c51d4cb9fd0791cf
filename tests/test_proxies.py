"""The files of docs/hosts/ for nginx and Caddy, each in front of the plain server, with TLS."""

import gzip
import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from predict.settings import Settings
from tests.aws import ports
from tests.predict.dialects.cases import CASES
from tests.predict.http import plain_server
from tests.sessions import ROOT

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")

TEXTS = ["I love this", "so sad é"]
PROXIES = ("nginx", "caddy")


class Place(NamedTuple):
    """Of a proxy: where it listens, its certificate with its key, and where the server is."""

    folder: Path
    http: int
    https: int
    server: int


def read_file(page: str, language: str) -> str:
    text = (ROOT / "docs" / "hosts" / f"{page}.md").read_text(encoding="utf-8")
    [found] = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return str(found)


def put(text: str, changes: Mapping[str, str]) -> str:
    """The file with the addresses of this test. Each of `changes` must be in it."""
    for shown, here in changes.items():
        assert shown in text
        text = text.replace(shown, here)
    return text


def configure_nginx(place: Place) -> list[str]:
    changes = {
        "server sentiment:8080;": f"server 127.0.0.1:{place.server};",
        "listen 80;": f"listen 127.0.0.1:{place.http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{place.https} ssl;",
        "/etc/nginx/tls/": f"{place.folder}/",
    }
    file = place.folder / "nginx.conf"
    file.write_text(put(read_file("nginx", "nginx"), changes), encoding="utf-8")
    run_here = f"daemon off; pid {place.folder}/nginx.pid;"
    return ["nginx", "-c", str(file), "-e", str(place.folder / "error.log"), "-g", run_here]


def configure_caddy(place: Place) -> list[str]:
    options = f"http_port {place.http}\n\thttps_port {place.https}\n\tdefault_bind 127.0.0.1"
    changes = {
        "sentiment:8080": f"127.0.0.1:{place.server}",
        "admin off": f"admin off\n\t{options}",
        "sentiment.example.com {": f"127.0.0.1 {{\n\ttls {place.folder}/cert.pem {place.folder}/key.pem",
    }
    file = place.folder / "Caddyfile"
    file.write_text(put(read_file("caddy", "caddyfile"), changes), encoding="utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]


CONFIGURE = {"nginx": configure_nginx, "caddy": configure_caddy}


@contextmanager
def running(command: list[str], place: Place) -> Iterator[None]:
    homes = {
        "HOME": str(place.folder),
        "XDG_DATA_HOME": str(place.folder),
        "XDG_CONFIG_HOME": str(place.folder),
    }
    with (place.folder / "proxy.log").open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, **homes}, stdout=log, stderr=subprocess.STDOUT)
    with process:
        try:
            for port in (place.http, place.https):
                ports.wait_for(port)
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with plain_server.serving(tmp_path_factory.mktemp("server") / "log") as found:
        yield found.port


@pytest.fixture(scope="module")
def direct(server: int) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://127.0.0.1:{server}") as client:
        yield client


@pytest.fixture(scope="module", params=PROXIES)
def place(
    request: pytest.FixtureRequest, server: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"no {name}: apt-get install {name}")
    if name == "nginx" and os.geteuid() != 0:
        pytest.skip("Debian's nginx writes to /var/lib/nginx, which needs root")
    place = Place(tmp_path_factory.mktemp(name), ports.free(), ports.free(), server)
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(place.folder / "key.pem"), "-out", str(place.folder / "cert.pem"))
    request_of_key = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        *names,
        *files,
    ]
    subprocess.run(request_of_key, check=True, capture_output=True)
    with running(CONFIGURE[name](place), place):
        yield place


@pytest.fixture(scope="module")
def proxied(place: Place) -> Iterator[httpx2.Client]:
    trusted = ssl.create_default_context(cafile=place.folder / "cert.pem")
    with httpx2.Client(base_url=f"https://127.0.0.1:{place.https}", verify=trusted) as client:
        yield client


def show(answer: httpx2.Response) -> tuple[int, Any, str, str]:
    headers = answer.headers
    return answer.status_code, answer.json(), headers["content-type"], headers["x-model-version"]


@pytest.mark.parametrize("dialect", CASES)
def test_each_protocol_is_answered_as_without_a_proxy(
    direct: httpx2.Client, proxied: httpx2.Client, dialect: str
) -> None:
    case = CASES[dialect]
    path = case.path.format(model=Settings().model)
    for texts in (TEXTS, ["I love this", 5]):
        body = case.wrap(texts)
        assert show(proxied.post(path, json=body)) == show(direct.post(path, json=body))


def test_a_compressed_body_and_the_id_of_a_request_get_through(proxied: httpx2.Client) -> None:
    body = gzip.compress(json.dumps({"texts": TEXTS}).encode())
    headers = {"content-type": "application/json", "content-encoding": "gzip", "x-request-id": "r-1"}
    answer = proxied.post("/predict", content=body, headers=headers)
    assert [prediction["label"] for prediction in answer.json()["predictions"]] == ["positive", "negative"]
    assert answer.headers["x-request-id"] == "r-1"


def test_the_server_itself_refuses_a_body_that_is_too_long(
    direct: httpx2.Client, proxied: httpx2.Client
) -> None:
    body = {"text": "a" * Settings().max_bytes}
    assert show(proxied.post("/predict", json=body)) == show(direct.post("/predict", json=body))
    assert proxied.post("/predict", json=body).status_code == 413


def test_plain_http_is_sent_to_https_with_its_method(place: Place) -> None:
    answer = httpx2.post(f"http://127.0.0.1:{place.http}/predict?a=1", json={"text": "a"})
    assert answer.status_code == 308
    assert answer.headers["location"].startswith("https://127.0.0.1")
    assert answer.headers["location"].endswith("/predict?a=1")
