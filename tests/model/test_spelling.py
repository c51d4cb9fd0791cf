"""One text has one answer, however it is written. Its explanation points into what is written."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import Classifier
from model.classifier import Dropped, Term
from nlp import normalize
from tests.rewritings import ESCAPES, REWRITINGS, SPELLINGS, Rewriting

NAMES = sorted(path.name for path in Path(model.ARTIFACTS).iterdir())
WORDS = [
    "I",
    "don't",
    "can't",
    "like",
    "LOVE",
    "fluffy",
    "difficult",
    "caf\u00e9",
    "not",
    "happy!",
    "so...sad",
    "<3",
]
SIGNS = [
    ":'(",
    ">:(",
    "\u2764",
    "\U0001f44d",
    "@joe",
    "http://t.co/x",
    "R&B",
    '"best"',
    "10",
    "zzxqj",
    "M\u00fcdigkeit",
]
TEXTS = st.lists(st.sampled_from(WORDS + SIGNS), max_size=8).map(" ".join)


@pytest.fixture(scope="module", params=NAMES)
def served_as(request: pytest.FixtureRequest) -> Classifier:
    return model.load(request.param)


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from(REWRITINGS))
def test_the_answer_to_a_rewritten_text_is_the_same(
    served_as: Classifier, text: str, chance: Random, rewrite: Rewriting
) -> None:
    assert served_as.predict([rewrite(text, chance)]) == served_as.predict([text])


@given(
    TEXTS,
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(SPELLINGS), unique=True, max_size=3),
    st.sampled_from(ESCAPES),
)
def test_the_answer_to_a_text_that_was_rewritten_more_than_once_is_the_same(
    served_as: Classifier, text: str, chance: Random, spellings: list[Rewriting], escape: Rewriting
) -> None:
    written = text
    for rewrite in (*spellings, escape):
        written = rewrite(written, chance)
    assert served_as.predict([written]) == served_as.predict([text])


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from(REWRITINGS))
def test_the_explanation_of_a_rewritten_text_says_the_same_of_the_same_words(
    served_as: Classifier, text: str, chance: Random, rewrite: Rewriting
) -> None:
    written = rewrite(text, chance)
    here, there = served_as.explain(text), served_as.explain(written)
    assert (there.logit, there.bias, there.known_words) == (here.logit, here.bias, here.known_words)
    assert read(written, there.terms) == read(text, here.terms)
    assert read(written, there.dropped) == read(text, here.dropped)
    assert [(term.feature, term.contribution) for term in there.terms] == [
        (term.feature, term.contribution) for term in here.terms
    ]


def read(text: str, pieces: Sequence[Term | Dropped]) -> list[list[str]]:
    """The words of each piece in normal form."""
    return [normalize(text[piece.start : piece.end]).replace("`", "'").split() for piece in pieces]


@pytest.mark.parametrize("text", ["&nbsp;", "\u200b", "\ufeff", "&#32;&zwnj;", "\u00ad \ufe0f"])
def test_a_text_of_which_nothing_is_seen_is_empty(served_as: Classifier, text: str) -> None:
    assert served_as.predict([text]) == served_as.predict([""])


@pytest.mark.parametrize(
    "text",
    ["", "I love this", "don't &unknown; R&B", "caf\u00e9 \u2764 \u043b\u044e\u0431\u043e\u0432\u044c"],
)
def test_of_a_text_in_normal_form_nothing_was_normalized(served_as: Classifier, text: str) -> None:
    assert served_as.explain(text).normalized == []
