import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import ArtifactError, Prediction, Scorecard, artifact


def test_the_logit_is_the_bias_and_the_scaled_sum_of_the_weights(tiny: Scorecard) -> None:
    [answer] = tiny.predict(["I love love Monday"])  # "i" has no weight, and counts in n = 4
    logit = 0.5 + (2.0 + 2.0 - 0.25) / math.sqrt(4)
    assert answer.probability == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-15)
    assert answer == Prediction("positive", answer.probability, ())


def test_answers_keep_the_order_of_the_texts(tiny: Scorecard) -> None:
    answers = tiny.predict(["love", "hate", "", "love"])
    assert [answer.label for answer in answers] == ["positive", "negative", "positive", "positive"]
    assert tiny.predict([]) == []


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("", ("empty",)),
        (" \n\t\u2003", ("empty",)),
        ("zzz", ("no_known_words",)),
        ("the of and", ("no_known_words",)),
        ("@joe http://t.co/x", ("no_known_words",)),
        ("❤️", ("no_known_words",)),
        ("love", ()),
    ],
)
def test_an_answer_without_evidence_is_the_bias_with_a_warning(
    tiny: Scorecard, text: str, warnings: tuple[str, ...]
) -> None:
    [answer] = tiny.predict([text])
    assert answer.warnings == warnings
    if warnings:
        assert answer.probability == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_the_label_is_positive_from_the_threshold_up(tiny: Scorecard) -> None:
    [answer] = tiny.predict(["love"])
    p = answer.probability
    labels = [tiny.predict(["love"], threshold)[0].label for threshold in (0, p, math.nextafter(p, 1), 1)]
    assert labels == ["positive", "positive", "negative", "negative"]


@pytest.mark.parametrize(("weight", "probability"), [(1e308, 1.0), (-1e308, 0.0), (-800.0, 0.0)])
def test_no_weight_is_too_great(weight: float, probability: float) -> None:
    extreme = Scorecard({"name": "", "version": "", "bias": 0.0, "exponent": -0.5}, {"love": weight})
    assert extreme.predict(["love"])[0].probability == pytest.approx(probability)


@given(
    st.text(st.characters(codec=None))
    | st.lists(st.sampled_from(["love", "sad", "thanks", "hate", "not", "fun", "miss", "😊"])).map(" ".join)
)
def test_any_text_has_a_probability_and_the_order_of_its_words_does_not_matter(text: str) -> None:
    served = model.load("frequency")
    backwards = " ".join(reversed(text.split()))
    one, other = served.predict([text, backwards])
    assert 0 < one.probability < 1
    assert one.probability == other.probability


def test_an_artifact_of_another_kind_is_refused(tmp_path: Path) -> None:
    artifact.write(str(tmp_path), {"name": "x", "kind": "forest"}, {})
    with pytest.raises(ArtifactError, match="is a 'forest', not a scorecard: correct MODEL"):
        model.load(str(tmp_path))


@pytest.mark.parametrize(
    ("manifest", "files"),
    [
        ({"bias": 0.0, "exponent": 0.0}, {}),
        ({"bias": 0.0}, {"weights.json": b"{}"}),
        ({"bias": 0.0, "exponent": 0.0}, {"weights.json": b"{"}),
    ],
)
def test_an_incomplete_scorecard_is_refused(
    tmp_path: Path, manifest: dict[str, float], files: dict[str, bytes]
) -> None:
    artifact.write(str(tmp_path), {"name": "x", "kind": "scorecard", **manifest}, files)
    with pytest.raises(ArtifactError, match="is an incomplete scorecard: train again"):
        model.load(str(tmp_path))


def test_a_model_that_was_not_trained_is_named() -> None:
    with pytest.raises(ArtifactError, match=r"artifacts/nonesuch has no readable manifest.json: train"):
        model.load("nonesuch")
