"""The labels are the model's, however many it has."""

import math
from pathlib import Path
from typing import Any

import joblib
import pytest
from fastapi.testclient import TestClient
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from model import Scorecard
from model.packaging.package import package
from predict import direct, warm
from predict.dialects.request import InvalidRequestError
from predict.http import app
from predict.settings import Settings, SettingsError
from tests.predict.dialects.cases import CASES
from tests.tiny import MANIFEST, SCORES, WEIGHTS, build_moods


def serve(model: Scorecard) -> TestClient:
    return TestClient(app.build(model, Settings()), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def moods() -> TestClient:
    return serve(build_moods())


@pytest.fixture(scope="module")
def spam() -> TestClient:
    return serve(Scorecard({**MANIFEST, "classes": ["ham", "spam"]}, WEIGHTS))


@pytest.mark.parametrize("name", CASES)
def test_two_classes_keep_their_names(spam: TestClient, name: str) -> None:
    case = CASES[name]
    response = spam.post(case.path.format(model="tiny"), json=case.wrap(["love", "hate"]))
    assert case.labels(response.json()) == ["spam", "ham"]


@pytest.mark.parametrize("name", CASES)
def test_three_classes_are_answered(moods: TestClient, name: str) -> None:
    case = CASES[name]
    response = moods.post(case.path.format(model="tiny"), json=case.wrap(["a", "b"]))
    assert case.labels(response.json()) == ["calm", "calm"]


def test_hugging_face_gets_the_scores_of_all_classes(moods: TestClient) -> None:
    def ask(**parameters: Any) -> Any:
        return moods.post("/", json={"inputs": "a", "parameters": parameters}).json()[0]

    ordered = [{"label": label, "score": SCORES[label]} for label in ("calm", "angry", "glad")]
    assert ask() == ordered
    assert ask(top_k=2) == ordered[:2]
    logits = {score["label"]: score["score"] for score in ask(function_to_apply="none")}
    assert logits["calm"] == pytest.approx(math.log(3))
    assert logits["angry"] == pytest.approx(-math.log(3))
    assert -1_000 < logits["glad"] < -700  # JSON has no infinity


def test_a_tensor_has_a_probability_for_each_class(moods: TestClient) -> None:
    tensor = {"name": "t", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}
    body = {"inputs": [tensor], "outputs": [{"name": "probabilities"}]}
    [output] = moods.post("/v2/models/tiny/infer", json=body).json()["outputs"]
    assert (output["shape"], output["data"]) == ([2, 3], [*SCORES.values(), *SCORES.values()])
    assert output["parameters"] == {"labels": "angry,calm,glad"}
    [described] = (
        output
        for output in moods.get("/v2/models/tiny").json()["outputs"]
        if output["name"] == "probabilities"
    )
    assert described["shape"] == [-1, 3]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("native", {"threshold": 0.5}),
        ("native", {"uncertain": [0.4, 0.6]}),
        ("inference_v2", {"parameters": {"threshold": 0.5}}),
        ("kserve_v1", {"parameters": {"threshold": 0.5}}),
        ("vertex", {"parameters": {"uncertain": [0.4, 0.6]}}),
        ("sagemaker", {"params": {"threshold": 0.5}}),
        ("azure", {"params": {"threshold": 0.5}}),
    ],
)
def test_a_threshold_between_three_classes_is_refused(
    moods: TestClient, name: str, options: dict[str, Any]
) -> None:
    case = CASES[name]
    response = moods.post(case.path.format(model="tiny"), json={**case.wrap(["a"]), **options})
    assert response.status_code == case.invalid
    assert "the model more than two classes: leave them out" in case.text(response.json())


def test_a_direct_call_answers_three_classes_and_refuses_a_threshold_too() -> None:
    [answer] = direct.invoke({"text": "a"}, build_moods(), Settings())["predictions"]
    assert (answer["label"], answer["probabilities"]) == ("calm", SCORES)
    with pytest.raises(InvalidRequestError, match="more than two classes: leave them out"):
        direct.invoke({"text": "a", "threshold": 0.5}, build_moods(), Settings())


def test_bounds_in_the_environment_are_refused_for_more_than_two_labels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    joblib.dump(
        make_pipeline(CountVectorizer(), LogisticRegression()).fit(
            ["so angry", "quite calm", "how glad"], ["x", "y", "z"]
        ),
        tmp_path / "p.joblib",
    )
    package(tmp_path / "p.joblib", "three", tmp_path / "three")
    monkeypatch.setenv("MODEL", str(tmp_path / "three"))
    monkeypatch.setenv("THRESHOLD", "0.4")
    warm.load_model.cache_clear()
    try:
        with pytest.raises(
            SettingsError, match="THRESHOLD and UNCERTAIN are for two labels, and three has more"
        ):
            warm.load_model()
    finally:
        warm.load_model.cache_clear()
