"""How to reach moto's server instead of AWS."""

from typing import Any

import boto3
from obstore.store import S3Store


def variables(url: str) -> dict[str, str]:
    """What obstore and boto3 read, as Lambda sets it, and the endpoint."""
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
    """obstore's client for a bucket."""
    return S3Store(
        bucket,
        endpoint=url,
        region="us-east-1",
        access_key_id="id",
        secret_access_key="secret",
        client_options={"allow_http": True},
        retry_config={"max_retries": 2},
    )
