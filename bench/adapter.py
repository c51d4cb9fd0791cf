"""Measure the plain server beside the Lambda handler: what AWS Lambda Web Adapter adds, without its own part.

The adapter starts the server, waits until it answers, and sends each event to it as a request. Processor
time of processes of their own: other work on the machine counts less than in seconds.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from time import process_time

from bench import containers
from bench.figures import Figure, compare, interleave
from predict import api
from tests.aws import ports

HANDLER, SERVER = "the handler", "the server"
TEXT = "I love this"
BODY = json.dumps({"text": TEXT})
EVENT = containers.make_rest_event([TEXT])
HANDLE = f"from predict import api; api.handler({EVENT!r}, None)"
CALLS = 300
Calls = Mapping[str, Callable[[], float]]


def measure() -> list[Figure]:
    """Return milliseconds of processor time: of a first answer with its process, and of a warm one."""
    first: Calls = {HANDLER: _measure_handler, SERVER: _measure_server}
    interleave(first, 1)  # this round writes bytecode and fills the disk cache
    with _serving() as (process, port):
        warm: Calls = {HANDLER: _measure_calls, SERVER: partial(_measure_requests, process.pid, port)}
        interleave(warm, 1)
        return [
            figure
            for name, calls in (("a first answer", first), ("a warm answer", warm))
            for figure in _compare(name, calls)
        ]


def _compare(name: str, calls: Calls) -> list[Figure]:
    rounds = {f"{name}: {who}": found for who, found in interleave(calls).items()}
    return compare(f"{name}: {HANDLER}", "ms of processor", rounds)


def _measure_handler() -> float:
    return _end(subprocess.Popen([sys.executable, "-c", HANDLE]))


def _measure_server() -> float:
    with _serving() as (process, port):
        _ask(HTTPConnection("127.0.0.1", port), 1)
        process.send_signal(signal.SIGTERM)
        return _end(process)


def _end(process: "subprocess.Popen[bytes]") -> float:
    """The milliseconds that the process has taken when it ends."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return 1000 * (used.ru_utime + used.ru_stime)


def _measure_calls() -> float:
    started = process_time()
    for _ in range(CALLS):
        api.handler(EVENT, None)
    return 1000 * (process_time() - started) / CALLS


def _measure_requests(pid: int, port: int) -> float:
    started = _find_processor_time(pid)
    _ask(HTTPConnection("127.0.0.1", port), CALLS)
    return 1000 * (_find_processor_time(pid) - started) / CALLS


def _find_processor_time(pid: int) -> float:
    """Of another process, in seconds, to a hundredth: proc(5)."""
    with open(f"/proc/{pid}/stat") as file:
        ticks = file.read().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _ask(connection: HTTPConnection, times: int) -> None:
    for _ in range(times):
        connection.request("POST", "/predict", BODY, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the server answers {answer.status}")
    connection.close()


@contextmanager
def _serving() -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    port = ports.free()
    command = [sys.executable, "-m", "predict.cli", "serve", "--port", str(port), "--access-log", "none"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            ports.wait_for(port)
            yield process, port
        finally:
            process.terminate()
