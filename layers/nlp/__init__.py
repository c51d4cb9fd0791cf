"""The words of a tweet. Floor 1: imports neither `model` nor `predict`, and no library but a stemmer."""

from nlp.preprocessing import Span, spans, stop_words, words

__all__ = ["Span", "spans", "stop_words", "words"]
