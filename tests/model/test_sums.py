"""Compares the fast way with the plain way, which names features, and the compiled file with its source."""

import importlib.util
import math
import tracemalloc
from collections.abc import Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
import model.sums
from model import Scorecard
from model.ngrams import features
from model.phrases import Phrases
from model.training.corpus import Corpus
from nlp.tokens import find_tokens

SOURCE = Path(model.__file__).with_name("sums.py")
WEIGHTS: dict[str, dict[str, float]] = {
    "word": {"love": 1.0, "not_love": -2.0, "not": -0.5, ":)": 3.0, "dont": 0.3, "im": -0.35},
    "bigram": {
        "^ i": 0.25,
        "i love": 0.5,
        "love $": 0.125,
        "not love": -0.0625,
        ":) $": 0.03,
        "love :)": 0.07,
    },
    "part": {"^lo": 0.03, "ove$": 0.01, "love": 0.02, "^i$": 0.005},
    "valence": {"love": 0.7, ":)": 0.9, "loove": 0.45},
    "negated valence": {"love": -0.6},
    "signal": {
        "handle": 0.05,
        "address": 0.015,
        "elongated": 0.06,
        "capitals": 0.075,
        "!1": 0.04,
        "!2": 0.11,
        "?1": -0.21,
        "...": -0.13,
    },
    "phrase": {"not * bad": 1.5, "cant wait": 2.0, "cant wait not": -1.25, "~ bad": 0.875},
    "class": {"so": 0.0, "the": 0.0},
    "neutral": {"jewish": 0.0},
}
PHRASES = Phrases(WEIGHTS["phrase"], WEIGHTS["class"])
ANY_TEXT = st.text(st.characters(codec=None), max_size=20)
PIECES = (
    st.sampled_from(["I", "love", "LOVE!", "loooove", "not", "don't", ":)", "@joe", ".", "the", "<3", "I'M"])
    | st.sampled_from(
        ["bad", "so", "bad,", "can't", "wait", "jewish", "Jewish!", "JEWISH", "&lt;3", "\u0345"]
    )
    | st.sampled_from(
        ["http://t.co/x", "WWW", "l'o'v'e", "'love'", "lo'oove", "a\u0345love", "x" * 40, "\ud83d"]
    )
    | st.from_regex(r"\A([@＠]?\w+|(?i:www)|[DdXx83oO]+)['’:;)!?.,…]*\Z")
    | st.from_regex(r"\A[ -~]{1,9}\Z")
    | ANY_TEXT
)
TEXTS = st.lists(PIECES, max_size=12).map(" ".join)


