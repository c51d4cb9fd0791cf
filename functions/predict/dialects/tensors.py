"""Binary tensors, which Triton's client sends unless it is told otherwise: bytes behind the JSON.

https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
"""

from collections.abc import Iterator, Sequence
from struct import pack as pack_numbers
from typing import Any

from predict.dialects.request import Call, Fault, InvalidRequestError, UnreadableError, read_json

HEADER = "inference-header-content-length"  # how many bytes the JSON has
_SIZE = 4  # bytes of the little-endian length in front of each string


def read(content: bytes, call: Call) -> Any:
    """The JSON, with the bytes of binary tensors in `data`, where plain tensors have their texts.

    Raises UnreadableError.
    """
    declared = call.headers.get(HEADER)
    if declared is None:
        return read_json(content, call)
    if not (declared.isascii() and declared.isdecimal() and len(declared) < 12):
        raise UnreadableError(400, f"The header {HEADER} must be how many bytes the JSON has.")
    size = int(declared)
    if size > len(content):
        raise UnreadableError(
            400, f"The header {HEADER} is {size:,}, and the body has {len(content):,} bytes."
        )
    body = read_json(content[:size], call)
    if rest := _fill(body, content[size:]):
        detail = (
            f"{len(rest):,} bytes belong to no tensor: binary_data_size of a tensor says how many are its."
        )
        raise UnreadableError(400, detail)
    return body


def unpack(content: bytes) -> Iterator[str]:
    """The texts of a binary tensor. Raises InvalidRequestError."""
    start, number = 0, 0
    while start < len(content):
        text = start + _SIZE
        end = text + int.from_bytes(content[start:text], "little")
        if text > len(content) or end > len(content):
            raise InvalidRequestError([Fault("", f"has a binary tensor whose text {number} breaks off")])
        try:
            yield content[text:end].decode()
        except UnicodeDecodeError as exc:
            detail = f"has a binary tensor whose text {number} is not UTF-8"
            raise InvalidRequestError([Fault("", detail)]) from exc
        start, number = end, number + 1


def pack(datatype: str, values: Sequence[str] | Sequence[float]) -> bytes:
    """A tensor of FP64 or BYTES."""
    if datatype == "FP64":
        return pack_numbers(f"<{len(values)}d", *values)
    encoded = [str(value).encode() for value in values]
    return b"".join(len(value).to_bytes(_SIZE, "little") + value for value in encoded)


def _fill(body: Any, content: bytes) -> bytes:
    """Give each tensor its bytes, and return what is left."""
    inputs = body.get("inputs") if isinstance(body, dict) else None
    for tensor in inputs if isinstance(inputs, list) else ():
        parameters = tensor.get("parameters") if isinstance(tensor, dict) else None
        if not isinstance(parameters, dict) or "binary_data_size" not in parameters:
            continue
        size = parameters.pop("binary_data_size")
        if type(size) is not int or not 0 <= size <= len(content):
            raise UnreadableError(
                400, "A tensor's binary_data_size must be how many bytes of the body are its."
            )
        if "data" in tensor:
            raise UnreadableError(400, "A tensor has both data and binary_data_size: send one of them.")
        tensor["data"] = content[:size]
        content = content[size:]
    return content
