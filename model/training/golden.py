"""Texts whose probabilities are part of an artifact. A server predicts them again to check the model."""

from collections.abc import Sequence
from typing import Any

from model import Classifier

DECIMALS = 12  # the last bits of a probability depend on the C library

TEXTS = (
    "",
    "I love this",
    "I do not love this",
    "so sad that summer is over",
    "my head hurts and I can't sleep",
    "Thank you all for the lovely birthday wishes!",
    "what a beautiful day :)",
    "ugh, another Monday :(",
    "not bad at all",
    "never going there again!!!",
    "I miss you sooooo much",
    "yaaaay finally home",
    "@joe have a great weekend",
    "look at this http://example.com/picture",
    "WHY IS IT RAINING AGAIN",
    "could be worse, could be better",
    "good night everyone ❤️",
    "no sleep, no coffee, no fun",
    "I hate that I love it",
    "the meeting is at 10:30",
    "best concert ever <3",
    "my phone just died... great",
    "hopefully it works this time?",
    "flurbish grontle",
    "Ich bin müde",
    "&quot;fish &amp; chips&quot; was awesome",
    "lol that's hilarious 😂",
    "missed the bus and now I'm late",
)


def record(served: Classifier, texts: Sequence[str] = TEXTS) -> list[list[Any]]:
    """Return each text with its probability, or with those of all labels if there are more than two."""
    return [
        [
            text,
            {label: round(p, DECIMALS) for label, p in answer.probabilities.items()}
            if answer.probabilities
            else round(answer.probability, DECIMALS),
        ]
        for text, answer in zip(texts, served.predict(texts), strict=True)
    ]
