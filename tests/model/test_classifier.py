import gc
import math
import random
import sys
import tracemalloc
from collections.abc import Sequence
from itertools import islice, permutations
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import ArtifactError, Classifier, Prediction, Scorecard
from model.classifier import MAX_CHARACTERS_READ

NAMES = sorted(path.name for path in Path(model.ARTIFACTS).iterdir())
KNOWN = ["I'm", "not", "sooooo", "happy", ":)", "@joe", "http://t.co/x", "cannot", "love", "the", "rain!!!"]
TEXTS = st.lists(st.sampled_from(KNOWN) | st.text(st.characters(codec=None), max_size=9)).map(" ".join)
NEW_WORDS = map("".join, permutations("bcdfghjklmn", 6))  # no cache has them; each is taken once

# Calls of Python functions for a text of cached words, and for a new word. Python 3.11 counts comprehensions.
CALLS_OF_A_TEXT = {"network": 28}  # one for each of its 16 units, which a generator yields
CALLS_OF_A_NEW_WORD = {"lexicon_ngrams": 11}


@pytest.fixture(scope="module", params=NAMES)
def served_as(request: pytest.FixtureRequest) -> Classifier:
    return model.load(request.param)


def test_every_model_of_the_post_is_there() -> None:
    assert NAMES == ["frequency", "lexicon_ngrams", "naive_bayes", "network", "word2vec"]


def test_a_model_answers_as_when_it_was_trained(served_as: Classifier) -> None:
    served_as.check()
    assert len(served_as.manifest["golden"]) >= 24


def test_a_model_that_answers_otherwise_is_noticed(served_as: Classifier) -> None:
    text, probability = served_as.manifest["golden"][1]
    changed = {**served_as.manifest, "golden": [[text, probability + 2e-9]]}
    with pytest.raises(ArtifactError, match="does not give the predictions of its training: train it again"):
        Scorecard(
            {**changed, "features": "stems", "bias": 0, "scale": 0, "exponent": 0}, {"stem": {}}
        ).check()


@given(TEXTS)
def test_an_explanation_adds_up_to_the_logit_of_the_answer(served_as: Classifier, text: str) -> None:
    explained = served_as.explain(text)
    total = explained.bias + sum(term.contribution for term in explained.terms)
    assert total == pytest.approx(explained.logit, abs=1e-9)
    [answer] = served_as.predict([text])
    assert answer.probability == pytest.approx(1 / (1 + math.exp(-explained.logit)), abs=1e-12)
    assert 0 < answer.probability < 1
    positions = [(term.start, term.end) for term in explained.terms]
    positions += [(dropped.start, dropped.end) for dropped in explained.dropped]
    assert all(0 <= start < end <= len(text) for start, end in positions)


def test_an_explanation_gives_the_reason_for_each_dropped_piece(served_as: Classifier) -> None:
    text = "@joe the love of flurbish http://t.co/x"
    reasons = {text[d.start : d.end]: d.reason for d in served_as.explain(text).dropped}
    assert reasons["@joe"] == "handle"
    assert reasons["http://t.co/x"] == "address"
    if (
        served_as.manifest.get("features") != "ngrams"
    ):  # n-grams include stop words, and parts of unknown words
        assert (reasons["the"], reasons["flurbish"]) == ("stop word", "unknown")
    assert "love" not in reasons


def test_the_order_of_answers_is_that_of_the_texts(served_as: Classifier) -> None:
    texts = ["love", "hate", "", "love"]
    assert served_as.predict(texts) == [served_as.predict([text])[0] for text in texts]
    assert served_as.predict([]) == []


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("", ("empty",)),
        (" \n\t\u2003", ("empty",)),
        ("zzxqj", ("no_known_words",)),
        ("@joe http://t.co/x", ("no_known_words",)),
        ("love", ()),
        ("love " * (MAX_CHARACTERS_READ // 5), ()),
        ("love " * (MAX_CHARACTERS_READ // 5) + "x", ("truncated",)),
        ("!" * (MAX_CHARACTERS_READ + 1), ("truncated", "no_known_words")),
    ],
)
def test_an_answer_that_means_little_says_why(
    served_as: Classifier, text: str, warnings: tuple[str, ...]
) -> None:
    [answer] = served_as.predict([text])
    assert answer.warnings == warnings


def test_what_is_beyond_the_longest_text_is_not_read(served_as: Classifier) -> None:
    text = "so sad " * (MAX_CHARACTERS_READ // 7 + 1)
    assert served_as.predict([text + "love"])[0] == served_as.predict([text + "hate"])[0]


def called(model: Classifier, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the functions of Python, and those of C, that the model calls to predict."""
    python: list[str] = []
    c: list[str] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            python.append(frame.f_code.co_qualname)
        elif event == "c_call":
            c.append(argument.__qualname__)

    gc.disable()  # Hypothesis registers a callback of the garbage collector
    sys.setprofile(note)
    try:
        model.predict(texts)
    finally:
        sys.setprofile(None)
        gc.enable()
    return python, c


def test_the_number_of_calls_for_cached_words_does_not_depend_on_the_length_of_the_text(
    served_as: Classifier,
) -> None:
    short, long = "love", "love hate " * 200
    served_as.predict([short, long])
    python, c = called(served_as, [short])
    longer, longer_c = called(served_as, [long])
    assert longer == python
    assert len(python) <= CALLS_OF_A_TEXT.get(served_as.name, 11)
    assert len(longer_c) <= len(c) + 800  # each word and each known bigram appends its weight to a list


def test_each_new_word_costs_the_same_calls(served_as: Classifier) -> None:
    served_as.predict([next(NEW_WORDS)])
    one, ten, twenty = (
        len(called(served_as, [" ".join(islice(NEW_WORDS, count))])[0]) for count in (1, 10, 20)
    )
    assert (twenty - ten) / 10 == (ten - one) / 9
    assert ten - one <= 9 * CALLS_OF_A_NEW_WORD.get(served_as.name, 11)


def test_memory_does_not_grow_with_what_is_read_again(served_as: Classifier) -> None:
    chance = random.Random(0)
    texts = [" ".join(f"w{chance.randrange(10_000)}" for _ in range(13)) for _ in range(10_000)]
    served_as.predict(texts)
    tracemalloc.start()
    served_as.predict(texts)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 10_000
    assert peak < 1_600_000  # the predictions themselves are 136 bytes each


def test_the_identity_is_the_name_and_the_version(tiny: Scorecard) -> None:
    assert tiny.identity == {"name": "tiny", "version": "1"}


def test_the_label_is_positive_from_the_threshold_up(tiny: Scorecard) -> None:
    [answer] = tiny.predict(["love"])
    p = answer.probability
    labels = [tiny.predict(["love"], threshold)[0].label for threshold in (0, p, math.nextafter(p, 1), 1)]
    assert labels == ["positive", "positive", "negative", "negative"]


def test_the_label_is_uncertain_strictly_between_two_bounds(tiny: Scorecard) -> None:
    p = tiny.predict(["love"])[0].probability
    bounds = [(0.0, 1.0), (p, 1.0), (0.0, p), (0.0, 0.1)]
    labels = [tiny.predict(["love"], 0.5, band)[0].label for band in bounds]
    assert labels == ["uncertain", "positive", "positive", "positive"]
    assert tiny.predict(["love"], 0.5, (0, 1)) == [Prediction("uncertain", p, ())]
