"""How long an answer may be that leaves Lambda: a longer one would reach the client as a 502."""

import json

from predict.http.message import HttpError

# Of the response as JSON. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
LAMBDA_BYTES = 6_291_556
BALANCER_BYTES = 1_000_000
HEAD_BYTES = 10_000  # more than the status and our headers have


def refuse_long(content: bytes, texts: int, most: int) -> None:
    """Raises HttpError if the answer to that many texts makes a response of more than `most` bytes."""
    limit = most - HEAD_BYTES
    if 6 * len(content) <= limit:  # however much is escaped
        return
    size = _measure(content)
    if size > limit:
        fitting = max(1, texts * limit // size * 9 // 10)  # some answers are longer than others
        detail = (
            f"The answer is longer than the {limit:,} bytes that can be sent: about {fitting:,} texts fit."
        )
        raise HttpError(413, detail)


def _measure(content: bytes) -> int:
    """The length as a JSON string, which has text plainly, and bytes in base64."""
    try:
        return len(json.dumps(content.decode()))
    except UnicodeDecodeError:
        return len(content) * 4 // 3
