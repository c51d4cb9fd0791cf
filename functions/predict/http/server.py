"""HTTP on any host: the app under uvicorn."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import uvicorn
from starlette.types import ASGIApp

from model import Classifier
from predict import warm
from predict.dialects import choose
from predict.http import workers
from predict.http.access_log import Tell, Watched, write_lines
from predict.http.app import App
from predict.http.figures import Figures
from predict.http.guard import Guard
from predict.http.protocol import Protocol
from predict.http.service import Service
from predict.settings import Settings

if TYPE_CHECKING:
    from ssl import SSLContext

ACCESS_LOGS = ("text", "json", "none")
BACKLOG = 2_048  # clients that wait for the server to accept them, as uvicorn's own
DEFAULT_PORT = 8_000
GRACE_SECONDS = 5  # for requests in flight when the server stops; `docker stop` kills it after ten


class Serving(NamedTuple):
    """How the plain server serves."""

    host: str
    port: int | None = None  # None: the one that the environment names, else 8000
    workers: int = 1
    certificate: Path | None = None  # of TLS, in PEM, with its key
    key: Path | None = None
    access_log: str = "text"  # one of ACCESS_LOGS
    user: int | None = None  # to become as soon as the port and the key are open


class Worker(uvicorn.Server):
    """Ends when the process that has forked it has ended."""

    def __init__(self, config: uvicorn.Config, parent: int) -> None:
        super().__init__(config)
        self._parent = parent

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or os.getppid() != self._parent


def serve(asked: Serving) -> None:
    """Serve until interrupted; SIGTERM ends with status 0.

    Raises ArtifactError, SettingsError, OSError, or ValueError for what cannot be served so.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn stops, then it raises the signal again
    model, settings = warm.load_model()
    figures = Figures(model, choose(settings.dialects), asked.workers)
    config = _configure(asked, model, settings, figures)
    with _listen(asked.host, config.port) as listening:
        if asked.user is not None:
            _become(asked.user)
        _announce(config, listening)
        if asked.workers == 1:
            uvicorn.Server(config).run([listening])
        else:
            parent = os.getpid()

            def work(number: int) -> None:
                figures.own(number)
                Worker(config, parent).run([listening])

            workers.run(asked.workers, work)


def _configure(asked: Serving, model: Classifier, settings: Settings, figures: Figures) -> uvicorn.Config:
    service = Service(model, settings)
    served: ASGIApp = Guard(App(service, settings.max_bytes), service, settings)
    tellers: list[Tell] = [write_lines(model)] if asked.access_log == "json" else []
    if find_spec("prometheus_client"):
        from predict.http import exposition  # an extra

        served = exposition.expose(figures, served)
        tellers.append(figures.count)
    config = uvicorn.Config(
        Watched(served, tellers) if tellers else served,
        host=asked.host,
        port=_find_port(asked.port, settings),
        loop="asyncio",  # with its transports, which Protocol slows down
        http=cast(type[asyncio.Protocol], partial(Protocol, service, settings)),
        ws="none",
        lifespan="off",
        access_log=asked.access_log == "text",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_context_factory=_encrypt(asked, settings),
    )
    logging.getLogger("uvicorn.access").addFilter(_drop_query)
    config.load()  # the key too, which another user may not read
    return config


def _find_port(asked: int | None, settings: Settings) -> int:
    """The first that somebody named. Vertex AI sets its own variable, most other hosts PORT."""
    named = (asked, settings.aip_http_port, settings.port)
    return next((port for port in named if port is not None), DEFAULT_PORT)


def _encrypt(asked: Serving, settings: Settings) -> Callable[..., "SSLContext"] | None:
    if asked.certificate is None or asked.key is None:
        return None
    from predict.http import tls  # which takes time to import

    context = tls.open_context(asked.certificate, asked.key)
    tls.bound(settings.read_seconds)
    return lambda *_: context


def _listen(host: str, port: int) -> socket.socket:
    """A socket on which clients may wait from now on."""
    try:
        family, _, _, _, address = min(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as exc:
        reason = str(exc.strerror).partition(" (")[0]
        raise ValueError(f"The server cannot listen on {host}, port {port}: {reason}.") from exc


def _become(user: int) -> None:
    if os.getuid() == user:
        return
    try:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    except PermissionError as exc:
        raise ValueError(
            f"This process may not become user {user}: start it as that user, or name its own by --user."
        ) from exc


def _announce(config: uvicorn.Config, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    scheme, option = ("https", "--insecure ") if config.is_ssl else ("http", "")
    logging.getLogger("uvicorn.error").info(
        "Uvicorn running on %s (Press CTRL+C to quit)", _address(scheme, host, port)
    )
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # nosec B104 # it binds nothing
    print(
        f"Try: curl {option}{_address(scheme, reached, port)}/predict "
        """-H 'Content-Type: application/json' -d '{"text": "I love this"}'""",
        flush=True,
    )


def _address(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _drop_query(record: logging.LogRecord) -> bool:
    """A query may have a text in it. uvicorn's arguments are client, method, path, version, status."""
    client, method, path, *rest = cast(tuple[str, ...], record.args)
    record.args = (client, method, path.partition("?")[0], *rest)
    return True
