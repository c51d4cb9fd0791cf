"""The notebook's six steps, as a tokenizer of scikit-learn's."""

import re

from nltk.stem import PorterStemmer
from nltk.tokenize import word_tokenize
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_stemmer = PorterStemmer()


def words(tweet: str) -> list[str]:
    tweet = re.sub(r"http\S+", "", tweet)
    tweet = re.sub(r"[^\w\s]", "", tweet)
    tokens = word_tokenize(tweet, preserve_line=True)
    return [_stemmer.stem(word) for word in tokens if word not in ENGLISH_STOP_WORDS]
