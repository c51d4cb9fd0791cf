import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from model import Scorecard
from predict.http import app
from predict.http.app import FREE_BYTES, LONG_BODIES
from predict.settings import Settings
from tests.predict.http.asgi import Client

LIMIT = 4 * FREE_BYTES
REST = b'{"text": "a"}'


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop of one's own: asyncio.run would take that of other tests away."""
    with closing(asyncio.new_event_loop()) as loop:
        yield loop


def test_the_memory_of_incomplete_bodies_is_bounded(loop: asyncio.AbstractEventLoop, tiny: Scorecard) -> None:
    async def attack() -> None:
        served = app.build(tiny, Settings(max_bytes=LIMIT))
        half = b" " * (LIMIT - len(REST))
        fitting = LONG_BODIES * LIMIT // (len(half) - FREE_BYTES)
        holders = [Client(half, REST) for _ in range(fitting)]
        reading = [asyncio.create_task(holder.ask(served)) for holder in holders]
        await asyncio.sleep(0)
        refused = Client(half, REST)
        await asyncio.wait_for(refused.ask(served), timeout=10)
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        short = Client(b" " * (FREE_BYTES - len(REST)), REST)
        short.goes_on.set()
        await short.ask(served)
        assert short.status == 200
        for holder in holders:
            holder.goes_on.set()
        await asyncio.gather(*reading)
        assert [holder.status for holder in holders] == [200] * fitting
        last = Client(half, REST)
        last.goes_on.set()
        await last.ask(served)
        assert last.status == 200

    loop.run_until_complete(attack())


def test_a_body_that_is_given_up_leaves_its_room_to_others(
    loop: asyncio.AbstractEventLoop, tiny: Scorecard
) -> None:
    async def attack() -> None:
        served = app.build(tiny, Settings(max_bytes=LIMIT))
        for _ in range(3 * LONG_BODIES):
            task = asyncio.create_task(Client(b" " * LIMIT).ask(served))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        refused = Client(b" " * (LIMIT + 1))
        await refused.ask(served)
        assert refused.status == 413

    loop.run_until_complete(attack())
