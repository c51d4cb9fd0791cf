"""HTTP on any host: the app under uvicorn."""

import asyncio
import logging
import signal
import socket
import sys
from functools import partial
from typing import cast

import uvicorn

from predict import warm
from predict.http import app
from predict.http.guard import Guard
from predict.http.protocol import Protocol

GRACE_SECONDS = 5  # for requests in flight when the server stops; `docker stop` kills it after ten


class Server(uvicorn.Server):
    """Prints a command to try it as soon as it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
            print(
                f"Try: curl http://{f'[{host}]' if ':' in host else host}:{port}/predict "
                """-H 'Content-Type: application/json' -d '{"text": "I love this"}'""",
                flush=True,
            )


def serve(host: str, port: int) -> None:
    """Serve until interrupted; SIGTERM ends with status 0. Raises ArtifactError or SettingsError."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn stops, then it raises the signal again
    model, settings = warm.load_model()
    config = uvicorn.Config(
        Guard(app.build(model, settings), settings),
        host=host,
        port=port,
        loop="asyncio",  # with its transports, which Protocol slows down
        http=cast(type[asyncio.Protocol], partial(Protocol, settings)),
        ws="none",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    logging.getLogger("uvicorn.access").addFilter(_drop_query)
    Server(config).run()


def _drop_query(record: logging.LogRecord) -> bool:
    """A query may have a text in it. uvicorn's arguments are client, method, path, version, status."""
    client, method, path, *rest = cast(tuple[str, ...], record.args)
    record.args = (client, method, path.partition("?")[0], *rest)
    return True
