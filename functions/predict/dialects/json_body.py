"""A body that is JSON."""

from collections.abc import Mapping
from typing import Any

from predict import strict_json
from predict.dialects.request import Call, Read, UnreadableError
from predict.strict_json import NotJsonError


def read(content: bytes, _call: Call) -> Any:
    """The JSON value. Raises UnreadableError where it is not JSON in UTF-8."""
    try:
        return strict_json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise UnreadableError(400, f"The body is not UTF-8 at byte {exc.start}.") from exc
    except NotJsonError as exc:
        raise UnreadableError(400, f"The body {exc}.") from exc


DECLARED: Mapping[str, Read] = {"application/json": read}
ASSUMED: Mapping[str, Read] = {**DECLARED, "": read}  # several clients declare no type at all
