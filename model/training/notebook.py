"""The model of the blog post's notebook, step by step as published, for comparison.

Source: https://github.com/marciovai/Twitter-Sentiment-10K. The notebook removes stop words before it folds
case, so capitalized stop words stay. It keeps handles. It fits a linear, not a logistic, regression on raw
counts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from nltk.stem import PorterStemmer
from nltk.tokenize import word_tokenize
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

from model.training.corpus import Corpus

_stemmer = PorterStemmer()


def stop_words(nltk_data: Path) -> frozenset[str]:
    """Return NLTK's English stop words. Raises OSError if they are not in the folder."""
    return frozenset((nltk_data / "corpora" / "stopwords" / "english").read_text(encoding="utf-8").split())


def predict(train: Corpus, texts: Sequence[str], stop_words: frozenset[str]) -> NDArray[np.float64]:
    """Return the outputs for `texts`, of shape (texts,). Outputs of at least 0.5 mean positive."""
    counts = (Counter[str](), Counter[str]())
    for text, label in zip(train.texts, train.labels, strict=True):
        counts[label].update(process_tweet(text, stop_words))

    def features(texts: Sequence[str]) -> NDArray[np.float64]:
        tweets = [process_tweet(text, stop_words) for text in texts]
        return np.array([[sum(count[word] for word in tweet) for count in counts] for tweet in tweets])

    regression = LinearRegression().fit(features(train.texts), train.labels)
    outputs: NDArray[np.float64] = regression.predict(features(texts))
    return outputs


def process_tweet(tweet: str, stop_words: frozenset[str]) -> list[str]:
    """Return the notebook's words of a tweet."""
    tweet = re.sub(r"http\S+", "", tweet)
    tweet = re.sub(r"[^\w\s]", "", tweet)
    tokens = word_tokenize(tweet, preserve_line=True)  # without punctuation, punkt finds one sentence
    return [_stemmer.stem(word).lower() for word in tokens if word not in stop_words]
