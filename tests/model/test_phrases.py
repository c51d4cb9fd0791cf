import pytest

from model.phrases import MAX_KEPT, Phrases, State

CLASSES = {"good": 1.0, "bad": -1.0, "better": 2.0, "worse": -2.0, "so": 0.0, "the": 0.0}


def read(patterns: list[str], text: str) -> list[str]:
    """Return the pattern that ends with each word of a text, up to the word with which no phrase goes on."""
    state: State | None = Phrases(patterns, CLASSES).first
    found = []
    for word in text.split():
        state = state[word] if state is not None else None
        if state is None:
            break
        found.append(state.phrase)
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
    assert read(["~ * +", "never * good"], "never so good") == ["", "", "never * good"]
    assert read(["~ * +", "never so +"], "never so good") == ["", "", "never so +"]
    assert read(["~ * +", "never so * +"], "never so so good") == ["", "", "", "never so * +"]


def test_a_longer_phrase_goes_on_where_a_shorter_one_ends() -> None:
    assert read(["~ -", "~ - good"], "not bad good") == ["", "~ -", "~ - good"]


def test_one_of_several_words_stands_at_a_place_or_none() -> None:
    pattern = "cant|cannot |really wait"
    for text in ("cant wait", "cannot wait", "cant really wait"):
        assert read([pattern], text)[-1] == pattern
    assert read([pattern], "really wait") == []
    assert read(["so|"], "so") == ["so|"]


def test_the_steps_that_are_kept_are_bounded() -> None:
    first = Phrases(["not bad"], CLASSES).first
    for number in range(MAX_KEPT + 10):
        assert first[f"w{number}"] is None
    assert first["x" * 10_000] is None
    assert len(first) == 10
    after = first["not"]
    assert after is not None
    assert after["bad"] is not None
