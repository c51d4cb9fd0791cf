"""Tweets a second on one core: every artifact, and what else there is."""

from collections.abc import Callable, Sequence
from typing import Any

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import model
from bench import tweets
from bench.figures import Figure, Goal, beside, interleaved, seconds
from model.training.notebook import process_tweet
from model.training.train import MODELS

PEER = "VADER"
DEFAULT = "lexicon_ngrams"
KNOWN, NEW = ", words read before", ", first reading"
GOALS = {
    f"{DEFAULT}{KNOWN}": Goal("value", 80_000, least=True),
    f"{DEFAULT}{NEW}": Goal("value", 25_000, least=True),
    f"frequency{KNOWN}": Goal("value", 120_000, least=True),
}


def figures() -> list[Figure]:
    """The first reading is that of a fresh model; otherwise each artifact has read the 10,000 before."""
    texts, _ = tweets.some()
    vader = SentimentIntensityAnalyzer()
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    pipeline.fit(texts, [place % 2 for place in range(len(texts))])
    calls = {
        PEER: _rate(lambda some: [vader.polarity_scores(text) for text in some], texts[:2_000]),
        "TextBlob": _rate(lambda some: [TextBlob(text).sentiment for text in some], texts[:500]),
        "the notebook's preprocessing alone": _rate(
            lambda some: [process_tweet(text, ENGLISH_STOP_WORDS) for text in some], texts[:200]
        ),
        "TfidfVectorizer and LogisticRegression": _rate(pipeline.predict_proba, texts),
        f"{DEFAULT}{NEW}": lambda: _rate(model.load(DEFAULT).predict, texts)(),
    }
    for name in MODELS:
        served = model.load(name)
        served.predict(texts)
        calls[f"{name}{KNOWN}"] = _rate(served.predict, texts)
    rounds = interleaved(calls)
    return beside(PEER, "tweets/s", rounds, GOALS)


def _rate(call: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> Callable[[], float]:
    return lambda: len(texts) / seconds(call, texts)
