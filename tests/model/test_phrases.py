import pytest

from model.phrases import Phrases, find_end

CLASSES = {"good": 1.0, "bad": -1.0, "better": 2.0, "worse": -2.0, "so": 0.0, "the": 0.0}


def read(patterns: list[str], text: str) -> list[str]:
    """Return the pattern that ends with each word of a text, up to the word with which no phrase goes on."""
    phrases = Phrases(patterns, CLASSES)
    first, *others = text.split()
    cursor = phrases.start(first)
    found = []
    for word in others:
        cursor = phrases.follow(cursor, word)
        if not cursor:
            break
        found.append(find_end(cursor))
    return found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("cant wait", "cant wait"),
        ("~ -", "never bad"),
        ("~ -", "shant bad"),
        ("used +", "used good"),
        ("never >", "never better"),
        ("never <", "never worse"),
        ("~ * -", "not bad"),
        ("~ * -", "not so the so bad"),
        ("so ~", "so not"),
    ],
)
def test_a_pattern_reads_words_and_signs(pattern: str, text: str) -> None:
    assert read([pattern], text)[-1] == pattern


@pytest.mark.parametrize("text", ["cant sleep", "wait cant", "bad wait", "cant so wait", "cant"])
def test_other_words_are_no_phrase(text: str) -> None:
    assert "cant wait" not in read(["cant wait"], text)


def test_a_word_outdoes_a_sign_also_after_fillers() -> None:
    assert read(["~ * +", "never * good"], "never so good") == ["", "never * good"]
    assert read(["~ * +", "never so +"], "never so good") == ["", "never so +"]
    assert read(["~ * +", "never so * +"], "never so so good") == ["", "", "never so * +"]


def test_a_longer_phrase_goes_on_where_a_shorter_one_ends() -> None:
    assert read(["~ -", "~ - good"], "not bad good") == ["~ -", "~ - good"]
