"""The headers of every answer: who has answered, and what."""

import os
import re

from model import Classifier

_ID = r"[\w.:=+/-]{1,128}"  # what may be sent back, and be in a log


def name_model(model: Classifier) -> dict[str, str]:
    """The headers that are the same in each answer."""
    return {"x-model-name": model.name, "x-model-version": model.version}


def find_id(given: str, in_lambda: str = "") -> str:
    """The id of a request: the one that the client has `given`, else Lambda's, else a new one."""
    if given and re.fullmatch(_ID, given, re.ASCII):
        return given
    return in_lambda or os.urandom(16).hex()
