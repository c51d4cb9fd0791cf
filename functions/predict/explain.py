"""`sentiment explain`: what each part of a text adds to its answer."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping

from model import Classifier, Explanation, Prediction
from predict.dialects import native

_POSITIVE, _NEGATIVE, _PLAIN = "\x1b[30;104m", "\x1b[30;103m", "\x1b[0m"  # blue and yellow: no red, no green


def write(text: str, model: Classifier, answer: Prediction, as_json: bool, show: Callable[[str], str]) -> str:
    """The answer with its terms, the largest first. `show` makes a piece of text fit for a terminal."""
    if as_json:
        return json.dumps({**answer.as_json(), "explanation": native.explain(model, text)})
    explanation = model.explain(text)
    shown = tint(text, explanation) if sys.stdout.isatty() else show(text)
    lines = [f"{answer.label}\t{answer.probability:.4f}\t{shown}", f"{explanation.bias:+9.4f}  bias"]
    for term in sorted(explanation.terms, key=lambda term: -abs(term.contribution)):
        piece = show(text[term.start : term.end])
        lines.append(f"{term.contribution:+9.4f}  {term.feature}: {piece}")
    lines.append(f"{explanation.logit:+9.4f}  is the sum, the logarithm of the odds")
    lines += [
        f"{'':9}  not read ({reason}): {show(text[start:end])}" for start, end, reason in explanation.dropped
    ]
    return "\n".join(lines)


def tint(text: str, explanation: Explanation) -> str:
    """The text with the words that add to the log-odds in one colour, and those that take away in another."""
    shares: Mapping[int, float] = _share(explanation)
    parts = []
    for place, character in enumerate(text):
        plain = " " if character in "\r\n\t" or not character.isprintable() else character
        share = shares.get(place, 0.0)
        parts.append(plain if not share else f"{_POSITIVE if share > 0 else _NEGATIVE}{plain}{_PLAIN}")
    return "".join(parts)


def _share(explanation: Explanation) -> Mapping[int, float]:
    """What is added at each place of the text: a term adds the same at each of its places."""
    shares: defaultdict[int, float] = defaultdict(float)
    for term in explanation.terms:
        for place in range(term.start, term.end):
            shares[place] += term.contribution / (term.end - term.start)
    return shares
