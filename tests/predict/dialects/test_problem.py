import pytest

from predict.dialects import problem
from predict.dialects.request import Fault


def test_a_problem_points_at_each_fault() -> None:
    refusal = problem.refuse(422, "The body is wrong.", [Fault("/text", "must be a string")])
    assert refusal.media_type == "application/problem+json"
    assert refusal.body == {
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "The body is wrong.",
        "errors": [{"pointer": "/text", "detail": "must be a string"}],
    }


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (406, "Not Acceptable"),
        (429, "Too Many Requests"),
        (418, "Client Error"),
        (599, "Server Error"),
    ],
)
def test_every_status_has_a_title(status: int, title: str) -> None:
    assert problem.refuse(status, "Because.").body == {"title": title, "status": status, "detail": "Because."}
