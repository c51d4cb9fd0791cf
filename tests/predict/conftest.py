"""A store in memory, and moto's server on loopback with clients of both kinds."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer
from obstore.store import MemoryStore, S3Store

from model import Scorecard
from predict.settings import Settings
from predict.tools import Tools
from tests.aws import endpoint, proxy
from tests.aws.proxy import Proxy


@pytest.fixture
def tools(tiny: Scorecard) -> Tools:
    """A tiny model, and results in memory."""
    return Tools(tiny, Settings(), MemoryStore())


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of moto's server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def faulty(moto: str) -> Iterator[Proxy]:
    """A proxy in front of it."""
    with proxy.running(moto) as started:
        yield started


Client = Callable[[str], Any]


@pytest.fixture(scope="session")
def client(moto: str) -> Client:
    """boto3's client for a service."""
    return partial(endpoint.client, url=moto)


@pytest.fixture
def bucket(client: Client) -> str:
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
    """A bucket behind a proxy, as `store.opened` would have it but for the time that retries take."""
    return S3Store(
        bucket,
        endpoint=faulty.url,
        region="us-east-1",
        access_key_id="id",
        secret_access_key="secret",
        client_options={"allow_http": True},
        retry_config={"max_retries": 2},
    )