def load_source() -> ModuleType:
    """Load the source, also where a compiled file stands beside it."""
    spec = importlib.util.spec_from_file_location("plain_sums", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAIN = load_source()


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    if not str(model.sums.__file__).endswith(tuple(EXTENSION_SUFFIXES)):
        pytest.skip("model/sums.py is not compiled: run `make compiled` where a C compiler is")
    return model.sums


@pytest.fixture(scope="module", params=["plain", "imported"])
def sums(request: pytest.FixtureRequest) -> Any:
    """The class, from the source and as it is imported."""
    return PLAIN.Sums if request.param == "plain" else model.sums.Sums


@pytest.fixture(scope="module")
def ngrams() -> Mapping[str, Mapping[str, float]]:
    """The weights of the default model."""
    folder = Path(model.ARTIFACTS, "lexicon_ngrams")
    return model.scorecard.unpack({path.name: path.read_bytes() for path in folder.iterdir()})


def named(text: str) -> float:
    """The sum of the weights of the features that the plain way names."""
    found = features(find_tokens(text), PHRASES, WEIGHTS["neutral"])
    return math.fsum(WEIGHTS[kind].get(form, 0.0) for (kind, form), _, _ in found)


def test_the_compiled_file_is_newer_than_its_source(compiled: ModuleType) -> None:
    built = Path(str(compiled.__file__)).stat().st_mtime
    for path in (SOURCE, SOURCE.with_suffix(".pxd")):
        assert path.stat().st_mtime <= built, f"{path.name} was changed since: run `make compiled`"


@given(TEXTS)
def test_the_compiled_file_gives_the_same_bits(compiled: ModuleType, text: str) -> None:
    assert compiled.Sums(WEIGHTS).total(text) == PLAIN.Sums(WEIGHTS).total(text)


def test_the_compiled_file_gives_the_same_bits_for_the_default_model(
    compiled: ModuleType, ngrams: Mapping[str, Mapping[str, float]]
) -> None:
    fast, plain = compiled.Sums(ngrams), PLAIN.Sums(ngrams)

    @given(TEXTS)
    def compare(text: str) -> None:
        assert fast.total(text) == plain.total(text)

    compare()


def test_both_give_the_explained_sum_for_all_tweets(
    sums: Any, ngrams: Mapping[str, Mapping[str, float]], tweets: Corpus, served: Scorecard
) -> None:
    read = sums(ngrams)
    other = PLAIN.Sums(ngrams)
    for place, text in enumerate(tweets.texts):
        found, n, known = read.total(text)
        assert (found, n, known) == other.total(text)
        if place % 10 == 0:
            bias, terms, _ = served.terms(text)
            assert served.logit(text)[0] == pytest.approx(
                bias + math.fsum(term.contribution for term in terms), abs=1e-12
            )


def test_weights_are_decimals_with_eight_places(ngrams: Mapping[str, Mapping[str, float]]) -> None:
    assert all(weight == round(weight, 8) for forms in ngrams.values() for weight in forms.values())
    assert PLAIN.UNIT == 10.0**8


@given(TEXTS)
def test_the_fast_way_finds_what_the_plain_way_names(sums: Any, text: str) -> None:
    total, n, _ = sums(WEIGHTS).total(text)
    assert total == pytest.approx(named(text), abs=1e-12)
    assert n == max(1, sum(token.kind in ("word", "emoticon") for token in find_tokens(text)))


@pytest.mark.parametrize(
    "text", ["love " * 1_000, "x" * 5_000, "!" * 5_000, "not love, " * 500, "a'" * 2_500]
)
def test_a_long_text_has_the_same_sum(sums: Any, text: str) -> None:
    assert sums(WEIGHTS).total(text)[0] == pytest.approx(named(text), abs=1e-9)


@given(st.permutations(["I love", "LOVE!!", "not so bad", "can't wait", ":)", "@joe ?", "loooove"]))
def test_the_order_of_clauses_does_not_change_the_bits(sums: Any, clauses: list[str]) -> None:
    texts = [". ".join(clauses) + ".", ". ".join(sorted(clauses)) + "."]
    assert len({sums(WEIGHTS).total(text) for text in texts}) == 1


@given(st.lists(TEXTS, max_size=9))
def test_what_was_forgotten_is_found_again(sums: Any, texts: list[str]) -> None:
    read = sums(WEIGHTS, 2)
    found = [read.total(text) for text in texts * 2]
    assert found == [sums(WEIGHTS).total(text) for text in texts] * 2


@pytest.mark.parametrize("text", [None, 1, b"love"])
def test_what_is_no_text_is_refused(sums: Any, text: object) -> None:
    with pytest.raises((TypeError, AttributeError)):
        sums(WEIGHTS).total(text)


@pytest.mark.parametrize(("length", "number"), [(10, 10_000), (33, 5_000), (2_000, 100)])
def test_memory_does_not_grow_with_what_was_read(sums: Any, length: int, number: int) -> None:
    read = sums(WEIGHTS, 1_000)
    for word in range(20_000):
        read.total(f"{word}x")  # fills the caches
    tracemalloc.start()
    for word in range(number):
        read.total(f"{word}x".rjust(length + 1, "a").replace("aa", "ab"))  # a run would be shortened
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < (10_000_000 if length <= 32 else 100_000)


class Noted(Mapping[str, float]):
    """Weights that record which forms are looked up."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self.asked: list[str] = []

    def __getitem__(self, form: str) -> float:
        self.asked.append(form)
        return self._weights[form]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)


def looked_up(text: str, *before: str) -> dict[str, list[str]]:
    """Return the forms that the source looks up for `text`, by kind, after the texts `before`.

    The compiled file takes dictionaries alone.
    """
    weights: dict[str, Mapping[str, float]] = {kind: Noted(forms) for kind, forms in WEIGHTS.items()}
    weights |= {kind: WEIGHTS[kind] for kind in ("phrase", "class", "neutral")}
    read = PLAIN.Sums(weights)
    for other in before:
        read.total(other)
    noted = {kind: forms for kind, forms in weights.items() if isinstance(forms, Noted)}
    for forms in noted.values():
        forms.asked.clear()
    read.total(text)
    return {kind: forms.asked for kind, forms in noted.items() if forms.asked}


def test_each_feature_of_a_new_word_is_looked_up_once() -> None:
    assert looked_up("rain rain") == {
        "word": ["rain", "not_rain"],
        "part": [*PLAIN.parts("rain")],
        "valence": ["rain"],
        "negated valence": ["rain"],
    }
    assert looked_up("love")["bigram"] == ["love $", "love :)"]


def test_of_words_that_were_read_before_nothing_is_looked_up() -> None:
    assert looked_up("I love rain :)", "rain love I", ":)") == {}
