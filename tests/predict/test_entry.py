"""The command of the image, as Docker starts it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.predict.http.plain_server import find_port

ENTRY = [sys.executable, "-m", "predict.entry"]
LAMBDA = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}

# What stands for the runtime client, which is in the image alone.
CLIENT = """
import json, sys
print(json.dumps([__name__, sys.argv[1:], sorted(sys.modules)]))
"""


@pytest.fixture
def client(tmp_path: Path) -> dict[str, str]:
    """The variables with which Python finds a runtime client."""
    package = tmp_path / "awslambdaric"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(CLIENT)
    return {"PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("predict.dispatcher.handler",),
        ("predict.queue.handler",),
        ("predict", "a"),
        ("--help",),
        ("--port", "80", "serve"),
        ("",),
    ],
)
def test_on_a_plain_host_the_image_says_what_to_type(arguments: tuple[str, ...]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in LAMBDA}
    ended = subprocess.run([*ENTRY, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "type: docker run -p 8080:8080 IMAGE serve" in ended.stderr


@pytest.mark.parametrize("handler", ["predict.dispatcher.handler", "predict.queue.handler"])
def test_in_lambda_the_runtime_client_gets_the_handler(client: dict[str, str], handler: str) -> None:
    ended = subprocess.run(
        [*ENTRY, handler],
        env={**os.environ, **client, **LAMBDA},
        capture_output=True,
        text=True,
        check=True,
    )
    name, arguments, modules = json.loads(ended.stdout)
    assert (name, arguments) == ("__main__", [handler])
    assert [module for module in modules if module.startswith(("predict.", "model"))] == []


@pytest.mark.parametrize("variables", [{}, LAMBDA], ids=["plain host", "behind an adapter in Lambda"])
def test_serve_starts_the_server(tmp_path: Path, variables: dict[str, str]) -> None:
    log = tmp_path / "log"
    # This host's files may belong to root alone.
    command = [*ENTRY, "serve", "--port", "0", "--user", str(os.getuid())]
    with (
        log.open("w") as lines,
        subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=lines, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            assert f"running on http://0.0.0.0:{find_port(log)} " in log.read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=8) == 0
        finally:
            process.kill()


def test_options_of_serve_are_those_of_the_command() -> None:
    ended = subprocess.run([*ENTRY, "serve", "--workers", "0"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "argument --workers: must be a number from 1 to 1024" in ended.stderr
