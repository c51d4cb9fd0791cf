"""The normal form of a text, and the way back from it."""

import unicodedata
from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import spelling
from nlp.spelling import Change, Spelling, normalize
from nlp.stems import Span, spans, words
from nlp.tokens import Token, find_tokens
from tests.rewritings import APOSTROPHES, ENTITIES, REWRITINGS, Rewriting

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
PIECES = st.sampled_from(
    [
        *(
            "I",
            "don't",
            "l'ov\u00e9",
            "LOVE",
            "fluffy",
            "office",
            "caf\u00e9!",
            "<3",
            ":'(",
            ">:(",
            "no.",
            "T_T",
        ),
        *(
            "\u2764",
            "\U0001f44d",
            "\U0001f468\u200d\U0001f469",
            "so...tired",
            "@joe",
            '"the',
            "y\u0301\u0323",
        ),
        *(
            "&",
            "R&B",
            "\u043b\u044e\u0431\u043e\u0432\u044c",
            "\ud83d",
            "\x00",
            "10",
            "10:30",
            "\u1100\u1161",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("don&#39;t don&apos;t don&rsquo;t don&#x2019;t don&#146;t", "don't don't don't don't don't"),
        ("don&amp;#39;t don&amp;amp;#39;t don&#38;#39;t", "don't don't don't"),
        ("&#38;&#97;&#109;&#112;&#59; &#38;&#35;&#51;&#57;&#59;", "& '"),
        ("me&MINES; me&amp;MINES; me&amp;amp;MINES;", "me&MINES; me&MINES; me&MINES;"),
        ("I &lt;3 U &amp;lt;3 &quot;you&quot;", 'I <3 U <3 "you"'),
        ("a&nbsp;b&#32;c&#10;d", "a b c\nd"),
        ("&#0;&#xD800;&#x110000;&#999999999;", "\ufffd" * 4),
        ("AT&T R&B &unknown; &notit; &;&#;&#x; a&b;", "AT&T R&B &unknown; &notit; &;&#;&#x; a&b;"),
        ("a\u00adb\u200bc\u200cd\ufeffe\u2060f", "abcdef"),
        ("&shy;a&zwnj;b&#8203;", "ab"),
        ("\u2764\ufe0f \U0001f44d\U0001f3fd", "\u2764 \U0001f44d"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("cafe\u0301 e&#769;", "caf\u00e9 \u00e9"),
        ("l\u0336o\u0336v\u0336e\u0336 Z\u0351\u036ba\u0320", "love Za"),
        ("\uff4c\uff4f\uff56\uff45\uff01 \U0001d4c1\U0001d452\U0001d4c9 \ufb01ne \u24db", "love! let fine l"),
        ("\uff06amp; wait\u2026", "& wait..."),
        ("u\u2122 \u2116 \u00bd \u00ae \u6f22\u5b57", "u\u2122 \u2116 \u00bd \u00ae \u6f22\u5b57"),
        ("l\u043eve h\u0430te \u0410BC", "love hate ABC"),
        ("\u0430 \u0441\u043e\u0440 k\u043b", "\u0430 \u0441\u043e\u0440 k\u043b"),
        ("\u1100\u1161\u11a8", "\uac01"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_text_has_this_normal_form(text: str, normal: str) -> None:
    assert normalize(text) == normal
    assert Spelling(text).normal == normal


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&")))
def test_ascii_without_entities_is_as_it_was(text: str) -> None:
    assert normalize(text) is text


@given(ANY_TEXT | TEXTS)
def test_both_ways_to_normalize_agree(text: str) -> None:
    assert Spelling(text).normal == normalize(text)


@given(st.lists(ANY_TEXT | PIECES, max_size=4))
def test_no_change_crosses_white_space(texts: list[str]) -> None:
    assert normalize(" ".join(texts)) == " ".join(map(normalize, texts))


@given(ANY_TEXT | TEXTS)
def test_a_normal_form_is_not_changed_again(text: str) -> None:
    normal = normalize(text)
    if "&" not in normal:  # what is left of "&amp;amp;" may look like an entity
        assert normalize(normal) == normal


@given(ANY_TEXT | TEXTS, st.randoms(use_true_random=False), st.sampled_from(REWRITINGS))
def test_the_changes_make_the_normal_form_from_the_text(
    text: str, chance: Random, rewrite: Rewriting
) -> None:
    written = rewrite(text, chance)
    spelling, made, last = Spelling(written), "", 0
    for start, end, read_as, _ in spelling.changes():
        assert last <= start < end <= len(written)
        made += written[last:start] + read_as
        last = end
    assert made + written[last:] == spelling.normal


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from(REWRITINGS))
def test_a_rewritten_text_has_the_same_tokens_and_stems(
    text: str, chance: Random, rewrite: Rewriting
) -> None:
    written = rewrite(text, chance)
    assert [token[2:] for token in find_tokens(written)] == [token[2:] for token in find_tokens(text)]
    assert words(written) == words(text)
    assert [span[2:] for span in spans(written)] == [span[2:] for span in spans(text)]


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from(REWRITINGS))
def test_each_piece_of_a_rewritten_text_says_where_it_is_written(
    text: str, chance: Random, rewrite: Rewriting
) -> None:
    written = rewrite(text, chance)
    assert read(written, find_tokens(written)) == read(text, find_tokens(text))
    assert read(written, spans(written)) == read(text, spans(text))


def read(text: str, pieces: Sequence[Token | Span]) -> list[str]:
    """The normal form of each piece."""
    return [normalize(text[piece.start : piece.end]).replace("`", "'") for piece in pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("I don&#39;t lo\u200bve\ufe0f it", ["I", "don&#39;t", "lo\u200bve", "it"]),
        ("&quot;cafe\u0301&quot; &amp;lt;3!", ["cafe\u0301", "&amp;lt;3", "!"]),
        ("\ufb01ne&nbsp;day", ["\ufb01ne", "day"]),
    ],
)
def test_a_token_is_where_the_text_has_it(text: str, pieces: list[str]) -> None:
    assert [text[token.start : token.end] for token in find_tokens(text)] == pieces


def test_a_change_has_a_reason() -> None:
    text = "don&#39;t lo\u200bve cafe\u0301 l\u043eve \uff4c\uff4f\uff4f\uff4b"
    assert Spelling(text).changes() == [
        Change(3, 8, "'", "entity"),
        Change(12, 13, "", "invisible"),
        Change(19, 21, "\u00e9", "accent"),
        Change(22, 26, "love", "lookalike"),
        Change(27, 31, "look", "character"),
    ]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("script", [range(0x00A0, 0x0590), range(0x1E00, 0x2000), range(0xAC00, 0xAC80)])
def test_the_composition_of_a_character_does_not_matter(form: Literal["NFC", "NFD"], script: range) -> None:
    for code in script:
        character = chr(code)
        assert normalize(unicodedata.normalize(form, character)) == normalize(character), hex(code)


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_is_one(apostrophe: str) -> None:
    assert words(f"don{apostrophe}t") == ["dont"]
    assert [token.form for token in find_tokens(f"don{apostrophe}t :{apostrophe}(")] == ["dont", ":'("]


@pytest.mark.parametrize(("character", "entities"), ENTITIES.items())
def test_an_entity_may_be_escaped_more_than_once(character: str, entities: list[str]) -> None:
    for entity in entities:
        for times in range(4):
            assert normalize("x" + entity.replace("&", "&" + "amp;" * times)) == normalize("x" + character)


@pytest.mark.parametrize(
    "piece",
    [
        *("&", "&amp;", "&#", "&#39", "&#39;", "&a", "\u0301", "a\u0301", "\u0301\u0323", "\u200b", "\ufdfa"),
        *("\u1100", "\u043ea", "a\u043e'", "\uff41", "\u2019", "\U0001f44d\U0001f3fd\u200d", "\u0f71\u0f72"),
    ],
)
def test_time_is_linear_in_the_length_of_the_text(
    assert_linear: Callable[[Callable[[str], object], str], None], piece: str
) -> None:
    assert_linear(normalize, piece)
    assert_linear(Spelling, piece)


@given(ANY_TEXT)
def test_a_normal_form_is_bounded(text: str) -> None:
    assert len(normalize(text)) <= 18 * len(text)  # the longest ligature of Arabic has 18 letters


@pytest.mark.parametrize("written", ["caf\u0435\u0301", "\u0441af\u00e9", "\u0441afe\u0301"])
def test_a_lookalike_may_have_an_accent_of_its_own(written: str) -> None:
    assert normalize(written) == "café"
    assert normalize("voil\u0430\u0300") == normalize("voilà")
    assert normalize("cr\u0450me") == normalize("crème")


def test_the_letters_that_are_taken_as_they_are_are_in_normal_form() -> None:
    letters = [chr(code) for code in range(0x110000) if spelling._NORMAL.fullmatch(chr(code))]
    assert {"a", "é", "ß", "ž"} < {*letters}
    assert [letter for letter in letters if Spelling(f"a{letter}b").normal != f"a{letter}b"] == []
