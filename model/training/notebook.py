"""The blog post's notebook, step by step as published, to be measured against.

https://github.com/marciovai/Twitter-Sentiment-10K: words are compared with the lower-case stop words before
their case is folded, handles stay in, and a linear (not logistic) regression on the raw counts follows.
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
    """NLTK's English stop words: 179 when the notebook was written. Raises OSError where there are none."""
    return frozenset((nltk_data / "corpora" / "stopwords" / "english").read_text().split())


def predict(train: Corpus, texts: Sequence[str], stop_words: frozenset[str]) -> NDArray[np.float64]:
    """The notebook's outputs for `texts`, of shape (texts,); 0.5 and above means positive."""
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
    tweet = re.sub(r"http\S+", "", tweet)
    tweet = re.sub(r"[^\w\s]", "", tweet)
    tokens = word_tokenize(tweet, preserve_line=True)  # one sentence is left: punkt would change nothing
    return [_stemmer.stem(word).lower() for word in tokens if word not in stop_words]
