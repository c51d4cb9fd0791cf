"""Two lexicons: lists of words with valences, which people rated."""

import csv
import math
from collections.abc import Container
from importlib.resources import files
from pathlib import Path

from nlp.tokens import find_tokens, negates

MIN_VALENCE = 0.5  # of a word of labMT; smaller valences say nothing
MIN_CLASS_VALENCE = 1.0  # of a positive or negative word in a phrase

# Comparisons in phrases.
_UP = """better happier prouder nicer cooler easier smoother sweeter funnier prettier cuter healthier stronger
    kinder friendlier luckier lovelier tastier yummier finer brighter calmer safer warmer clearer simpler
    greater closer"""
_DOWN = """worse sadder angrier madder uglier harder dumber stupider slower colder lonelier sicker weaker
    poorer meaner ruder nastier creepier scarier messier dirtier lower less"""

_FILLERS = """a an the my your our his her their its of as at so too that this very really quite half even
    exactly particularly entirely totally completely absolutely overly terribly all any much more such been be
    being feel feels felt feeling get gets got getting look looks looked looking sound sounds
    have has had it them us"""


def vader() -> dict[str, float]:
    """Return VADER's valences, from -4 to 4, by normal form.

    The valence of an emoji is the sum of the valences of the words in its description.

    Hutto and Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
    Text", ICWSM; MIT licence.
    """
    package = files("vaderSentiment")
    listed = [line.split("\t") for line in (package / "vader_lexicon.txt").read_text("utf-8").splitlines()]
    valences = {text: float(valence) for text, valence, *_ in listed}
    for line in (package / "emoji_utf8_lexicon.txt").read_text("utf-8").splitlines():
        emoji, description = line.split("\t")
        valences[emoji] = sum(valences.get(word, 0.0) for word in description.split())
    return _by_form(valences)


def labmt() -> dict[str, float]:
    """Return labMT's valences, from -4 to 4, by normal form: 10,222 frequent words, rated by 50 people each.

    A valence is the rating minus the mean rating of all words.

    Dodds et al. 2011, "Temporal Patterns of Happiness and Information in a Global Social Network", PLoS ONE
    6(12): e26752, Data Set S1; CC BY.
    """
    with (Path(__file__).parent / "lexicons" / "labmt.tsv").open(encoding="utf-8") as lines:
        rated = {word: float(happiness) for word, happiness in csv.reader(lines, delimiter="\t", quoting=3)}
    mean = sum(rated.values()) / len(rated)
    valences = {word: round(happiness - mean, 2) for word, happiness in rated.items()}
    return _by_form({word: valence for word, valence in valences.items() if abs(valence) >= MIN_VALENCE})


def _by_form(valences: dict[str, float]) -> dict[str, float]:
    """Return the entries that are one token, by its form. Entries with the same form get their mean."""
    found: dict[str, list[float]] = {}
    for text, valence in valences.items():
        match find_tokens(text):
            case [token] if token.form and valence and token.end - token.start == len(text.rstrip("\ufe0f")):
                found.setdefault(token.form, []).append(valence)
    return {form: round(sum(values) / len(values), 4) for form, values in sorted(found.items())}


def phrases() -> dict[str, float]:
    """Return the valences of phrases, on VADER's scale, by pattern (model/phrases.py).

    The ratings are our own; a few phrases come from VADER's list of idioms.
    """
    with (Path(__file__).parent / "lexicons" / "phrases.tsv").open(encoding="utf-8") as lines:
        rated = [
            (pattern, float(valence)) for valence, pattern in csv.reader(lines, delimiter="\t", quoting=3)
        ]
    return dict(sorted(rated))


def classes(excluded: Container[str]) -> dict[str, float]:
    """Return the number of the class of each word that has one (model/phrases.py).

    A positive or negative word is one that both lexicons rate so. Frequent comparisons are listed.
    """
    rated, frequent = vader(), labmt()
    found = {
        form: math.copysign(1.0, valence)
        for form, valence in rated.items()
        if abs(valence) >= MIN_CLASS_VALENCE and valence * frequent.get(form, 0.0) > 0 and form.isalpha()
    }
    found |= dict.fromkeys(_FILLERS.split(), 0.0)
    found |= dict.fromkeys(_UP.split(), 2.0) | dict.fromkeys(_DOWN.split(), -2.0)
    return {form: found[form] for form in sorted(found) if form not in excluded and not negates(form)}
