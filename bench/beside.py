"""Measure how long /health takes while the plain server scores the longest request that is permitted."""

import asyncio
import json
import random
import string
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from bench.figures import ROUNDS, Figure, Goal, compare
from bench.latency import find_p99
from tests.aws import ports

TEXTS, CHARACTERS = 399, 5_000  # two megabytes of letters that nobody has seen
ALONE, BESIDE = "/health, alone", "/health, beside a long request"
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def measure() -> list[Figure]:
    """Return the worst and the 99th percentile of /health in milliseconds, and the long request's time."""
    found: dict[str, list[list[float]]] = {ALONE: [], BESIDE: []}
    seconds = []
    with _serve() as port:
        for number in range(ROUNDS):
            long = _write_long_request(seed=number)
            beside, took = asyncio.run(_ask_beside(port, long))
            found[BESIDE].append(beside)
            found[ALONE].append(asyncio.run(_ask(port, len(beside))))
            seconds.append(took)
    return [
        *compare(
            f"{ALONE}: worst",
            "ms",
            {f"{name}: worst": [1000 * max(taken) for taken in rounds] for name, rounds in found.items()},
            {f"{BESIDE}: worst": Goal("value", 100)},
        ),
        *compare(
            f"{ALONE}: p99",
            "ms",
            {f"{name}: p99": [1000 * find_p99(taken) for taken in rounds] for name, rounds in found.items()},
        ),
        Figure(f"{TEXTS} texts of {CHARACTERS:,} random letters, beside /health", "s", seconds),
    ]


@contextmanager
def _serve() -> Iterator[int]:
    port = ports.free()
    command = [sys.executable, "-m", "predict.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            ports.wait_for(port)
            yield port
        finally:
            server.terminate()


def _write_long_request(seed: int) -> bytes:
    letters = "".join(random.Random(seed).choices(string.ascii_lowercase, k=TEXTS * CHARACTERS))
    texts = [letters[at : at + CHARACTERS] for at in range(0, len(letters), CHARACTERS)]
    body = json.dumps({"texts": texts}).encode()
    head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _ask_beside(port: int, long: bytes) -> tuple[list[float], float]:
    """Return the seconds of each /health until the long request is answered, and those of that request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    started = perf_counter()
    writer.write(long)
    await writer.drain()
    answer = asyncio.ensure_future(reader.readuntil(b"\r\n\r\n"))
    taken: list[float] = []
    while not answer.done():
        taken += await _ask(port, 1)
    writer.close()
    return taken, perf_counter() - started


async def _ask(port: int, times: int) -> list[float]:
    taken = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        started = perf_counter()
        writer.write(HEALTH)
        await reader.readuntil(b'{"status":"ok"}')
        taken.append(perf_counter() - started)
    writer.close()
    return taken
