import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import ArtifactError, Prediction, Scorecard, artifact
from model.scorecard import pack, unpack


def test_the_logit_is_the_bias_and_the_scaled_sum_of_the_weights(tiny: Scorecard) -> None:
    [answer] = tiny.predict(["I love love Monday"])  # "i" has no weight, and counts in n = 4
    logit = 0.5 + (2.0 + 2.0 - 0.25) / math.sqrt(4)
    assert answer.probability == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-15)
    assert answer == Prediction("positive", answer.probability, (), known_words=0.75)


@pytest.mark.parametrize(("weight", "probability"), [(1e308, 1.0), (-1e308, 0.0), (-800.0, 0.0)])
def test_no_weight_is_too_great(weight: float, probability: float) -> None:
    manifest = {"name": "", "version": "", "features": "stems", "bias": 0.0, "scale": 1.0, "exponent": -0.5}
    extreme = Scorecard(manifest, {"stem": {"love": weight}})
    assert extreme.predict(["love"])[0].probability == pytest.approx(probability)


@given(st.lists(st.sampled_from(["love", "sad", "thanks", "hate", "fun", "miss", "headache"])))
def test_the_order_of_the_words_does_not_matter_to_the_last_bit(stems: list[str]) -> None:
    served = model.load("frequency")
    one, other = served.predict([" ".join(stems), " ".join(reversed(stems))])
    assert one.probability == other.probability


def test_an_artifact_of_another_kind_is_refused(tmp_path: Path) -> None:
    artifact.write(
        str(tmp_path), {"name": "x", "kind": "forest", "golden": [["", 0.5]]}, {"weights.json": b"{}"}
    )
    with pytest.raises(ArtifactError, match="is of the unknown kind 'forest': correct MODEL"):
        model.load(str(tmp_path))


ONE = {"stem": {"love": 1.0}}
COMPLETE = {"kind": "scorecard", "features": "stems", "bias": 0.0, "scale": 1.0, "exponent": 0.0}


@pytest.mark.parametrize(
    ("manifest", "files"),
    [
        (COMPLETE, {}),
        ({**COMPLETE, "kind": "network"}, {"weights.json": b"{}"}),
        ({"kind": "scorecard"}, pack(ONE)),
        ({}, pack(ONE)),
        (COMPLETE, {"forms.txt": pack(ONE)["forms.txt"]}),
        (COMPLETE, {**pack(ONE), "forms.txt": b"stem\n\xff"}),
        (COMPLETE, {**pack(ONE), "forms.txt": b"stem\nlove\nsad"}),
        (COMPLETE, {**pack(ONE), "weights.f64": bytes(7)}),
        (COMPLETE, {**pack(ONE), "weights.f64": bytes(16)}),
        (COMPLETE, pack({"word": {"love": 1.0}})),
    ],
)
def test_an_incomplete_artifact_is_refused(
    tmp_path: Path, manifest: dict[str, Any], files: dict[str, bytes]
) -> None:
    artifact.write(str(tmp_path), {"name": "x", "golden": [["", 0.5]], **manifest}, files)
    with pytest.raises(ArtifactError, match="is an incomplete artifact: train again"):
        model.load(str(tmp_path))


def test_a_model_that_was_not_trained_is_named() -> None:
    with pytest.raises(ArtifactError, match=r"artifacts/nonesuch has no readable manifest.json: train"):
        model.load("nonesuch")


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf])
def test_a_weight_that_is_no_number_is_not_written(weight: float) -> None:
    with pytest.raises(ValueError, match="a weight is not finite: correct the training"):
        pack({"stem": {"love": weight}})


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1),
        st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_weights_are_read_as_they_were_written(forms: dict[str, float]) -> None:
    assert unpack(pack({"stem": forms, "word": forms})) == {"stem": forms, "word": forms}
