import subprocess
import sys

import pytest

from predict import dialects
from predict.dialects import DIALECTS
from predict.settings import SettingsError

ASK = """
import sys
from starlette.testclient import TestClient
import model
from predict.http import app
from predict.settings import Settings

client = TestClient(app.build(model.load("lexicon_ngrams"), Settings()))
{request}
names = {names}
print(*(name for name in names if f"predict.dialects.{{name}}" in sys.modules))
"""


@pytest.mark.parametrize(
    ("request_", "loaded"),
    [
        ("", []),
        ('client.post("/predict", json={"text": "a"}); client.get("/predict"); client.get("/health")', []),
        ('client.post("/v2/models/lexicon_ngrams/infer", json={})', ["inference_v2"]),
        ('client.get("/v1/models")', ["kserve_v1"]),
        ('client.post("/invocations", json={})', ["sagemaker"]),
        ('client.get("/nothing"); client.post("/score")', ["azure"]),
        ('client.post("/", json={"inputs": "a"})', ["hugging_face"]),
    ],
)
def test_a_dialect_is_imported_when_it_is_first_asked_for(request_: str, loaded: list[str]) -> None:
    names = [name for name in DIALECTS if name not in ("native", "post")]
    script = ASK.format(request=request_, names=names)
    ended = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == loaded


def test_all_are_on_or_those_that_are_named_in_their_order() -> None:
    assert dialects.choose("all") == DIALECTS
    assert list(dialects.choose("vertex, native")) == ["vertex", "native"]


@pytest.mark.parametrize("names", ["", ",", "native,", "Native", "kserve", "all,native"])
def test_a_dialect_that_is_not_known_is_an_error_that_names_all(names: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^DIALECTS must be all, or names with commas .*hugging_face: not '"
    ):
        dialects.choose(names)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v2/models/x/config", "inference_v2"),
        ("/v2", "inference_v2"),
        ("/v1/models/x/nothing", "kserve_v1"),
        ("/v1/projects/p", "vertex"),
        ("/endpoints/e/async-invocations", "sagemaker"),
        ("/models/org/m", "hugging_face"),
        ("/predict/", "native"),
        ("/api/v2", "post"),
        ("/nothing", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_path_that_nobody_has_belongs_to_the_nearest_dialect(path: str, name: str | None) -> None:
    assert dialects.guess(path, DIALECTS) == name


def test_no_two_dialects_have_one_path() -> None:
    operations = [operation for name in DIALECTS for operation in DIALECTS[name]]
    assert len(operations) == len(set(operations))
