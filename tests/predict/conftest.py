"""Stores for the event doors, and a network that fails."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from obstore.store import MemoryStore, S3Store

from model import Scorecard
from predict.settings import Settings
from predict.telemetry.line import OPEN, Line
from predict.warm import Tools
from tests.aws import endpoint, proxy
from tests.aws.proxy import Proxy


@pytest.fixture
def tools(tiny: Scorecard) -> Tools:
    """A tiny model, and results in memory."""
    return Tools(tiny, Settings(), MemoryStore())


@pytest.fixture
def faulty(moto: str) -> Iterator[Proxy]:
    """A proxy in front of moto."""
    with proxy.running(moto) as started:
        yield started


@pytest.fixture
def bucket(client: Callable[[str], Any]) -> str:
    """The name of a new bucket."""
    name = f"bucket-{uuid4().hex}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def aws_environment(moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS is moto."""
    for name, value in endpoint.variables(moto).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def behind(faulty: Proxy, bucket: str) -> S3Store:
    """A bucket behind the proxy, opened as `store.open_store` does but with quick retries."""
    return endpoint.store(bucket, faulty.url)


@pytest.fixture
def said() -> Iterator[Callable[[], dict[str, Any]]]:
    """What the doors that were called since the last question would write in the log."""

    def take() -> dict[str, Any]:
        line = OPEN.get()
        OPEN.set(Line("test"))
        return line.describe(None, {})

    outer = OPEN.set(Line("test"))
    yield take
    OPEN.reset(outer)
