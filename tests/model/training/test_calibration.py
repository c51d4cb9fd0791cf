import numpy as np
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline

from model.training.calibration import Calibrated, logits
from model.training.metrics import calibration_error
from model.training.stem_counts import StemCounts

BAYES = Pipeline([("counts", StemCounts(min_tweets=1)), ("bayes", MultinomialNB())])

TEXTS = ["love it", "love fun", "so sad", "hate it"] * 10
LABELS = [1, 1, 0, 0] * 10


def doubtful(texts: list[str]) -> tuple[list[str], list[int]]:
    """Texts whose one word says the label in three of four cases."""
    labels = [i % 2 for i in range(len(texts))]
    return [("good" if (i % 8 < 6) == bool(label) else "bad") for i, label in enumerate(labels)], labels


def test_probabilities_are_the_sigmoid_of_a_line_through_the_logits() -> None:
    fitted = Calibrated(BAYES).fit(TEXTS, LABELS)
    line = fitted.scale_ * logits(fitted.estimator_, ["love", "sad"]) + fitted.offset_
    negative, positive = fitted.predict_proba(["love", "sad"]).T
    assert np.allclose(positive, 1 / (1 + np.exp(-line)))
    assert np.allclose(negative + positive, 1)


def test_a_classifier_that_is_too_sure_is_taken_back() -> None:
    texts, labels = doubtful(["x"] * 800)
    repeated = [" ".join([text] * 5) for text in texts]  # naive Bayes takes that for five independent proofs
    fitted = Calibrated(BAYES).fit(repeated, labels)
    assert fitted.scale_ < 1
    calibrated = fitted.predict_proba(repeated)[:, 1]
    assert calibration_error(np.array(labels), calibrated) < 0.01


def test_unseen_holds_answers_to_tweets_that_were_left_out() -> None:
    fitted = Calibrated(BAYES).fit(TEXTS, LABELS)
    assert fitted.unseen_.shape == (len(TEXTS),)
    assert isinstance(fitted.estimator_, Pipeline)
