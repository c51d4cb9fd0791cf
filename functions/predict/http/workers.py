"""Several processes that serve one listening socket."""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable

PAUSE_SECONDS = 1  # before a worker is replaced, for the case that the next one ends at once too
_STOPS = (signal.SIGINT, signal.SIGTERM)
_ALL = (*_STOPS, signal.SIGCHLD)


def run(count: int, serve: Callable[[int], None]) -> None:
    """Fork `count` processes that serve, and replace one that ends. A signal to stop stops them all.

    `serve` gets the number of its worker, from 0; one that takes the place of another has the same. Return
    when the last one has ended.
    """
    gc.freeze()  # what is loaded is shared, as long as no collection writes to it
    signal.signal(signal.SIGCHLD, lambda *_: None)  # a signal that is ignored does not wake sigwait
    signal.pthread_sigmask(signal.SIG_BLOCK, _ALL)  # each waits for sigwait: none is lost between two lines
    children = {_fork(serve, number): number for number in range(count)}
    while (received := signal.sigwait(_ALL)) not in _STOPS:
        time.sleep(PAUSE_SECONDS)
        while ended := _reap():
            number = children.pop(ended)
            print(f"sentiment: Worker {ended} has ended. Another one takes its place.", file=sys.stderr)
            children[_fork(serve, number)] = number
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    if received == signal.SIGINT:
        raise KeyboardInterrupt


def _reap() -> int:
    """The id of a child that has ended, or 0."""
    return os.waitpid(-1, os.WNOHANG)[0]


def _fork(serve: Callable[[int], None], number: int) -> int:
    if child := os.fork():
        return child
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALL)
        serve(number)
        status = 0
    except SystemExit as exc:
        status = exc.code if isinstance(exc.code, int) else 1
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)  # what the parent has begun, the child does not end
