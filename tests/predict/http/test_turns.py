import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import closing
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from model import Prediction, Scorecard
from predict.dialects.request import Request
from predict.http import turns
from predict.http.turns import CHARACTERS_IN_A_TURN, Turns


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


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """As asyncio.run, which would take Mangum's loop away."""
    with closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(coroutine)


async def stays() -> bool:
    return False


async def leaves() -> bool:
    return True


def request(texts: Sequence[str]) -> Request:
    return Request([*range(len(texts))], [*texts], 0.7, (0.4, 0.6))


@pytest.mark.parametrize(
    "lengths",
    [[], [0], [5], [CHARACTERS_IN_A_TURN], [CHARACTERS_IN_A_TURN + 1], [1] * 25_000, [4_000] * 9, [0] * 50],
)
def test_the_pieces_are_the_texts_in_order_and_none_is_longer_than_needed(lengths: list[int]) -> None:
    texts = [chr(97 + number % 26) * length for number, length in enumerate(lengths)]
    pieces = [*turns.cut(texts)]
    assert [text for piece in pieces for text in piece] == texts
    assert all(sum(map(len, piece[:-1])) < CHARACTERS_IN_A_TURN for piece in pieces)
    assert all(sum(map(len, piece)) >= CHARACTERS_IN_A_TURN for piece in pieces[:-1])


@pytest.mark.parametrize("texts", [[], ["I love this"], ["I love this " * 400, "so sad"] * 9])
def test_turns_change_no_prediction(served: Scorecard, texts: list[str]) -> None:
    found = run(Turns().predict(served, request(texts), stays))
    assert found == served.predict(texts, 0.7, (0.4, 0.6))


def test_a_short_request_is_scored_at_once(tiny: Scorecard) -> None:
    """Nothing is awaited, so nobody else has a turn in between."""
    short = Turns().predict(tiny, request(["love"] * 1_000), stays)
    with pytest.raises(StopIteration) as ended:
        short.send(None)
    assert len(ended.value.value) == 1_000


def test_long_requests_take_turns(tiny: Scorecard) -> None:
    asked: list[Sequence[str]] = []
    model = Recording(tiny, asked)

    async def both() -> None:
        shared = Turns()
        await asyncio.gather(
            *(shared.predict(model, request([name * CHARACTERS_IN_A_TURN] * 3), stays) for name in "ab")
        )

    run(both())
    assert [texts[0][0] for texts in asked] == ["a", "b", "a", "b", "a", "b"]


def test_nothing_more_is_scored_for_a_client_that_has_left(tiny: Scorecard) -> None:
    asked: list[Sequence[str]] = []
    model = Recording(tiny, asked)
    with pytest.raises(HTTPException):
        run(Turns().predict(model, request(["a" * CHARACTERS_IN_A_TURN] * 3), leaves))
    assert len(asked) == 1
