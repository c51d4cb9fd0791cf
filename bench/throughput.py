"""Measure tweets a second on one core: every artifact, and other libraries."""

from collections.abc import Callable, Sequence
from typing import Any

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import model
from bench import tweets
from bench.figures import Figure, Goal, compare, interleave, time_call
from model.training.models import MODELS
from model.training.notebook import process_tweet

PEER = "VADER"
DEFAULT = "lexicon_ngrams"
KNOWN, NEW = ", words read before", ", first reading"
GOALS = {
    f"{DEFAULT}{KNOWN}": Goal("value", 80_000, at_least=True),
    f"{DEFAULT}{NEW}": Goal("value", 25_000, at_least=True),
    f"frequency{KNOWN}": Goal("value", 120_000, at_least=True),
}


def measure() -> list[Figure]:
    """Return tweets a second.

    The model of a first reading is fresh. All other models have read the tweets before.
    """
    texts, _ = tweets.load()
    vader = SentimentIntensityAnalyzer()
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    pipeline.fit(texts, [place % 2 for place in range(len(texts))])
    calls = {
        PEER: _make_rate(lambda batch: [vader.polarity_scores(text) for text in batch], texts[:2_000]),
        "TextBlob": _make_rate(lambda batch: [TextBlob(text).sentiment for text in batch], texts[:500]),
        "the notebook's preprocessing alone": _make_rate(
            lambda batch: [process_tweet(text, ENGLISH_STOP_WORDS) for text in batch], texts[:200]
        ),
        "TfidfVectorizer and LogisticRegression": _make_rate(pipeline.predict_proba, texts),
        f"{DEFAULT}{NEW}": lambda: _make_rate(model.load(DEFAULT).predict, texts)(),
    }
    for name in MODELS:
        served = model.load(name)
        served.predict(texts)
        calls[f"{name}{KNOWN}"] = _make_rate(served.predict, texts)
    rounds = interleave(calls)
    return compare(PEER, "tweets/s", rounds, GOALS)


def _make_rate(call: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> Callable[[], float]:
    return lambda: len(texts) / time_call(call, texts)
