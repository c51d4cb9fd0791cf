"""Tables of DynamoDB with a stream."""

from typing import Any


def create(dynamodb: Any, name: str, view: str) -> str:
    """A table whose key is `id`. Return the address of its stream."""
    described = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
    )["TableDescription"]
    return str(described["LatestStreamArn"])
