"""Two lexicons: lists of words with valences, which people rated."""

import csv
from importlib.resources import files
from pathlib import Path

from nlp.tokens import find_tokens

MIN_VALENCE = 0.5  # of a word of labMT; smaller valences say nothing


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
