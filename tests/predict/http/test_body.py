import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from predict.dialects.request import DECLARED_JSON, DIRECT
from predict.http.body import FREE_BYTES, LONG_BODIES, Reader
from predict.settings import Settings

LIMIT = 4 * FREE_BYTES
HEADERS = [(b"content-type", b"application/json")]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop of one's own: asyncio.run would take Mangum's away."""
    with closing(asyncio.new_event_loop()) as loop:
        yield loop


async def read(reader: Reader, request: Request) -> object:
    return await reader.read(request, DECLARED_JSON, DIRECT)


class Client:
    """Sends half a body, and the rest when it is told to."""

    def __init__(self, half: bytes) -> None:
        self._half = half
        self.goes_on = asyncio.Event()
        self.request = Request({"type": "http", "method": "POST", "headers": HEADERS}, self._receive)

    async def _receive(self) -> Message:
        if self._half:
            half, self._half = self._half, b""
            return {"type": "http.request", "body": half, "more_body": True}
        await self.goes_on.wait()
        return {"type": "http.request", "body": b"1", "more_body": False}


def test_the_memory_of_incomplete_bodies_is_bounded(loop: asyncio.AbstractEventLoop) -> None:
    async def attack() -> None:
        reader = Reader(Settings(max_bytes=LIMIT))
        half = b" " * (LIMIT - 1)
        fitting = LONG_BODIES * LIMIT // (len(half) - FREE_BYTES)
        holders = [Client(half) for _ in range(fitting)]
        reading = [asyncio.create_task(read(reader, holder.request)) for holder in holders]
        await asyncio.sleep(0)
        with pytest.raises(HTTPException) as refused:
            await asyncio.wait_for(read(reader, Client(half).request), timeout=10)
        assert (refused.value.status_code, refused.value.headers) == (503, {"retry-after": "1"})
        short = Client(b" " * (FREE_BYTES - 1))
        short.goes_on.set()
        assert await read(reader, short.request) == 1
        for holder in holders:
            holder.goes_on.set()
        assert await asyncio.gather(*reading) == [1] * fitting
        last = Client(half)
        last.goes_on.set()
        assert await read(reader, last.request) == 1

    loop.run_until_complete(attack())


def test_a_body_that_is_given_up_leaves_its_room_to_others(loop: asyncio.AbstractEventLoop) -> None:
    async def attack() -> None:
        reader = Reader(Settings(max_bytes=LIMIT))
        for _ in range(3 * LONG_BODIES):
            task = asyncio.create_task(read(reader, Client(b" " * LIMIT).request))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        with pytest.raises(HTTPException) as refused:
            await read(reader, Client(b" " * (LIMIT + 1)).request)
        assert refused.value.status_code == 413

    loop.run_until_complete(attack())
