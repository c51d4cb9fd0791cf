"""What people think of words before any tweet is seen: two lists of valences."""

import csv
from importlib.resources import files
from pathlib import Path

from nlp.tokens import tokens

NEUTRAL = 0.5  # labMT, of 1 to 9: so near the mean a word says nothing


def vader() -> dict[str, float]:
    """Valence from -4 to 4 by normal form: words, emoticons, and emoji by the words of their description.

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
    """Valence from -4 to 4 by normal form: 10,222 frequent words, rated by 50 people each.

    Dodds et al. 2011, "Temporal Patterns of Happiness and Information in a Global Social Network", PLoS ONE
    6(12): e26752, Data Set S1; CC BY. Here less the mean of all words, which is above the middle.
    """
    with (Path(__file__).parent / "lexicons" / "labmt.tsv").open(encoding="utf-8") as lines:
        rated = {word: float(happiness) for word, happiness in csv.reader(lines, delimiter="\t", quoting=3)}
    mean = sum(rated.values()) / len(rated)
    valences = {word: round(happiness - mean, 2) for word, happiness in rated.items()}
    return _by_form({word: valence for word, valence in valences.items() if abs(valence) >= NEUTRAL})


def _by_form(valences: dict[str, float]) -> dict[str, float]:
    """What is one token, under its form; the mean where two entries have the same."""
    found: dict[str, list[float]] = {}
    for text, valence in valences.items():
        match tokens(text):
            case [token] if token.form and valence and token.end - token.start == len(text.rstrip("\ufe0f")):
                found.setdefault(token.form, []).append(valence)
    return {form: round(sum(values) / len(values), 4) for form, values in sorted(found.items())}
