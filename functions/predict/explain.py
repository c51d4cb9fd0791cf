"""`sentiment explain`: what each part of a text adds to its answer."""

import sys
from collections.abc import Iterator
from itertools import groupby

from model import Classifier, Explanation, Prediction
from predict import terminal
from predict.terminal import clean, clean_line


def show(text: str, model: Classifier, answer: Prediction) -> None:
    """Print the answer and its terms, the largest first."""
    explanation = model.explain(text)
    start = f"{answer.label}\t{answer.probability:.4f}\t"
    if console := terminal.find(sys.stdout):
        terminal.show_pieces(console, start, _cut(text, explanation))
    else:
        print(f"{start}{clean_line(text)}")
    print("\n".join(_list_terms(text, explanation)), flush=True)


def _list_terms(text: str, explanation: Explanation) -> Iterator[str]:
    yield f"{explanation.bias:+9.4f}  bias"
    for term in sorted(explanation.terms, key=lambda term: -abs(term.contribution)):
        yield f"{term.contribution:+9.4f}  {term.feature}: {clean_line(text[term.start : term.end])}"
    yield f"{explanation.logit:+9.4f}  is the sum, the logarithm of the odds"
    for start, end, reason in explanation.dropped:
        yield f"{'':9}  not read ({reason}): {clean_line(text[start:end])}"


def _cut(text: str, explanation: Explanation) -> Iterator[tuple[str, float]]:
    """The text in pieces, each with what it adds: a term adds the same at each of its characters."""
    shares = [0.0] * len(text)
    for term in explanation.terms:
        for place in range(term.start, term.end):
            shares[place] += term.contribution / (term.end - term.start)
    for share, places in groupby(range(len(text)), shares.__getitem__):
        start, *others = places
        yield clean(text[start : start + 1 + len(others)]), share * (1 + len(others))
