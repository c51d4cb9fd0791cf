"""What a stream still has of a batch that failed, as Lambda would send it."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from predict.letters import Place

_PIECE = 5_000_000  # characters of records in one event; Lambda takes 6 MB
_PAGES = 50  # of at least 1 MB, or empty; a batch has 6 MB at most


def fetch(client: Any, place: Place) -> list[dict[str, Any]]:
    """The records of a batch that their stream still has. The client is boto3's for `place.service`."""
    if place.service == "kinesis":
        stream, number = {"StreamARN": place.stream}, "StartingSequenceNumber"
    else:
        stream, number = {}, "SequenceNumber"  # an iterator of DynamoDB names the stream
    started = client.get_shard_iterator(
        **(stream or {"StreamArn": place.stream}),
        ShardId=place.shard,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        **{number: place.first},
    )
    iterator = started["ShardIterator"]
    records: list[dict[str, Any]] = []
    for _ in range(_PAGES):
        answer = client.get_records(ShardIterator=iterator, Limit=1_000, **stream)
        page = [_as_lambda(record, place) for record in answer["Records"]]
        records += [record for record in page if _number(record) <= int(place.last)]
        iterator = answer.get("NextShardIterator")
        at_tip = not page and answer.get("MillisBehindLatest") == 0  # an empty page is not always the last
        if at_tip or not iterator or (page and _number(page[-1]) >= int(place.last)):
            break
    return records


def _as_lambda(record: dict[str, Any], place: Place) -> dict[str, Any]:
    if place.service == "dynamodbstreams":
        return {**record, "eventSource": "aws:dynamodb", "eventSourceARN": place.stream}
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": record["Data"],
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{place.shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "awsRegion": place.stream.split(":")[3],
        "eventSourceARN": place.stream,
    }


def _number(record: Mapping[str, Any]) -> int:
    if "dynamodb" in record:
        return int(record["dynamodb"]["SequenceNumber"])
    return int(record["kinesis"]["sequenceNumber"])


def cut(records: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield events, in JSON, that Lambda takes in one call."""
    piece: list[str] = []
    size = 0
    for record in records:
        text = json.dumps(record, default=_plain)
        if piece and size + len(text) > _PIECE:
            yield f'{{"Records":[{",".join(piece)}]}}'
            piece, size = [], 0
        piece.append(text)
        size += len(text)
    yield f'{{"Records":[{",".join(piece)}]}}'


def _plain(value: object) -> object:
    return value.timestamp() if isinstance(value, datetime) else b64encode(value).decode()  # type: ignore[arg-type]
