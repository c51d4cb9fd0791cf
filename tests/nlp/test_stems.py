import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import nltk
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from nltk.corpus import stopwords
from nltk.stem import PorterStemmer
from nltk.tokenize import word_tokenize

import nlp
from model.training.corpus import Corpus
from nlp.cache import GenerationalCache
from nlp.spelling import normalize
from nlp.stems import ADDRESS, stem_piece, words

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
PIECES = (
    "@joe RT@joe: http://t.co/x www.a.b joe.b@x.org don't y’all '' gonna CANNOT so...tired #fail can not "
    "Wanna a_b running ponies İstanbul straße e\u0301 \x00 <3 ½ २३ T_T ΑΣ ❤️ \ud83d :) !!!"
)
TWEETISH = st.lists(
    st.sampled_from(PIECES.split(" ")) | ANY_TEXT,
    max_size=12,
).map(" ".join)

# NLTK undoubles every consonant before -ed and -ing except l, s and z. Snowball undoubles only those that
# the published algorithm names.
UNDOUBLED_BY_NLTK_ALONE = re.compile(r"([^aeioubdfglmnprstz])\1(ed|ing)$")


nltk.data.path.insert(0, str(Path(nlp.__file__).parent / "nltk_data"))
STOP_WORDS = frozenset(stopwords.words("tweets"))
STEMMER = PorterStemmer(mode=PorterStemmer.ORIGINAL_ALGORITHM)


def words_by_nltk(text: str) -> list[str]:
    """Apply the six steps with NLTK."""
    bare = ADDRESS.sub(" ", normalize(text)).replace("<3", " ")
    spaced = re.sub(r"[^\w\s]", " ", re.sub("['`]", "", bare))
    tokens = word_tokenize(spaced, preserve_line=True)
    folded = [token.casefold() for token in tokens]
    kept = [word for word in folded if word not in STOP_WORDS]
    return [STEMMER.stem(word, to_lowercase=False) for word in kept]


@pytest.mark.parametrize(
    ("tweet", "stems"),
    [
        ("My concealer just broke!", ["my", "conceal", "just", "broke"]),
        ("I'm NOT happy", ["im", "not", "happi"]),
        ("@joe see http://t.co/x1 and WWW.Example.com/a", ["see"]),
        ("on twitter.com/joe and bit.ly/x, and/or w/o", ["w"]),
        ("&quot;rock &amp; roll&quot; I&lt;3 &amp;lt;b &quote", ["rock", "roll", "i", "b", "quot"]),
        ("RT@joe: mail joe.smith@example.com", ["mail"]),
        ("so...tired,hungry", ["tire", "hungri"]),
        ("don't don’t dont", ["dont", "dont", "dont"]),
        ("I cannot, I'm gonna", ["i", "not", "im", "gon", "na"]),
        ("#fail #WIN", ["fail", "win"]),
        ("THE the The", []),
        ("", []),
        (" \t\u2028 ", []),
        ("!!! :) ❤️", []),
        ("Straße STRASSE", ["strass", "strass"]),
        ("love\x00hate", ["love", "hate"]),
        ("\ud83d broken \udc00", ["broken"]),
    ],
)
def test_a_tweet_has_these_words(tweet: str, stems: list[str]) -> None:
    assert words(tweet) == stems


def test_words_are_those_of_nltk_on_the_whole_corpus(tweets: Corpus) -> None:
    differing = [
        (ours, theirs)
        for text in tweets.texts
        for ours, theirs in zip(words(text), words_by_nltk(text), strict=True)
        if ours != theirs
    ]
    assert differing == [("twitpicc", "twitpic")]


@given(TWEETISH)
@example("x'http://a b'@joe'y")
def test_words_are_those_of_nltk_on_generated_text(text: str) -> None:
    folded = re.sub("['`]", "", normalize(text)).casefold()
    assume(not any(UNDOUBLED_BY_NLTK_ALONE.search(token) for token in re.findall(r"\w+", folded)))
    assert words(text) == words_by_nltk(text)


@given(ANY_TEXT)
def test_words_are_pure(text: str) -> None:
    first = words(text)
    first.append("changed by the caller")
    assert words(text) == first[:-1]


@given(st.lists(TWEETISH, max_size=3))
def test_no_word_crosses_white_space(texts: list[str]) -> None:
    assert words(" ".join(texts)) == [word for text in texts for word in words(text)]


@given(
    st.from_regex(r"\A\w{3,15}\Z"),
    st.sampled_from(["@{}", "RT@{}:", "(@{})", "hi,@{}!", "{}@mail.example", "＠{}", "twitter.com/{}"]),
)
def test_no_handle_or_mail_name_stays(name: str, form: str) -> None:
    assume(name.lower() not in ("mail", "example"))
    assume(normalize(name) == name)  # some letters of Unicode are apostrophes
    assert words(form.format(name)) in ([], ["hi"])


def test_nltk_reads_our_stop_words() -> None:
    assert nlp.stop_words() == STOP_WORDS


def test_stop_words_keep_negations_and_are_folded() -> None:
    stop_words = nlp.stop_words()
    assert stop_words.isdisjoint({"no", "nor", "not", "never", "dont", "cant", "wont", "isnt"})
    assert stop_words == {word.casefold() for word in stop_words}


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "a'",
        "'",
        "@",
        "x@",
        "a@b",
        ".@",
        "a.b",
        "a./",
        "&amp;",
        "http://",
        "www.",
        "\u0301",
        "1",
        "_",
        "a-",
        "é",
    ],
)
def test_time_is_linear_in_the_length_of_the_text(
    assert_linear: Callable[[Callable[[str], object], str], None], piece: str
) -> None:
    assert_linear(words, piece)


@pytest.mark.parametrize(("length", "number"), [(10, 40_000), (33, 20_000), (5_000, 2_000)])
def test_memory_does_not_grow_with_what_was_read(length: int, number: int) -> None:
    cache = GenerationalCache(stem_piece, max_entries=1_000)
    for word in range(3_000):
        cache[f"{word}"]  # fills both generations
    tracemalloc.start()
    for word in range(number):
        cache[f"{word:0{length}}"]
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < (500_000 if length <= 32 else 100_000)
