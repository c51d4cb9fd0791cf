"""A long request is scored in turns, so that the server also answers others in the meantime."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from starlette.exceptions import HTTPException

from model import Classifier, Prediction
from predict.dialects.request import Request

CHARACTERS_IN_A_TURN = 10_000  # about 10 ms; at most 30, because the model reads 5,000 of a text


class Turns:
    """Whose turn it is. All long requests of an app share one, so that a round costs others one turn."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def predict(
        self, model: Classifier, request: Request, is_disconnected: Callable[[], Awaitable[bool]]
    ) -> list[Prediction]:
        """The predictions of `request.texts`. Raises HTTPException if nobody waits for them any more."""
        if sum(map(len, request.texts)) <= CHARACTERS_IN_A_TURN:
            return model.predict(request.texts, request.threshold, request.uncertain)
        predictions: list[Prediction] = []
        for texts in cut(request.texts):
            async with self._turn:
                predictions += model.predict(texts, request.threshold, request.uncertain)
                await asyncio.sleep(0)  # the event loop does everything else that is ready
            if await is_disconnected():
                raise HTTPException(400, "The client has left before the answer.")
        return predictions


def cut(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in pieces, in order. A piece ends with the text that fills a turn."""
    start = characters = 0
    for end, text in enumerate(texts, start=1):
        characters += len(text)
        if characters >= CHARACTERS_IN_A_TURN or end == len(texts):
            yield texts[start:end]
            start, characters = end, 0
