"""How to reach moto's server instead of AWS."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from obstore.store import S3Store


@contextmanager
def serving() -> Iterator[str]:
    """Run moto's server on loopback, and yield its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def fill(bucket: str, contents: Mapping[str, bytes]) -> None:
    """Put objects into a bucket of the server in this process, by their keys, without a request for each."""
    for key, content in contents.items():
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, key, content)


def variables(url: str) -> dict[str, str]:
    """The variables that Lambda sets for obstore and boto3, and the endpoint."""
    return {
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": url,
    }


def client(service: str, url: str) -> Any:
    """boto3's client for a service."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )


def store(bucket: str, url: str) -> S3Store:
    """obstore's client for a bucket, which gives up soon."""
    return S3Store(
        bucket,
        endpoint=url,
        region="us-east-1",
        access_key_id="id",
        secret_access_key="secret",
        client_options={"allow_http": True},
        retry_config={
            "max_retries": 2,
            "retry_timeout": timedelta(seconds=5),
            "backoff": {
                "init_backoff": timedelta(milliseconds=5),
                "max_backoff": timedelta(milliseconds=10),
                "base": 2,
            },
        },
    )
