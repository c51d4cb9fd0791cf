import gzip
import json
import re
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import model
from model import Scorecard
from predict.http import app
from predict.settings import Settings
from tests import tiny

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(served: Scorecard) -> Iterator[TestClient]:
    with TestClient(app.build(served, Settings()), raise_server_exceptions=False) as client:
        yield client


def refused(
    client: TestClient, path: str, body: bytes | str, headers: dict[str, str] = JSON
) -> tuple[int, str]:
    """Check what must hold for every refusal, and return its status and detail."""
    response = client.post(path, content=body, headers=headers)
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 10_000
    problem = response.json()
    assert problem["status"] == response.status_code
    assert 400 <= response.status_code < 500
    return response.status_code, problem["detail"]


def test_a_text_gets_the_answer_of_the_direct_door(
    client: TestClient, directly: Callable[[object], Any]
) -> None:
    body = {"tweets": [{"id": "é", "text": "I love this"}, {"text": ""}], "threshold": 0.9}
    response = client.post("/predict", json=body)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == directly(body)


def test_the_posts_payload_gets_the_posts_answer(
    client: TestClient, event: Callable[[str], Any], posts_answer: dict[str, str]
) -> None:
    assert client.post("/api/v1/predict", json=event("post_payload")).json() == posts_answer


def test_health_ready_and_model_say_what_is_served(client: TestClient, served: Scorecard) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.head("/health").status_code == 200
    assert client.get("/ready").json() == {
        "status": "ready",
        "model": {"name": served.name, "version": served.version},
    }
    assert client.get("/model").json() == served.manifest


def test_the_card_is_the_artifacts_and_missing_where_the_artifact_has_none(
    client: TestClient, served: Scorecard
) -> None:
    answer = client.get("/model/card")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.content == Path(model.ARTIFACTS, served.name, "card.md").read_bytes()
    other = TestClient(app.build(tiny.build(), Settings())).get("/model/card")
    assert (other.status_code, other.json()["detail"]) == (404, "The artifact of the model has no card.")


def test_the_root_says_what_there_is_and_each_link_works(client: TestClient, served: Scorecard) -> None:
    assert client.head("/").status_code == 200
    index = client.get("/").json()
    assert (index["name"], index["version"]) == (served.name, served.version)
    assert {
        "predict",
        "api/v1/predict",
        "health",
        "ready",
        "model",
        "model/card",
        "docs",
        "openapi.json",
    } == set(index["links"])
    for link in index["links"]:
        method = "POST" if link.endswith("predict") else "GET"
        assert client.request(method, f"/{link}", json={"1": "a"}).status_code in (200, 422)


@pytest.mark.parametrize("base", ["", "/mood", "/mood/v2"])
def test_every_route_works_below_a_base_path_and_without_it(served: Scorecard, base: str) -> None:
    client = TestClient(app.build(served, Settings(base_path="/mood/v2")))
    expected = 404 if base == "/mood" else 200
    for path in ("/", "/health", "/docs", "/docs/swagger-ui.css", "/openapi.json"):
        assert client.get(f"{base}{path}").status_code == expected
    assert client.post(f"{base}/predict", json={"text": "a"}).status_code == expected
    assert client.get("/mood/v2").status_code == 200
    assert client.get("/mood/v20/health").status_code == 404


