import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import model
from model.evaluation.figures import answer, measure
from model.evaluation.recalibration import NotRecalibratedError, recalibrate

TEXTS = [
    f"{start} {mood} {end}"
    for start in ("this is", "what a", "I am so", "we feel")
    for mood in ("great", "awful", "sad", "lovely", "boring", "not bad")
    for end in ("today", "again", "thing :)", "thing :(", "!")
]
TRUTH = ["positive" if "great" in text or "lovely" in text or ":)" in text else "negative" for text in TEXTS]
SHA256 = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("name", ["lexicon_ngrams", "frequency", "network"])
def test_a_recalibrated_model_has_a_line_through_its_logits_and_the_best_threshold(
    tmp_path: Path, name: str
) -> None:
    old = model.load(name)
    new, answers = recalibrate(name, TEXTS, TRUTH, "mine", tmp_path / "mine", SHA256)
    logits = np.array([old.logit(text)[0] for text in TEXTS])
    line = LogisticRegression(C=np.inf, tol=1e-10).fit(logits.reshape(-1, 1), np.array(TRUTH) == "positive")
    expected = line.predict_proba(logits.reshape(-1, 1))[:, 1]
    assert answers.probabilities[:, 1] == pytest.approx(expected, abs=1e-4)
    before, after = measure(answer(old, TEXTS, TRUTH)), measure(answers)
    assert after["accuracy"]["value"] == pytest.approx(before["best_threshold"]["accuracy"])
    assert after["log_loss"]["value"] <= before["log_loss"]["value"]
    assert after["auc"]["value"] == pytest.approx(before["auc"]["value"])
    assert new.threshold == pytest.approx(after["best_threshold"]["value"], abs=1e-5)
    assert (new.name, new.version != old.version) == ("mine", True)
    new.check()


def test_explanations_of_a_recalibrated_model_still_add_up(tmp_path: Path) -> None:
    new, _ = recalibrate("lexicon_ngrams", TEXTS, TRUTH, "mine", tmp_path / "mine", SHA256)
    for text in TEXTS[:20]:
        logit, bias, terms, *_ = new.explain(text)
        assert bias + sum(term.contribution for term in terms) == pytest.approx(logit, abs=1e-9)


def test_the_card_says_what_was_changed_and_whose_figures_follow(tmp_path: Path) -> None:
    recalibrate("frequency", TEXTS, TRUTH, "mine", tmp_path / "mine", SHA256)
    card = (tmp_path / "mine" / "card.md").read_text(encoding="utf-8")
    old = model.load("frequency")
    assert card.startswith("# mine ")
    assert f"frequency {old.version}, recalibrated on {len(TEXTS)} rows" in card
    assert f"The card of frequency {old.version} follows." in card


def test_what_cannot_be_recalibrated_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    new = tmp_path / "mine"
    for texts, truth, reason in (
        (TEXTS[:10], TRUTH[:10], "at least 50 rows of both labels are needed"),
        (TEXTS, ["positive"] * len(TEXTS), "rows of both labels are needed"),
        (
            TEXTS,
            ["negative" if label == "positive" else "positive" for label in TRUTH],
            "the wrong way round",
        ),
    ):
        with pytest.raises(NotRecalibratedError, match=reason):
            recalibrate("lexicon_ngrams", texts, truth, "mine", new, SHA256)
    assert not new.exists()
    new.mkdir()
    with pytest.raises(NotRecalibratedError, match="is there already"):
        recalibrate("lexicon_ngrams", TEXTS, TRUTH, "mine", new, SHA256)
