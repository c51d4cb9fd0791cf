"""What Schemathesis must know of requests that JSON Schema cannot say. It loads this module by its name."""

from typing import Any

import schemathesis

# A part of the answer to a request whose values do not fit each other, or whose text is too long in sum.
RELATIONS = (
    "must be a whole number above 0",  # 1.0 is one to JSON Schema, and so in the next two
    "must be a string or a whole number, not a number",
    "must be [N] or [N, 1] for N texts",
    "must fit into 64 bits",  # FastAPI writes limits as doubles
    "the lower first",
    "is asked of",
    "the id of another tweet",
    "must be rows with a value for each of the columns",
    'must have one column \\"text\\", or be one column',
    "must be one of label, probability, probabilities, warnings, explanation, each once",
    "must be the model in the path",
    "must be the version in the path",
)


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Give a tensor of texts the shape that they have, where nothing is to be wrong."""
    if case.meta and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        for tensor in case.body.get("inputs", ()) if "infer" in case.path else ():
            is_flat = all(isinstance(text, str) for text in tensor["data"])
            tensor["shape"] = [len(tensor["data"]), *([] if is_flat else [1])]
    return case


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Drop the refusal of a good request, if it is of such a relation, or of bytes that are not described."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    is_bytes = case.media_type not in (None, "application/json")
    is_known = any(relation in response.text for relation in RELATIONS)
    return not (is_bytes or is_known or _has_table(case.body))


def _has_table(body: Any) -> bool:
    """Whether a request has its texts in one of several columns: no schema says which cells these are."""
    return isinstance(body, dict) and any(
        "columns" in part for part in body.values() if isinstance(part, dict)
    )
