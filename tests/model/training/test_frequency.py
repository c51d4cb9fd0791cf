import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

from model import Scorecard
from model.training import frequency
from model.training.corpus import Corpus
from model.training.frequency import FrequencySums
from model.training.train import train

FEW = Corpus(
    ["I hate Monday", "hate rain, hate Monday", "sad", "I love this", "I love love rain", "glad"],
    [0, 0, 0, 1, 1, 1],
    sha256="0" * 64,
)


@pytest.fixture(scope="module")
def fitted(tweets: Corpus) -> Pipeline:
    rows, _ = tweets.split()
    return frequency.pipeline().fit(rows.texts, rows.labels)


def test_a_feature_is_the_scaled_sum_of_damped_counts() -> None:
    sums = FrequencySums(smoothing=4.0, min_tweets=2).fit(FEW.texts, FEW.labels)
    assert sums.counts_ == {"hate": (3, 0), "i": (1, 2), "love": (0, 3), "mondai": (2, 0), "rain": (1, 1)}
    hate, love = math.log1p(3 / 4), math.log1p(3 / 4)
    [features] = sums.transform(["hate unseen love love"])
    assert features == pytest.approx([hate / math.sqrt(4), 2 * love / math.sqrt(4)])
    assert sums.transform([]).shape == (0, 2)
    assert sums.transform(["", "unseen"]).tolist() == [[0, 0], [0, 0]]


def test_while_fitting_a_tweet_is_left_out_of_its_own_counts() -> None:
    features = FrequencySums(smoothing=4.0, min_tweets=2).fit_transform(FEW.texts, FEW.labels)
    hate, rain_seen_in_positive = 1, 1  # in "hate rain, hate Monday" without its own words
    assert features[1] == pytest.approx(
        [
            (2 * math.log1p(hate / 4) + math.log1p(0) + math.log1p(1 / 4)) / math.sqrt(4),
            math.log1p(rain_seen_in_positive / 4) / math.sqrt(4),
        ]
    )


def test_the_scorecard_answers_as_scikit_learn_on_the_whole_corpus(
    tweets: Corpus, fitted: Pipeline, served: Scorecard
) -> None:
    ours = [answer.probability for answer in served.predict(tweets.texts)]
    assert np.abs(fitted.predict_proba(tweets.texts)[:, 1] - ours).max() < 1e-9


def test_the_scorecard_answers_as_scikit_learn_on_generated_text(tmp_path: Path) -> None:
    scorecard = train("frequency", FEW, tmp_path)
    rows, _ = FEW.split()
    pipeline = frequency.pipeline().fit(rows.texts, rows.labels)
    known = st.sampled_from(["hate", "LOVE", "Monday,", "i", "rain", "unseen", "@joe", "!"])

    @given(st.lists(known | st.text(max_size=9), max_size=30).map(" ".join))
    def agree(text: str) -> None:
        theirs = pipeline.predict_proba([text])[0, 1]
        assert abs(scorecard.predict([text])[0].probability - theirs) < 1e-9

    agree()
