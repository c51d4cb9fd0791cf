"""Processes that predict batches of texts, while this one reads and writes the rows.

One process reads a file, so rows with line ends in them, packed files and pages of JSON need no rule of their
own, and the results have the bytes that one process writes.
"""

import signal
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from itertools import cycle, starmap
from typing import TYPE_CHECKING, Any

from model import Classifier, Prediction
from predict.files.rows import Batch
from predict.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_AHEAD = 2  # batches of each process: it has the next one when it has sent one

_ENDED = (
    "A process that predicts has ended: run the command again, with fewer --processes if memory is short."
)


class Workers:
    """Make them before a store is opened: the client of a store has threads, which a copy of a process lacks.

    They end with this process, however it ends. An interrupt from the keyboard reaches this process alone.
    """

    def __init__(self, model: Classifier, settings: Settings, count: int) -> None:
        from multiprocessing import get_context  # one process needs none of it

        context = get_context("fork")  # a copy has the model
        self._pipes: list[Connection[Any, Any]] = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            self._pipes.append(ours)
            work = context.Process(
                target=_work, args=(theirs, self._pipes.copy(), model, settings), daemon=True
            )
            work.start()
            theirs.close()

    def predict(self, batches: Iterable[Batch]) -> Generator[tuple[Batch, Sequence[Prediction]], None, None]:
        """The batches in their order, each with its predictions. Close it before the next call.

        Raises RuntimeError if a process has ended.
        """
        waiting: deque[tuple[Batch, Connection[Any, Any]]] = deque()
        try:
            for batch, pipe in zip(batches, cycle(self._pipes), strict=False):
                if len(waiting) == _AHEAD * len(self._pipes):
                    yield _receive(*waiting.popleft())
                _send(pipe, batch.texts)
                waiting.append((batch, pipe))
            while waiting:
                yield _receive(*waiting.popleft())
        except (
            GeneratorExit,
            Exception,
        ):  # an interrupt may come within an answer: nothing reads on after it
            for batch, pipe in waiting:
                _receive(batch, pipe)
            raise


def _send(pipe: "Connection[Any, Any]", texts: Sequence[str]) -> None:
    try:
        pipe.send(texts)
    except OSError as exc:
        raise RuntimeError(_ENDED) from exc


def _receive(batch: Batch, pipe: "Connection[Any, Any]") -> tuple[Batch, Sequence[Prediction]]:
    try:
        return batch, [*starmap(Prediction, pipe.recv())]
    except (EOFError, OSError) as exc:
        raise RuntimeError(_ENDED) from exc


def _work(
    pipe: "Connection[Any, Any]",
    of_parent: Sequence["Connection[Any, Any]"],
    model: Classifier,
    settings: Settings,
) -> None:
    from queue import SimpleQueue  # beside the processes
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in of_parent:  # else the end of the parent would not be seen
        other.close()
    asked = SimpleQueue[list[str] | None]()
    # The parent may send the next batch before it takes an answer: one of the two has to read.
    Thread(target=_listen, args=(pipe, asked.put), daemon=True).start()
    while (texts := asked.get()) is not None:
        try:
            pipe.send([*map(tuple, model.predict(texts, settings.threshold, settings.uncertain))])
        except OSError:  # the parent has ended
            return


def _listen(pipe: "Connection[Any, Any]", tell: Any) -> None:
    while True:
        try:
            tell(pipe.recv())
        except (EOFError, OSError):
            tell(None)
            return
