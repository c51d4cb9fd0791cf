"""Turns a tweet into words.

The package imports neither `model` nor `predict`. Its only library is PyStemmer.
"""

from nlp.spelling import Change, Spelling, normalize
from nlp.stems import Span, spans, stop_words, words

__all__ = ["Change", "Span", "Spelling", "normalize", "spans", "stop_words", "words"]
