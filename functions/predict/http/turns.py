"""A long request is scored in turns, so that a server also answers others in the meantime."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from model import Classifier, Prediction
from predict.dialects.request import Request

CHARACTERS_IN_A_TURN = 10_000  # about 10 ms; at most 30, because the model reads 5,000 of a text


def predict(model: Classifier, request: Request) -> Generator[None, Any, list[Prediction]]:
    """The predictions of `request.texts`. Yields before each turn of a long request, never in a short one."""
    if sum(map(len, request.texts)) <= CHARACTERS_IN_A_TURN:
        return model.predict(request.texts, request.threshold, request.uncertain)
    predictions: list[Prediction] = []
    for start, end in cut(request.texts):
        yield
        predictions += model.predict(request.texts[start:end], request.threshold, request.uncertain)
    return predictions


def cut(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each piece of the texts starts and ends. A piece ends with the text that fills a turn."""
    start = characters = 0
    for end, text in enumerate(texts, start=1):
        characters += len(text)
        if characters >= CHARACTERS_IN_A_TURN or end == len(texts):
            yield start, end
            start, characters = end, 0
