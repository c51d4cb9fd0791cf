"""The words of a tweet. Floor 1: imports neither `model` nor `predict`, and no library but a stemmer."""

from nlp.preprocessing import Span, spans, stop_words, words
from nlp.tokens import Token, negates, normal, tokens

__all__ = ["Span", "Token", "negates", "normal", "spans", "stop_words", "tokens", "words"]
