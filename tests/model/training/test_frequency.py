import math

import pytest

from model.training.corpus import Corpus
from model.training.frequency import FrequencySums

FEW = Corpus(
    ["I hate Monday", "hate rain, hate Monday", "sad", "I love this", "I love love rain", "glad"],
    [0, 0, 0, 1, 1, 1],
    sha256="0" * 64,
)


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
