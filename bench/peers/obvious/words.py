"""The notebook's six steps as a tokenizer for scikit-learn."""

import re

from nltk.stem import PorterStemmer
from nltk.tokenize import word_tokenize
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_stemmer = PorterStemmer()


def split(text: str) -> list[str]:
    text = re.sub(r"http\S+", "", text)
    text = re.sub(r"[^\w\s]", "", text)
    tokens = word_tokenize(text, preserve_line=True)
    return [_stemmer.stem(word) for word in tokens if word not in ENGLISH_STOP_WORDS]
