"""Tables find the features that scikit-learn's own analyzers find, and say where they are."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.utils import murmurhash3_32

from model.murmur import hash_bytes
from model.packaging.sheets import Sheet
from model.packaging.spaces import Source, transform
from model.packaging.texts import ODD, make_texts
from model.table import CHUNK, MAX_CACHED_WORDS, Table
from tests.model.packaging.sentences import TEXTS

OPTIONS: dict[str, dict[str, Any]] = {
    "words": {},
    "words (1,3)": {"ngram_range": (1, 3)},
    "words (2,3) without stop words": {"ngram_range": (2, 3), "stop_words": ["the", "is"]},
    "capitals": {"lowercase": False},
    "without accents": {"strip_accents": "unicode", "ngram_range": (1, 2)},
    "ASCII": {"strip_accents": "ascii"},
    "empty words": {"token_pattern": r"\w*", "ngram_range": (1, 2)},
    "a group": {"token_pattern": r"#(\w+)|[!?]"},
    "characters": {"analyzer": "char", "ngram_range": (1, 4)},
    "characters without accents": {"analyzer": "char", "ngram_range": (3, 6), "strip_accents": "unicode"},
    "padded letters": {"analyzer": "char_wb", "ngram_range": (1, 1)},
    "padded words": {"analyzer": "char_wb", "ngram_range": (2, 4)},
    "padded words in ASCII": {"analyzer": "char_wb", "ngram_range": (5, 8), "strip_accents": "ascii"},
}
WORDS = sorted({word for text in TEXTS for word in text.split()})
SHOWN = [text[:600] for text in make_texts(WORDS, 250)]
PIECES = st.sampled_from([*WORDS, "İ", "Σ", "ﬁ", "e\u0301", "\n", "  ", "😂"]) | st.text(max_size=9)


def build(vectorizer: Any) -> Table:
    """Return the table of a vectorizer. The number of a feature is one more than its column."""
    source = read(vectorizer)
    sheet = Sheet([source])
    sheet.add(source, np.arange(1.0, 1 + source.width))
    return Table(*sheet.write())


def read(vectorizer: Any) -> Source:
    [source] = transform(vectorizer.fit([""]), None).node.sources()
    return source


@pytest.fixture(scope="module", params=OPTIONS)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return OPTIONS[request.param]


@pytest.fixture(scope="module")
def vocabulary(options: dict[str, Any]) -> list[str]:
    analyze = CountVectorizer(**options).build_analyzer()
    return sorted({form for text in SHOWN for form in analyze(text)})


@pytest.fixture(scope="module")
def table(options: dict[str, Any], vocabulary: list[str]) -> Table:
    return build(CountVectorizer(**options, vocabulary=vocabulary))


def test_a_table_counts_the_features_of_the_vectorizer(
    options: dict[str, Any], vocabulary: list[str], table: Table
) -> None:
    analyze = CountVectorizer(**options).build_analyzer()
    for text in SHOWN:
        columns, counts = table.count(text)
        found = {vocabulary[column]: n for column, n in zip(columns, counts, strict=True)}
        assert found == Counter(analyze(text)), text


@given(texts=st.lists(PIECES, max_size=9).map(" ".join))
def test_each_feature_has_a_place_in_the_text(options: dict[str, Any], table: Table, texts: str) -> None:
    analyze = CountVectorizer(**options).build_analyzer()
    places = list(table.places(texts))
    assert Counter(place.form for place in places) == Counter(analyze(texts))
    for _, form, start, end in places:
        assert 0 <= start <= end <= len(texts)
        if texts.isascii():  # else half of a character may be in a form, and all of it in the slice
            seen = table.prepare(texts[start:end])
            words = form.split(" ") if table.analyzer == "word" else form.split() or [""]
            assert seen.strip().startswith(words[0])
            assert seen.strip().endswith(words[-1])


@given(st.binary(max_size=40))
def test_slots_are_those_of_murmurhash(data: bytes) -> None:
    assert hash_bytes(data) == murmurhash3_32(data, seed=0, positive=True)


@pytest.mark.parametrize("signed", [True, False])
def test_a_hashed_table_counts_as_the_vectorizer(signed: bool) -> None:
    vectorizer = HashingVectorizer(n_features=64, norm=None, alternate_sign=signed)
    table = build(vectorizer)
    for text in SHOWN:
        if text != text.encode(errors="ignore").decode():
            continue  # scikit-learn cannot hash half a surrogate pair
        columns, counts = table.count(text)
        row = np.zeros(64)
        for column, n in zip(columns, counts, strict=True):
            row[int(table.rows[0][column]) - 1] += n
        assert (row == vectorizer.transform([text]).toarray()[0]).all()


def test_a_slot_without_a_column_of_its_own_has_the_usual_number() -> None:
    source = read(HashingVectorizer(n_features=8))
    sheet = Sheet([source])
    sheet.add(source, np.array([0.5, 0.5, 3, 0.5, 0.5, 0.5, -1, 0.5]))
    spec, forms, rows = sheet.write()
    assert spec["columns"] == 3
    assert np.frombuffer(forms, "<u4").tolist() == [2, 6]
    assert np.frombuffer(rows).tolist() == [3, -1, 0.5]


@pytest.mark.parametrize(
    ("forms", "separator"),
    [
        (["a", "b c", ""], "\n"),
        (["a\n", "\nb", " \n "], "\x00"),
        ([*map(chr, range(32)), "é😂", "\ud83d"], "\ue000"),
        ([str(n) + "é" * 30 for n in range(2 * CHUNK // 60)], "\n"),
    ],
)
def test_forms_may_hold_any_character(forms: list[str], separator: str) -> None:
    source = Source(read(CountVectorizer(vocabulary=["a"])).spec, forms, len(forms))
    sheet = Sheet([source])
    sheet.add(source, np.arange(1.0, 1 + len(forms)))
    spec, content, rows = sheet.write()
    assert spec["separator"] == separator
    assert sorted(forms) == content.decode("utf-8", "surrogatepass").split(separator)
    table = Table(spec, content, rows)
    assert [table.rows[0][table._column(form) or 0] for form in forms] == list(range(1, 1 + len(forms)))


def test_features_that_weigh_nothing_are_left_out_where_no_norm_counts_them() -> None:
    source = Source({"slots": 0}, ["a", "b", "c"], 3)
    sheet = Sheet([source])
    sheet.add(source, np.array([1.0, 0, 2]))
    assert sheet.write()[1] == b"a\nc"
    sheet.add(source, np.ones(3), 1.0)
    assert sheet.write()[1] == b"a\nb\nc"


def test_no_word_of_any_length_fills_the_memory() -> None:
    table = build(CountVectorizer(analyzer="char_wb", vocabulary=["ab"]))
    for n in range(17_000):
        table.count(f"w{n} {n}{'x' * 40}")
    assert table._cached_keys.cache_info().currsize == MAX_CACHED_WORDS


def test_the_odd_texts_hold_what_breaks_tokenizers() -> None:
    together = "".join(ODD)
    assert all(mark in together for mark in ("\n", "\u0301", "\u0130", "\ud83d", "\x00", "\u3000"))
    assert max(map(len, ODD)) == 5_000
    assert "" in ODD