def test_the_documentation_needs_nothing_from_elsewhere_and_works_under_any_prefix(
    client: TestClient,
) -> None:
    page = client.get("/docs").text
    fetched = re.findall(r"""(?:href|src|url)[=:] ?["']([^"']+)["']""", page)
    assert fetched == ["docs/swagger-ui.css", "data:,", "docs/swagger-ui-bundle.js", "openapi.json"]
    for address in ("docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "openapi.json"):
        assert client.get(f"/{address}").status_code == 200
    servers = client.get("/openapi.json").json()["servers"]
    assert servers == [{"url": ".", "description": "The host of this description."}]


@pytest.mark.parametrize("path", ["/predict", "/api/v1/predict"])
@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"", 400, "The body is empty: send a JSON object."),
        (b" ", 400, "The body is not JSON at line 1, column 2: Expecting value."),
        (b'{"text": "a', 400, "The body is not JSON at line 1, column 10: Unterminated string starting at."),
        (
            b"{'text': 'a'}",
            400,
            "The body is not JSON at line 1, column 2: Expecting property name enclosed in double quotes.",
        ),
        (b'{"text": "a"} x', 400, "The body is not JSON at line 1, column 15: Extra data."),
        (
            b'{"text": "a\nb"}',
            400,
            "The body is not JSON at line 1, column 12: Invalid control character at.",
        ),
        (b'{"text": NaN}', 400, "The body is not JSON: NaN is no JSON number."),
        (b'{"text": -Infinity}', 400, "The body is not JSON: -Infinity is no JSON number."),
        (b'{"text": ' + b"9" * 5_000 + b"}", 400, "The body has a number of too many digits."),
        (b"[" * 100_000, 400, "The body is nested too deeply."),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "The body is nested too deeply."),
        (
            b'{"1": "a", "1": "b"}',
            400,
            "The body has an object with a repeated name: one of the values would be lost.",
        ),
        ('{"text": "café"}'.encode("latin-1"), 400, "The body is not UTF-8 at byte 13."),
        ('{"text": "a"}'.encode("utf-16"), 400, "The body is not UTF-8 at byte 0."),
        (
            b'{"text": "' + b"a" * 5_900_000 + b'"}',
            413,
            "At most 2,097,152 bytes are read: send several requests.",
        ),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, bytes) else "",
)
def test_what_is_no_json_is_refused(
    client: TestClient, path: str, body: bytes, status: int, detail: str
) -> None:
    assert refused(client, path, body) == (status, detail)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            rb'{"text": "\ud83d"}',
            [("/text", "has half a surrogate pair at character 0: send whole characters")],
        ),
        (
            rb'{"texts": ["a", 5, null]}',
            [
                ("/texts/1", "must be a string, not a whole number"),
                ("/texts/2", "must be a string, not null"),
            ],
        ),
        (rb'{"text": 1e400}', [("/text", "must be a string, not a number")]),
        (rb'{"text": "a", "threshold": 1e400}', [("/threshold", "must be a number from 0 to 1")]),
        (
            rb'{"tweets": [{"id": 1180591620717411303424, "text": "a"}]}',
            [("/tweets/0/id", "must fit into 64 bits: send it as a string")],
        ),
        (
            rb'{"text": "a", "\ud83d": 1}',
            [
                (
                    "",
                    (
                        "is not a field of a request: "
                        "those are text, texts, tweets, threshold, uncertain, explain"
                    ),
                )
            ],
        ),
        (b"[" * 500 + b"]" * 500, [("", "must be an object with exactly one of text, texts and tweets")]),
        (
            b'{"text": "' + b"a" * 1_000_000 + b'"}',
            [("/text", "has 1,000,000 characters, at most 10,000 are taken: shorten it")],
        ),
        (
            json.dumps({"texts": [""] * 300_000}).encode(),
            [("/texts", "has 300,000 texts, at most 1,000 are taken: send several requests")],
        ),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, bytes) else "",
)
def test_what_is_no_request_is_refused_with_pointers(
    client: TestClient, body: bytes, errors: list[tuple[str, str]]
) -> None:
    response = client.post("/predict", content=body, headers=JSON)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "The body is JSON, but not a request: see errors.",
        "errors": [{"pointer": pointer, "detail": detail} for pointer, detail in errors],
    }


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "\xff"])
def test_only_json_is_read(client: TestClient, media_type: str | None) -> None:
    headers = {} if media_type is None else {b"content-type": media_type.encode("latin-1")}
    response = client.post("/predict", content=b'{"text": "a"}', headers=headers)
    assert response.status_code == 415
    assert "Content-Type: application/json" in response.json()["detail"]


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.tweet+json"]
)
def test_every_json_media_type_is_read(client: TestClient, media_type: str) -> None:
    response = client.post("/predict", content=b'{"text": "a"}', headers={"content-type": media_type})
    assert response.status_code == 200


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_other_compressions_are_refused(client: TestClient, coding: str) -> None:
    assert refused(client, "/predict", b"\x1f\x8b", {**JSON, "content-encoding": coding})[0] == 415


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "deflate"])
def test_compressed_bodies_are_read(client: TestClient, coding: str) -> None:
    pack = zlib.compress if coding == "deflate" else gzip.compress
    headers = {**JSON, "content-encoding": coding}
    response = client.post("/predict", content=pack(b'{"text": "I love this"}'), headers=headers)
    assert response.json() == client.post("/predict", json={"text": "I love this"}).json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"text": "a"}', 400),
        (b"\x1f\x8b", 400),
        (gzip.compress(b'{"text": "a"}')[:-9], 400),
        (gzip.compress(b'{"text": "a"}') + b"x", 400),
        (gzip.compress(b""), 400),
        (gzip.compress(b" " * 3_000_000), 413),
        (gzip.compress(b" " * 30_000_000), 413),
    ],
    ids=["plain", "two bytes", "broken off", "longer", "empty", "long", "a bomb"],
)
def test_a_compressed_body_is_as_bounded_as_a_plain_one(client: TestClient, body: bytes, status: int) -> None:
    assert refused(client, "/predict", body, {**JSON, "content-encoding": "gzip"})[0] == status


