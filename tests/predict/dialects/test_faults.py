"""What is wrong with a request is wrong in every dialect, and each says so in its own form."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from model import Scorecard
from predict.dialects import DIALECTS
from predict.http import app
from predict.settings import Settings
from tests.predict.dialects.cases import CASES, Case

JSON = {"content-type": "application/json"}
FOREIGN = [name for name in CASES if name not in ("native", "post")]
NAMED = ("x-model-name", "x-model-version", "x-request-id")


@pytest.fixture(scope="module")
def client(tiny: Scorecard) -> Iterator[TestClient]:
    settings = Settings(max_texts=3, max_characters=100)
    with TestClient(app.build(tiny, settings), raise_server_exceptions=False) as client:
        yield client


def path_of(case: Case) -> str:
    return case.path.format(model="tiny")


def check(response: Any, case: Case, client: TestClient) -> tuple[int, str]:
    """What must hold for every refusal; return its status and text."""
    assert 400 <= response.status_code < 500
    assert len(response.content) < 10_000
    assert {name: response.headers[name] for name in NAMED[:2]} == {
        "x-model-name": "tiny",
        "x-model-version": "1",
    }
    assert response.headers["x-request-id"]
    body = response.json()
    expected = "application/problem+json" if "title" in body else "application/json"
    assert response.headers["content-type"] == expected
    return response.status_code, case.text(body)


@pytest.mark.parametrize("name", CASES)
def test_texts_get_the_labels_of_the_model(client: TestClient, tiny: Scorecard, name: str) -> None:
    case = CASES[name]
    texts = ["love", "hate", "I love mondays é"]
    response = client.post(path_of(case), json=case.wrap(texts))
    assert response.status_code == 200
    assert case.labels(response.json()) == [prediction.label for prediction in tiny.predict(texts)]
    assert all(response.headers[header] for header in NAMED)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is empty: send a JSON object."),
        (b" ", "The body is not JSON at line 1, column 2: Expecting value."),
        (b'{"text": "a', "The body is not JSON at line 1, column 10: Unterminated string starting at."),
        (b'{"text": NaN}', "The body is not JSON: NaN is no JSON number."),
        (b'{"a": -Infinity}', "The body is not JSON: -Infinity is no JSON number."),
        (b'{"a": ' + b"9" * 5_000 + b"}", "The body has a number of too many digits."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "The body is nested too deeply."),
        (
            b'{"a": 1, "a": 2}',
            "The body has an object with a repeated name: one of the values would be lost.",
        ),
        ('{"text": "café"}'.encode("latin-1"), "The body is not UTF-8 at byte 13."),
        ('{"text": "a"}'.encode("utf-16"), "The body is not UTF-8 at byte 0."),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, bytes) else "",
)
def test_what_is_no_json_is_a_bad_request(client: TestClient, name: str, body: bytes, detail: str) -> None:
    response = client.post(path_of(CASES[name]), content=body, headers=JSON)
    assert check(response, CASES[name], client) == (400, detail)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "text", [5, 1.5, True, None, [], ["a", "b"], {}, {"other": "a"}, "\ud83d", "a" * 101]
)
def test_what_is_no_text_is_pointed_at_and_not_shown(client: TestClient, name: str, text: Any) -> None:
    body = json.dumps(CASES[name].wrap(["love", text]))
    response = client.post(path_of(CASES[name]), content=body, headers=JSON)
    status, detail = check(response, CASES[name], client)
    assert status == CASES[name].invalid
    if name != "hugging_face" or not isinstance(text, dict):
        assert "/1" in detail
    assert "a" * 101 not in detail


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "body",
    ["null", "[]", '"x"', "5", "{}", '{"unknown": 1}', "[" * 500 + "]" * 500, r'{"\ud83d": 1}', "1e400"],
)
def test_json_that_is_no_request_is_refused(client: TestClient, name: str, body: str) -> None:
    response = client.post(path_of(CASES[name]), content=body, headers=JSON)
    assert check(response, CASES[name], client)[0] == CASES[name].invalid


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("member", ["thresold", "output", "Inputs", "parameter"])
def test_an_unknown_member_is_refused(client: TestClient, name: str, member: str) -> None:
    body = {**CASES[name].wrap(["love"]), member: {"threshold": 0.9}}
    response = client.post(path_of(CASES[name]), json=body)
    assert check(response, CASES[name], client)[0] == CASES[name].invalid


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("count", "status"), [(1, 200), (3, 200), (4, 0), (20_000, 0)])
def test_the_number_of_texts_is_limited(client: TestClient, name: str, count: int, status: int) -> None:
    response = client.post(path_of(CASES[name]), json=CASES[name].wrap(["a"] * count))
    assert response.status_code == (status or CASES[name].invalid)
    if not status:
        assert f"has {count:,} texts, at most 3 are taken" in check(response, CASES[name], client)[1]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "text", ["", " ", "@you", "http://t.co/a", "😀", "the", "\0", "ﬁ ﷺ", "‮", "=cmd", "\u202ea", "&#xD83D;"]
)
def test_a_text_that_says_nothing_gets_an_answer(client: TestClient, name: str, text: str) -> None:
    response = client.post(path_of(CASES[name]), json=CASES[name].wrap([text]))
    assert response.status_code == 200
    assert len(CASES[name].labels(response.json())) == 1


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "\xff", "application/xml"]
)
def test_another_media_type_is_refused_with_the_cure(client: TestClient, name: str, media_type: str) -> None:
    headers = {b"content-type": media_type.encode("latin-1")}
    content = json.dumps(CASES[name].wrap(["love"])).encode()
    status, detail = check(
        client.post(path_of(CASES[name]), content=content, headers=headers), CASES[name], client
    )
    assert status == 415
    assert "Content-Type: application/json" in detail


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.tweet+json"]
)
def test_json_is_read_whatever_it_is_called(client: TestClient, name: str, media_type: str) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(CASES[name].wrap(["love"])).encode()
    response = client.post(path_of(CASES[name]), content=content, headers={"content-type": media_type})
    assert response.status_code == 200


@pytest.mark.parametrize("name", FOREIGN)
def test_the_clients_of_others_need_not_declare_json(client: TestClient, name: str) -> None:
    content = json.dumps(CASES[name].wrap(["love"])).encode()
    assert client.post(path_of(CASES[name]), content=content).status_code == 200


@pytest.mark.parametrize("name", CASES)
def test_a_compressed_body_is_inflated_within_the_limit(client: TestClient, name: str) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    content = gzip.compress(json.dumps(CASES[name].wrap(["love"])).encode())
    assert client.post(path_of(CASES[name]), content=content, headers=headers).status_code == 200
    bomb = client.post(path_of(CASES[name]), content=gzip.compress(b" " * 30_000_000), headers=headers)
    assert check(bomb, CASES[name], client)[0] == 413


@pytest.mark.parametrize("name", CASES)
def test_a_long_body_is_refused(client: TestClient, name: str) -> None:
    content = json.dumps(CASES[name].wrap(["a" * 2_100_000]))
    response = client.post(path_of(CASES[name]), content=content, headers=JSON)
    assert check(response, CASES[name], client) == (
        413,
        "At most 2,097,152 bytes are read: send several requests.",
    )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "BREW"])
def test_another_method_is_refused_in_the_dialects_form(client: TestClient, name: str, method: str) -> None:
    response = client.request(method, path_of(CASES[name]))
    assert response.status_code == 405
    if name != "hugging_face":  # whose path is our index too
        assert check(response, CASES[name], client)[1].startswith("This path takes another method")


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("hugging_face", "azure")])
def test_a_path_below_a_dialects_own_is_missing_in_its_form(client: TestClient, name: str) -> None:
    response = client.post(f"{path_of(CASES[name])}/nothing", json={})
    assert check(response, CASES[name], client)[1].startswith("There is nothing at this path")
    assert response.status_code == 404


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "inputs",
                    "instances",
                    "data",
                    "parameters",
                    "params",
                    "text",
                    "shape",
                    "datatype",
                    "name",
                    "id",
                ]
            )
            | st.text(st.characters(codec=None), max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
TENSORS = st.fixed_dictionaries(
    {
        "inputs": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": VALUES,
                    "shape": VALUES,
                    "datatype": st.just("BYTES") | VALUES,
                    "data": VALUES,
                    "parameters": VALUES,
                },
            ),
            max_size=2,
        )
    },
    optional={"id": VALUES, "outputs": VALUES, "parameters": VALUES},
)
FORMS = ("inputs", "instances", "data", "input_data", "dataframe_split", "dataframe_records")
REQUESTS = st.sampled_from(FORMS).flatmap(
    lambda form: st.fixed_dictionaries({form: VALUES}, optional={"parameters": VALUES, "params": VALUES})
)


@pytest.mark.parametrize("name", CASES)
@given(body=st.binary() | (VALUES | TENSORS | REQUESTS).map(lambda value: json.dumps(value).encode()))
def test_no_body_is_a_server_error(client: TestClient, name: str, body: bytes) -> None:
    response = client.post(path_of(CASES[name]), content=body, headers=JSON)
    assert response.status_code in (200, 400, 422)
    json.dumps(response.json(), allow_nan=False)


@given(
    head=st.integers(-1, 200) | st.text(max_size=3),
    size=st.integers(-1, 40) | st.none(),
    rest=st.binary(max_size=40),
)
def test_no_binary_tensor_is_a_server_error(
    client: TestClient, head: object, size: object, rest: bytes
) -> None:
    tensor = {"name": "t", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": size}}
    content = json.dumps({"inputs": [tensor]}).encode()
    declared = len(content) if head == -1 else head
    headers = {b"inference-header-content-length": str(declared).encode("utf-8")}
    response = client.post("/v2/models/tiny/infer", content=content + rest, headers=headers)
    assert response.status_code in (200, 400)
    response.json()


@pytest.mark.parametrize("name", CASES)
def test_a_crash_is_told_in_the_dialects_form_and_shows_nothing(tiny: Scorecard, name: str) -> None:
    class Broken(Scorecard):
        def predict(self, *_: object) -> Any:
            raise RuntimeError("a secret of the server")

    broken = Broken(tiny.manifest, {"stem": {}})
    with TestClient(app.build(broken, Settings()), raise_server_exceptions=False) as client:
        response = client.post(path_of(CASES[name]), json=CASES[name].wrap(["love"]))
    assert response.status_code == 500
    assert CASES[name].text(response.json()) == "The server failed to answer: the request was not at fault."


@pytest.mark.parametrize("name", CASES)
def test_a_dialect_that_is_off_is_not_there(tiny: Scorecard, name: str) -> None:
    others = ",".join(other for other in DIALECTS if other != name)
    client = TestClient(app.build(tiny, Settings(dialects=others)))
    for other, case in CASES.items():
        response: Response = client.post(path_of(case), json=case.wrap(["love"]))  # type: ignore[assignment]
        assert response.status_code == (200 if other != name else 405 if name == "hugging_face" else 404)
    only = TestClient(app.build(tiny, Settings(dialects=f" {name} ")))
    assert only.post(path_of(CASES[name]), json=CASES[name].wrap(["love"])).status_code == 200
    assert only.get("/health").status_code == 200
    assert only.get("/openapi.json").status_code == 200
