"""Send mixed requests for a time. Compare memory and descriptors at its end with those after a fifth of it.

`python -m bench.soak SECONDS` asks the plain server, and with an IMAGE behind it the dispatcher in Lambda's
emulator too. The command fails if a request fails, memory grows by more than a tenth, or descriptors grow.
"""

import json
import random
import socket
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.containers import read_sample
from bench.figures import Figure, Goal, format_table
from tests.aws import emulator
from tests.predict.http.plain_server import serving

CLIENTS = 4  # of the server: the emulator takes one event at a time
SETTLED = 5  # that part of the time is for caches to fill,
LEAST = 1_000  # and at least so many requests
MOST = 1.1  # of the memory then
PAUSE = 2  # seconds, in which connections end

_SAMPLES = ("dynamodb", "eventbridge", "http-api", "kinesis", "s3", "sns", "sqs", "sqs-fifo", "warm-up")
_seeds = count()

# Prints the memory in kilobytes and the descriptors of the Python beside it.
_LOOK = """
import os
for process in filter(str.isdigit, os.listdir("/proc")):
    if int(process) != os.getpid() and open(f"/proc/{process}/comm").read() == "python3\\n":
        [size] = [line.split()[1] for line in open(f"/proc/{process}/status") if line.startswith("VmRSS:")]
        print(size, len(os.listdir(f"/proc/{process}/fd")))
"""


class State(NamedTuple):
    """Of a process: its memory in megabytes, and the descriptors that it has open."""

    megabytes: float
    descriptors: int


class Sender(NamedTuple):
    """`send` sends one of many things, chosen by chance. It returns False for a wrong answer."""

    send: Callable[[random.Random], bool]
    look: Callable[[], State]
    clients: int


def measure(name: str, sender: Sender, seconds: float) -> list[Figure]:
    """Return how many were sent, how many failed, and memory and descriptors at the end."""
    sent, failed = _send_until(sender, seconds / SETTLED, LEAST)
    settled = sender.look()
    more, also_failed = _send_until(sender, seconds - seconds / SETTLED)
    ended = sender.look()
    memory, descriptors = f"{name}: memory after warming up", f"{name}: descriptors after warming up"
    return [
        Figure(f"{name}: sent", "requests", [sent + more]),
        Figure(f"{name}: failed", "requests", [failed + also_failed], goal=Goal("value", 0)),
        Figure(memory, "MB", [settled.megabytes]),
        Figure(
            f"{name}: memory at the end",
            "MB",
            [ended.megabytes],
            memory,
            [settled.megabytes],
            Goal("ratio", MOST),
        ),
        Figure(descriptors, "files", [settled.descriptors]),
        Figure(
            f"{name}: descriptors at the end",
            "files",
            [ended.descriptors],
            descriptors,
            [settled.descriptors],
            Goal("ratio", 1),
        ),
    ]


def _send_until(sender: Sender, seconds: float, least: int = 0) -> tuple[int, int]:
    """How many were sent and how many failed. Each client has a chance of its own, so that no two agree."""
    end = time.monotonic() + seconds

    def send(seed: int) -> tuple[int, int]:
        chance, sent, failed = random.Random(seed), 0, 0
        while time.monotonic() < end or sent * sender.clients < least:
            sent += 1
            failed += not sender.send(chance)
        return sent, failed

    first = next(_seeds) * sender.clients
    with ThreadPoolExecutor(sender.clients) as pool:
        found = list(pool.map(send, range(first, first + sender.clients)))
    time.sleep(PAUSE)
    return sum(sent for sent, _ in found), sum(failed for _, failed in found)


def write_texts(chance: random.Random, most: int = 100) -> list[str]:
    """Texts of words that nobody has seen, so that every cache fills."""
    return [
        " ".join("".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(12))
        for _ in range(chance.randint(1, most))
    ]


@contextmanager
def serve() -> Iterator[Sender]:
    """Start the plain server."""
    with TemporaryDirectory() as folder, serving(Path(folder, "log")) as running:
        process = Path("/proc", str(running.process.pid))

        def look() -> State:
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            return State(int(status["VmRSS"].split()[0]) * 1024 / 1e6, len(list((process / "fd").iterdir())))

        yield Sender(lambda chance: _request(running.port, chance), look, CLIENTS)


def _request(port: int, chance: random.Random) -> bool:
    """Right and wrong requests, and some that end in their middle."""
    texts = write_texts(chance)
    tensor = {"name": "texts", "shape": [len(texts)], "datatype": "BYTES", "data": texts}
    bodies: Sequence[tuple[str, object, int]] = (
        ("/predict", {"text": texts[0]}, 200),
        ("/predict", {"texts": texts}, 200),
        ("/predict", {"texts": texts[:3], "explain": True}, 200),
        ("/api/v1/predict", {str(place): text for place, text in enumerate(texts)}, 200),
        ("/v2/models/lexicon_ngrams/infer", {"inputs": [tensor]}, 200),
        ("/predict", {"text": 5}, 422),
        ("/predict", b'{"text": ', 400),
        ("/predict", b"[" * 3_000_000, 413),
        ("/nothing", {}, 404),
        *((path, None, 200) for path in ("/", "/health", "/ready", "/metrics", "/docs", "/openapi.json")),
        ("/predict", "half", 0),
    )
    path, body, status = chance.choice(bodies)
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    if not status:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{")
        return True
    return _ask(port, path, content) == status


def _ask(port: int, path: str, content: bytes | None) -> int:
    """The status of the answer; 0 if there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("GET" if content is None else "POST", path, content, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        connection.close()


@contextmanager
def emulate(image: str) -> Iterator[Sender]:
    """Start the dispatcher as Lambda does. Its results stay in memory, and are the same each time."""
    name = f"sentiment-soak-{time.time_ns()}"
    variables = {"RESULTS_URL": "memory:///", "BUCKETS": "memory://"}
    with emulator.running(image, "predict.dispatcher.handler", variables, "--name", name) as invoke:

        def look() -> State:
            command = ["docker", "exec", name, "python3", "-c", _LOOK]
            ended = subprocess.run(command, check=True, capture_output=True, text=True)
            [(size, files)] = [line.split() for line in ended.stdout.splitlines()]
            return State(int(size) * 1024 / 1e6, int(files))

        yield Sender(lambda chance: _invoke(invoke, chance), look, 1)


def _invoke(invoke: emulator.Invoke, chance: random.Random) -> bool:
    """An event of each door, and wrong ones."""
    texts = write_texts(chance)
    events: Sequence[tuple[Any, str | None]] = (
        ({"texts": texts}, None),
        ({**read_sample("rest"), "body": json.dumps({"texts": texts}), "isBase64Encoded": False}, None),
        ({"text": 5}, "InvalidRequestError"),
        ({"event": "of nobody"}, "UnknownEventError"),
        *((read_sample(name), None) for name in _SAMPLES),
    )
    event, error = chance.choice(events)
    answer = invoke(event)
    status = answer.get("statusCode", 200)
    return bool(answer.get("errorType") == error and status == 200)


def main(seconds: float, image: str) -> None:
    with serve() as sender:
        found = measure("plain server", sender, seconds)
    if image:
        with emulate(image) as sender:
            found += measure("emulator", sender, seconds)
    print(format_table(found))
    if missed := [figure.name for figure in found if not figure.met]:
        sys.exit(f"goals are missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main(float(sys.argv[1]), "".join(sys.argv[2:]))
