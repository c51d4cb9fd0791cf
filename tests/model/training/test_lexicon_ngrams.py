import pytest

from model.training.lexicon_ngrams import NgramSums, refuse_inexact

TEXTS = [f"{who} love it" for who in ("I", "we", "you", "they")]
TEXTS += ["I hate rain", "we hate rain", "I hate rain", "not love it"]
LABELS = [1, 1, 1, 1, 0, 0, 0, 0]


@pytest.fixture(scope="module")
def sums() -> NgramSums:
    return NgramSums().fit(TEXTS, LABELS)


def test_a_form_of_one_tweet_is_left_out_and_a_tweet_sent_twice_is_one(sums: NgramSums) -> None:
    assert ("word", "hate") in sums.columns_
    assert ("bigram", "hate rain") in sums.columns_
    assert ("bigram", "i hate") not in sums.columns_
    assert ("word", "not_love") not in sums.columns_


def test_a_column_is_a_count_or_a_sum_of_valences_scaled_by_length(sums: NgramSums) -> None:
    [row] = sums.transform(["of love love unheardof"]).toarray()
    scale = 4**-0.5
    assert row[sums.columns_["word", "love"]] == pytest.approx(2 * scale)
    assert row[sums.columns_["part", "love"]] == pytest.approx(2 * 0.5 * scale)
    vader, labmt = (sums.lexicons_[name]["love"] for name in ("vader", "labmt"))
    assert row[sums.columns_["valence", "vader +"]] == pytest.approx(2 * vader * scale)
    assert row[sums.columns_["valence", "labmt +"]] == pytest.approx(2 * labmt * scale)
    assert row[sums.columns_["negated valence", "vader +"]] == 0


def test_under_negation_a_valence_has_another_column(sums: NgramSums) -> None:
    [row] = sums.transform(["not love"]).toarray()
    assert row[sums.columns_["negated valence", "vader +"]] == pytest.approx(3.2 * 2**-0.5)


def test_no_text_is_no_row(sums: NgramSums) -> None:
    assert sums.transform([]).shape == (0, len(sums.columns_))


def test_nothing_known_is_a_row_of_zeros(sums: NgramSums) -> None:
    assert not sums.transform(["", "zxv"]).toarray().any()


@pytest.mark.parametrize(
    ("weight", "cure"), [(0.123456789, "more than eight places: round it"), (-1_202.0, "keep it within 1201")]
)
def test_a_weight_that_no_sum_can_hold_exactly_is_refused(weight: float, cure: str) -> None:
    refuse_inexact({"word": {"love": 1.25, "hate": -0.00000001}})
    with pytest.raises(ValueError, match=cure):
        refuse_inexact({"word": {"love": 1.25}, "bigram": {"so sad": weight}})