@pytest.mark.parametrize("coding", ["", " ", "identity", "Identity"])
def test_an_empty_content_encoding_is_none(client: TestClient, coding: str) -> None:
    headers = {**JSON, "content-encoding": coding}
    assert client.post("/predict", content=b'{"text": "a"}', headers=headers).status_code == 200


def test_a_bomb_is_not_unpacked_whole(client: TestClient) -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    tracemalloc.start()
    try:
        client.post("/predict", content=bomb, headers={**JSON, "content-encoding": "gzip"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_file_of_the_documentation_that_the_client_has_is_not_sent_again(client: TestClient) -> None:
    sent = client.get("/docs/swagger-ui.css")
    assert sent.headers["content-type"] == "text/css; charset=utf-8"
    known = client.get("/docs/swagger-ui.css", headers={"if-none-match": f'"else", W/{sent.headers["etag"]}'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", sent.headers["etag"])
    assert client.get("/docs/swagger-ui.css", headers={"if-none-match": '"else"'}).content == sent.content


def test_a_byte_order_mark_is_accepted(client: TestClient) -> None:
    assert client.post("/predict", content=b'\xef\xbb\xbf{"text": "a"}', headers=JSON).status_code == 200


@pytest.mark.parametrize(("length", "status"), [(100, 200), (101, 413)])
def test_a_body_may_be_as_long_as_the_limit(served: Scorecard, length: int, status: int) -> None:
    client = TestClient(app.build(served, Settings(max_bytes=100)))
    body = b'{"text": "a"}'.ljust(length)
    assert client.post("/predict", content=body, headers=JSON).status_code == status


def test_a_body_without_a_declared_length_is_limited_too(client: TestClient) -> None:
    chunks = (b" " * 65_536 for _ in range(100))
    assert client.post("/predict", content=chunks, headers=JSON).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing", 404, "Not Found"),
        ("POST", "/predict/", 404, "Not Found"),
        ("GET", "/%00%FF%2F..", 404, "Not Found"),
        ("GET", "/predict", 405, "Method Not Allowed"),
        ("BREW", "/predict", 405, "Method Not Allowed"),
    ],
)
def test_other_paths_and_methods_are_problems(
    client: TestClient, method: str, path: str, status: int, title: str
) -> None:
    response = client.request(method, path)
    detail = {
        404: "There is nothing at this path: /docs",
        405: "This path takes another method: see the header",
    }
    assert (response.status_code, response.json()["title"]) == (status, title)
    assert response.json()["detail"].startswith(detail[status])
    assert response.headers.get("allow") == ("POST" if status == 405 else None)
    assert response.headers["content-type"] == "application/problem+json"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["text", "texts", "tweets", "threshold", "id"])
            | st.text(st.characters(codec=None)),
            inner,
        )
    ),
)


@given(body=st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_a_server_error(client: TestClient, body: bytes) -> None:
    for path in ("/predict", "/api/v1/predict"):
        response = client.post(path, content=body, headers=JSON)
        assert response.status_code in (200, 400, 422)
        json.dumps(response.json(), allow_nan=False)


def test_a_crash_is_a_problem_that_shows_nothing() -> None:
    class Broken(Scorecard):
        def predict(self, *_: object) -> Any:
            raise RuntimeError("a secret of the server")

    manifest = {
        "name": "broken",
        "version": "1",
        "features": "stems",
        "bias": 0.0,
        "scale": 1.0,
        "exponent": 0.0,
    }
    broken = Broken(manifest, {"stem": {}})
    with TestClient(app.build(broken, Settings()), raise_server_exceptions=False) as client:
        response = client.post("/predict", json={"text": "a"})
    assert response.json() == {
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The server failed to answer: the request was not at fault.",
    }


def test_a_model_that_answers_otherwise_than_in_training_is_not_ready(tiny: Scorecard) -> None:
    changed = Scorecard({**tiny.manifest, "golden": [["love", 0.1]]}, {"stem": {"love": 2.0}})
    response = TestClient(app.build(changed, Settings())).get("/ready")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "The model does not answer as when it was trained."
