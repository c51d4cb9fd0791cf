"""The image as people start it: with `docker run`, as root and not."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from predict import __version__
from tests.aws import emulator
from tests.e2e.conftest import ALONE, POST, run

NAMELESS = str(993)  # whom the server becomes


@contextmanager
def serving(image: str, *options: str, arguments: tuple[str, ...] = ("serve",)) -> Iterator[str]:
    """The id of a container that serves, once it has printed its address."""
    container = run("docker", "run", "--detach", *options, image, *arguments).strip()
    try:
        wait_for_address(container)
        yield container
    finally:
        run("docker", "rm", "--force", container)


def wait_for_address(container: str) -> None:
    for _ in range(1_500):
        if "Try: curl" in read_logs(container):
            return
        time.sleep(0.02)
    raise TimeoutError(read_logs(container))


def read_logs(container: str) -> str:
    ended = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=True)
    return ended.stdout + ended.stderr


def ask(container: str, path: str, body: object, port: int = 8080) -> object:
    command = ("docker", "exec", "-i", container, "python3", "-c", POST, f"http://127.0.0.1:{port}{path}")
    return json.loads(run(*command, stdin=json.dumps(body)))


def list_users(container: str) -> set[str]:
    """Of the server and its workers."""
    show = "for process in /proc/[0-9]*; do tr '\\0' ' ' < $process/cmdline; grep ^Uid $process/status; done"
    lines = run("docker", "exec", container, "sh", "-c", show)
    return set(re.findall(r"predict\.entry .*?Uid:\s+(\d+)", lines))


def stop(container: str) -> int:
    """The status with which the server ends when Docker asks it to."""
    run("docker", "stop", container)
    return int(run("docker", "inspect", "--format", "{{.State.ExitCode}}", container))


def test_the_image_has_the_version_of_the_package_as_a_label_and_prints_it(image: str) -> None:
    label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
    assert run("docker", "image", "inspect", "--format", label, image).strip() == __version__
    assert run("docker", "run", "--rm", image, "--version").strip() == f"sentiment {__version__}"


@pytest.mark.parametrize("arguments", [(), ("predict.queue.handler",), ("nonsense",)])
def test_docker_run_says_what_to_type(image: str, arguments: tuple[str, ...]) -> None:
    command = ["docker", "run", "--rm", *ALONE, image, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "type: docker run -p 8080:8080 IMAGE serve" in ended.stderr


@pytest.mark.parametrize(
    "options", [(), ALONE, ("--user", "4242"), ("--cap-drop", "ALL", "--user", "4242")], ids=" ".join
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_answers_without_root_and_ends_when_it_is_asked_to(
    image: str, directly: Callable[[object], object], options: tuple[str, ...], workers: str
) -> None:
    arguments = ("serve", "--workers", workers)
    with serving(image, *options, arguments=arguments) as container:
        for _ in range(3):
            assert ask(container, "/predict", {"text": "I love this"}) == directly({"text": "I love this"})
        assert ask(container, "/invocations", {"inputs": ["I love this"]})
        assert list_users(container) == {"4242" if "4242" in options else NAMELESS}
        assert stop(container) == 0
        assert "Traceback" not in read_logs(container)


@pytest.mark.parametrize("variables", [{"PORT": "9000"}, {"AIP_HTTP_PORT": "9000"}])
def test_the_port_is_the_one_that_the_host_sets(image: str, variables: dict[str, str]) -> None:
    with serving(image, *ALONE, *emulator.environment(variables)) as container:
        assert ask(container, "/predict", {"text": "a"}, 9000)


def test_a_key_that_only_root_may_read_is_used(image: str, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    named = ("-subj", "/CN=localhost", "-keyout", key, "-out", certificate)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *named)
    key.chmod(0o600)
    mounted = ("--volume", f"{tmp_path}:/tls:ro")
    arguments = ("serve", "--tls-cert", "/tls/cert.pem", "--tls-key", "/tls/key.pem", "--workers", "2")
    with serving(image, *mounted, arguments=arguments) as container:
        get = (
            "import ssl, urllib.request as u; "
            "c = ssl.create_default_context(cafile='/tls/cert.pem'); "
            "print(u.urlopen('https://localhost:8080/health', context=c).read().decode())"
        )
        assert json.loads(run("docker", "exec", container, "python3", "-c", get)) == {"status": "ok"}
        assert list_users(container) == {NAMELESS}
        assert stop(container) == 0


def test_root_without_the_right_to_become_another_user_says_the_cure(image: str) -> None:
    command = ["docker", "run", "--rm", "--cap-drop", "ALL", image, "serve"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"sentiment: This process may not become user {NAMELESS}: start it as")


def test_the_emulator_starts_the_entry_of_the_image(image: str) -> None:
    shown = run("docker", "image", "inspect", "--format", "{{json .Config.Entrypoint}}", image)
    assert tuple(json.loads(shown)) == emulator.ENTRY
