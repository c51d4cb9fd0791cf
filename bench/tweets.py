"""The tweets of every measurement: the real ones if DATA_DIR has them, generated ones if not."""

import csv
import io
import math
import random
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

from model.training import corpus
from model.training.download import corpus_path


@cache
def load() -> tuple[list[str], str]:
    """Return 10,000 tweets, and whether they are real or generated."""
    try:
        return corpus.read(corpus_path()).texts, "real tweets"
    except corpus.CorpusError:
        return list(generate(10_000)), "generated tweets"


def generate(count: int) -> Iterator[str]:
    """Yield `count` tweets like the 10,000 real ones: 13 words and 74 characters on average.

    Words follow Zipf's law. Frequent words are short. Every call gives the same tweets.
    """
    chance = random.Random(0)
    letters = ("aeiou\xe9", "bcdfghjklmnprstvwyz")
    words = [
        "".join(chance.choice(letters[place % 2]) for place in range(1 + round(1.7 * math.log10(rank + 1))))
        for rank in range(700_000)
    ]
    weights = list(accumulate(1 / (rank + 10) ** 1.35 for rank in range(len(words))))
    for _ in range(count):
        found = chance.choices(words, cum_weights=weights, k=chance.randint(3, 21))
        if chance.random() < 0.33:
            found.insert(0, "@" + chance.choice(words))
        if chance.random() < 0.1:
            found.append("http://t.co/" + chance.choice(words))
        yield " ".join(found) + chance.choice(("", ".", "!", "...", "!!", "?"))


def encode_csv(texts: Iterable[str]) -> bytes:
    """Return a CSV for the object door. It has a column before the text and a column after it."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["id", "text", "user"])
    writer.writerows([place, text, "someone"] for place, text in enumerate(texts))
    return content.getvalue().encode()
