"""Measure the HTTP door as a plain server under 64 connections: answers a second, and failures."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench import tweets
from bench.figures import ROUNDS, Figure, Goal, compare
from bench.latency import find_p99
from tests.aws import ports

CONNECTIONS, REQUESTS = 64, 40  # connections at a time, and requests on each in a round
PEERS = Path(__file__).parent / "peers"
CONSTANT = "load: FastAPI answers a constant, 1 worker"
SERVERS = {
    CONSTANT: ("constant_http:app", "--app-dir", str(PEERS)),
    "load: HTTP door, 1 worker": ("predict.api:create", "--factory"),
    "load: HTTP door, 2 workers": ("predict.api:create", "--factory", "--workers", "2"),
}


class Run(NamedTuple):
    """One round: answers a second, the 99th percentile in milliseconds, and the number of failures."""

    rate: float
    p99: float
    failed: int


def measure() -> list[Figure]:
    """Return answers a second, milliseconds and failures."""
    found: dict[str, list[Run]] = {name: [] for name in SERVERS}
    with ExitStack() as running:
        port_of = {name: running.enter_context(_serve(command)) for name, command in SERVERS.items()}
        for port in port_of.values():
            asyncio.run(_run_round(port))  # every worker answers before the first round
        for _ in range(ROUNDS):
            for name, port in port_of.items():
                found[name].append(asyncio.run(_run_round(port)))
    return [
        *compare(CONSTANT, "requests/s", {name: [run.rate for run in runs] for name, runs in found.items()}),
        *compare(
            f"{CONSTANT}: p99",
            "ms",
            {f"{name}: p99": [run.p99 for run in runs] for name, runs in found.items()},
        ),
        *(
            Figure(f"{name}: failed", "requests", [run.failed for run in runs], goal=Goal("value", 0))
            for name, runs in found.items()
            if name != CONSTANT
        ),
    ]


@contextmanager
def _serve(command: tuple[str, ...]) -> Iterator[int]:
    port = ports.free()
    uvicorn = [sys.executable, "-m", "uvicorn", *command, "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(uvicorn) as server:
        try:
            ports.wait_for(port)
            yield port
        finally:
            server.terminate()


async def _run_round(port: int) -> Run:
    requests = [_encode_request(text) for text in islice(cycle(tweets.load()[0]), CONNECTIONS * REQUESTS)]
    taken: list[float] = []
    started = perf_counter()
    failed = sum(
        await asyncio.gather(
            *(_send_requests(port, requests[place::CONNECTIONS], taken) for place in range(CONNECTIONS))
        )
    )
    seconds = perf_counter() - started
    return Run(len(requests) / seconds, find_p99(taken) * 1000, failed)


def _encode_request(text: str) -> bytes:
    body = json.dumps({"text": text}).encode()
    head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _send_requests(port: int, requests: list[bytes], taken: list[float]) -> int:
    """Send one request after another. Add the seconds of each answer to `taken`.

    Return how many requests have no answer with status 200.
    """
    answered = 0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in requests:
            started = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            [length] = [
                int(line.partition(b":")[2])
                for line in head.lower().splitlines()
                if line.startswith(b"content-length:")
            ]
            await reader.readexactly(length)
            taken.append(perf_counter() - started)
            answered += head.startswith(b"HTTP/1.1 200 ")
        writer.close()
    except (OSError, EOFError):
        pass  # the count below takes a request without an answer as failed
    return len(requests) - answered
