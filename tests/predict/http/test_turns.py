import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from model import Prediction, Scorecard
from predict.dialects.request import Request
from predict.http import app, turns
from predict.http.turns import CHARACTERS_IN_A_TURN
from predict.settings import Settings
from tests.predict.http.asgi import Client


class Recording(Scorecard):
    """The served model, which writes down what it is asked."""

    def __init__(self, model: Scorecard, asked: list[Sequence[str]]) -> None:
        self.__dict__.update(model.__dict__)
        self.asked = asked

    def predict(
        self,
        texts: Sequence[str],
        threshold: float | None = None,
        uncertain: tuple[float, float] | None = None,
    ) -> list[Prediction]:
        self.asked.append(texts)
        return super().predict(texts, threshold, uncertain)


@pytest.mark.parametrize(
    "lengths",
    [[], [0], [5], [CHARACTERS_IN_A_TURN], [CHARACTERS_IN_A_TURN + 1], [1] * 25_000, [4_000] * 9, [0] * 50],
)
def test_the_pieces_are_the_texts_in_order_and_none_is_longer_than_needed(lengths: list[int]) -> None:
    texts = [chr(97 + number % 26) * length for number, length in enumerate(lengths)]
    pieces = [texts[start:end] for start, end in turns.cut(texts)]
    assert [text for piece in pieces for text in piece] == texts
    assert all(sum(map(len, piece[:-1])) < CHARACTERS_IN_A_TURN for piece in pieces)
    assert all(sum(map(len, piece)) >= CHARACTERS_IN_A_TURN for piece in pieces[:-1])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [([], 0), (["I love this"], 0), (["love"] * 1_000, 0), (["I love this " * 400, "so sad"] * 9, 4)],
)
def test_turns_change_no_prediction_and_a_short_request_has_none(
    served: Scorecard, texts: list[str], expected: int
) -> None:
    found: list[Prediction] = []

    def score() -> Iterator[None]:
        found.extend((yield from turns.predict(served, Request([], texts, 0.7, (0.4, 0.6)))))

    assert sum(1 for _ in score()) == expected
    assert found == served.predict(texts, 0.7, (0.4, 0.6))


def write(name: str) -> bytes:
    return json.dumps({"texts": [name * CHARACTERS_IN_A_TURN] * 3}).encode()


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_long_requests_take_turns(tiny: Scorecard, accept: str) -> None:
    asked: list[Sequence[str]] = []
    served = app.build(Recording(tiny, asked), Settings())

    async def both() -> None:
        clients = [Client(write(name), accept=accept) for name in "ab"]
        for client in clients:
            client.goes_on.set()
        await asyncio.gather(*(client.ask(served) for client in clients))

    with closing(asyncio.new_event_loop()) as loop:  # asyncio.run would take the loop of other tests away
        loop.run_until_complete(both())
    assert [texts[0][0] for texts in asked] == ["a", "b", "a", "b", "a", "b"]


@pytest.mark.parametrize(("accept", "scored"), [("application/json", 1), ("application/x-ndjson", 0)])
def test_nothing_more_is_scored_for_a_client_that_has_left(tiny: Scorecard, accept: str, scored: int) -> None:
    asked: list[Sequence[str]] = []
    client = Client(write("a"), accept=accept)
    client.goes_on.set()
    client.leaves.set()
    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(client.ask(app.build(Recording(tiny, asked), Settings())))
    assert len(asked) == scored
