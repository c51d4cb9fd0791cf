from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlp.spelling import normalize
from nlp.tokens import find_tokens

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
PIECES = [
    "@joe",
    "http://t.co/x",
    "I'm",
    "NOT",
    "sooooo",
    ":-)",
    "<3",
    "&lt;3",
    "❤️",
    "so...tired",
    "!!",
    "\x00",
]
TWEETISH = st.lists(st.sampled_from(PIECES) | ANY_TEXT, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I'm NOT", [("I'm", "word", "im", ()), ("NOT", "word", "not", ("capitals",))]),
        ("sooooo don’t", [("sooooo", "word", "soo", ("elongated",)), ("don’t", "word", "dont", ())]),
        ("YESSSS", [("YESSSS", "word", "yess", ("elongated", "capitals"))]),
        (":-) <3", [(":-)", "emoticon", ":-)", ()), ("<3", "emoticon", "<3", ())]),
        ("love&lt;3", [("love", "word", "love", ()), ("&lt;3", "emoticon", "<3", ())]),
        ("❤️😊", [("❤", "emoticon", "❤", ()), ("😊", "emoticon", "😊", ())]),
        ("@joe", [("@joe", "handle", "", ("handle",))]),
        ("RT@joe:", [("RT@joe", "handle", "", ("handle",)), (":", "mark", ".", ())]),
        ("a bit.ly/joe", [("a", "word", "a", ()), ("bit.ly/joe", "address", "", ("address",))]),
        ("no!!!! why?! so..", [
            ("no", "word", "no", ()),
            ("!!!!", "mark", "!", ("!3",)),
            ("why", "word", "why", ()),
            ("?!", "mark", "?", ("?2",)),
            ("so", "word", "so", ()),
            ("..", "mark", "...", ("...",)),
        ]),
        ("10 2day", [("10", "word", "0", ()), ("2day", "word", "2day", ())]),
        ("&amp; \x00 ''", []),
    ],
)  # fmt: skip
def test_a_tweet_has_these_tokens(text: str, found: list[tuple[str, str, str, tuple[str, ...]]]) -> None:
    assert [
        (text[t.start : t.end].rstrip("\ufe0f"), t.kind, t.form, t.signals) for t in find_tokens(text)
    ] == found


@given(TWEETISH)
def test_tokens_are_in_order_and_do_not_overlap(text: str) -> None:
    ends = [0]
    for token in find_tokens(text):
        assert ends[-1] <= token.start < token.end <= len(text)
        ends.append(token.end)


@given(st.lists(TWEETISH, max_size=3))
def test_no_token_crosses_white_space(texts: list[str]) -> None:
    joined = [token[2:] for token in find_tokens(" ".join(texts))]
    assert joined == [token[2:] for text in texts for token in find_tokens(text)]


@given(st.from_regex(r"\A\w{3,15}\Z"), st.sampled_from(["@{}", "RT@{}:", "(@{})", "＠{}", "{}@mail.example"]))
def test_no_handle_or_mail_name_is_a_form(name: str, form: str) -> None:
    assume(normalize(name) == name)  # some letters of Unicode are apostrophes
    assert [token.form for token in find_tokens(form.format(name)) if token.kind != "mark"] in ([""], [])


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "a'", "'", "@", "x@", "a@b", "http://", "!", "?!", "..", "&lt;", "<3", ":-", "a/", "é", "❤"],
)
def test_time_is_linear_in_the_length_of_the_text(
    assert_linear: Callable[[Callable[[str], object], str], None], piece: str
) -> None:
    assert_linear(find_tokens, piece)
