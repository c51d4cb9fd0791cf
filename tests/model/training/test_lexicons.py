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


def test_a_phrase_has_a_valence_and_starts_with_a_word_or_a_negator() -> None:
    phrases = lexicons.phrases()
    assert phrases["~ * -"] > 0 > phrases["too good to be true"]
    assert all(" " in pattern for pattern in phrases)
    for pattern in phrases:
        assert pattern[0] == "~" or all(map(str.isalpha, pattern.split(" ")[0].split("|")))
    assert all(pattern == " ".join(pattern.split()) for pattern in phrases)
    assert [pattern for pattern, valence in phrases.items() if not 0 < abs(valence) <= 4] == []


def test_a_class_has_words_that_both_lexicons_rate_so() -> None:
    classes = lexicons.classes({"happy"})
    assert (classes["good"], classes["bad"]) == (1.0, -1.0)
    assert (classes["better"], classes["worse"], classes["so"]) == (2.0, -2.0, 0.0)
    assert "happy" not in classes
    assert "no" not in classes  # a negator
