"""Ports of loopback, and servers that listen on them."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread


def free() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until a process listens on the port. Raises TimeoutError after half a minute."""
    for _ in range(1_500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Serve in a thread until the block ends."""
    with server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
