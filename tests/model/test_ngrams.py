"""Compares the fast way through a text with the plain way, which names each feature."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.ngrams import Ngrams, features
from model.phrases import Phrases
from model.sums import NEGATION_SCOPE, parts
from nlp.tokens import find_tokens

WEIGHTS = {
    "word": {"love": 1.0, "not_love": -2.0, "not": -0.5, ":)": 3.0},
    "bigram": {"^ i": 0.25, "i love": 0.5, "love $": 0.125, "not love": -0.0625},
    "part": {"^lo": 0.03, "ove$": 0.01, "love": 0.02},
    "valence": {"love": 0.7, ":)": 0.9},
    "negated valence": {"love": -0.6},
    "signal": {"handle": 0.05, "!1": 0.04, "elongated": 0.06},
    "phrase": {"not * bad": 1.5, "cant wait": 2.0, "cant wait not": -1.25, "~ bad": 0.875},
    "class": {"so": 0.0, "the": 0.0},
    "neutral": {"jewish": 0.0},
}
PHRASES = Phrases(WEIGHTS["phrase"], WEIGHTS["class"])
TEXTS = st.lists(
    st.sampled_from(["I", "love", "LOVE!", "loooove", "not", "don't", ":)", "@joe", ".", "the", "<3"])
    | st.sampled_from(["bad", "so", "bad,", "can't", "wait", "jewish", "Jewish!"])
    | st.text(st.characters(codec=None), max_size=5)
).map(" ".join)


def found(text: str) -> list[tuple[str, str]]:
    named = features(find_tokens(text), PHRASES, WEIGHTS["neutral"])
    return [(kind, form) for (kind, form), _, _ in named if form in WEIGHTS[kind]]


def test_a_text_has_these_features() -> None:
    assert found("I love :)") == [
        ("bigram", "^ i"),
        ("word", "love"),
        ("valence", "love"),
        ("part", "^lo"),
        ("part", "love"),
        ("part", "ove$"),
        ("bigram", "i love"),
        ("word", ":)"),
        ("valence", ":)"),
    ]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("not love", True),
        ("not a b c d love", True),
        ("not a b c d e love", False),
        ("not. love", False),
        ("love not", False),
        ("don't never love", True),
    ],
)
def test_a_negator_reaches_five_words_far_within_its_clause(text: str, negated: bool) -> None:
    assert NEGATION_SCOPE == 5
    assert (("word", "not_love") in found(text)) == negated
    assert (("negated valence", "love") in found(text)) == negated


def test_a_smile_is_never_negated() -> None:
    assert {("word", ":)"), ("valence", ":)")} <= set(found("not love :)"))


def test_a_bigram_ends_with_its_clause() -> None:
    assert ("bigram", "i love") not in found("I. love")
    assert ("bigram", "love $") in found("love. I")


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("not bad", ["not * bad"]),
        ("I love, not so bad", ["not * bad"]),
        ("not so the so bad", ["not * bad"]),
        ("not @joe bad", ["not * bad"]),
        ("never bad", ["~ bad"]),
        ("not. bad", []),
        ("not I bad", []),
        ("bad not", []),
        ("can't wait", ["cant wait"]),
        ("can't wait not", ["cant wait not"]),
        ("can't wait can't wait", ["cant wait", "cant wait"]),
        ("not can't wait", ["cant wait"]),
        ("not not bad", ["not * bad"]),
    ],
)
def test_a_phrase_is_found_within_its_clause(text: str, phrases: list[str]) -> None:
    assert [form for kind, form in found(text) if kind == "phrase"] == phrases


def test_a_phrase_replaces_all_that_its_words_say() -> None:
    phrases = Phrases(["i love", "not love"], {})
    named = [form for form, _, _ in features(find_tokens("@joe NOT LOVE!"), phrases, ())]
    assert named[0] == ("signal", "handle")
    assert named[1:] == [("phrase", "not love"), ("signal", "!1"), ("bigram", "love $")]


def test_a_phrase_ends_the_scope_of_its_negator() -> None:
    assert ("word", "not_love") in found("can't love")
    assert ("word", "not_love") not in found("can't wait love")


def test_a_phrase_is_one_term_of_an_explanation() -> None:
    text = "I'm @joe not SO bad love"
    terms, n, dropped = Ngrams(WEIGHTS).terms(text)
    assert n == 5
    assert [(term.form, text[term.start : term.end]) for term in terms if term.feature == "phrase"] == [
        ("not * bad", "not SO bad")
    ]
    assert [(text[drop.start : drop.end], drop.reason) for drop in dropped] == [
        ("I'm", "unknown"),
        ("@joe", "handle"),
    ]


def test_a_neutral_word_says_nothing_and_the_explanation_says_why() -> None:
    weights = {**WEIGHTS, "part": {"^je": 1.0, "wish": 2.0}}
    ngrams = Ngrams(weights)
    assert ngrams.total("jewish") == (0.0, 1, 1)  # it counts as known
    terms, _, dropped = ngrams.terms("jewish wish")
    assert [(term.feature, term.start) for term in terms] == [("parts", 7)]
    assert dropped == [(0, 6, "neutral")]


@given(TEXTS)
def test_terms_stand_for_all_that_is_found(text: str) -> None:
    terms, _, _ = Ngrams(WEIGHTS).terms(text)
    assert math.fsum(t.contribution for t in terms) == pytest.approx(
        sum(WEIGHTS[k][f] for k, f in found(text)), abs=1e-12
    )


def test_the_parts_of_a_word_have_three_to_five_characters() -> None:
    assert parts("sad") == ("^sa", "sad", "ad$", "^sad", "sad$", "^sad$")
    assert parts("i") == ("^i$",)
    assert len(parts("a" * 100)) == 100 + 99 + 98


@pytest.mark.parametrize("length", [2, 3, 29, 30, 31, 32, 33, 5_000])
def test_a_word_of_any_length_is_cut_in_the_same_order(length: int) -> None:
    form = "".join(chr(0x4E00 + place) for place in range(length))
    whole = f"^{form}$"
    assert parts(form) == tuple(whole[i : i + n] for n in (3, 4, 5) for i in range(length + 3 - n))
