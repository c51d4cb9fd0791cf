from model.training import lexicons


def test_vader_knows_words_emoticons_and_emoji_in_normal_form() -> None:
    vader = lexicons.vader()
    assert vader["love"] == 3.2
    assert vader[":("] < 0 < vader[":)"]
    assert vader["😊"] > 0 > vader["😢"]
    assert len(vader) > 6_500


def test_labmt_knows_what_makes_people_happy_beside_the_mean() -> None:
    labmt = lexicons.labmt()
    assert labmt["laughter"] == 3.12
    assert labmt["terrorist"] < -3
    assert "the" not in labmt
    assert min(abs(valence) for valence in labmt.values()) >= lexicons.MIN_VALENCE / 2
