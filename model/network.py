"""A neural network with one hidden layer, over the n stems of a text.

    logit = bias + scale · out · max(0, hidden + n^exponent · Σ vector[stem])

It is plain Python: the network is so small that importing NumPy would take longer than it saves.
"""

import math
from collections.abc import Mapping
from operator import mul
from typing import Any

from model.classifier import Classifier, Dropped, Term
from model.stems import MIN_KNOWN, split_spans
from nlp import spans, words


class Network(Classifier):
    """`weights` has the `vectors` of the known stems, and the biases `hidden` and the output weights `out`.

    Each vector, `hidden` and `out` have one number for each hidden unit.
    """

    min_known = MIN_KNOWN

    def __init__(self, manifest: Mapping[str, Any], weights: Mapping[str, Any]) -> None:
        super().__init__(manifest)
        self._vectors: Mapping[str, list[float]] = weights["vectors"]
        self._hidden: list[float] = weights["hidden"]
        self._out: list[float] = [manifest["scale"] * weight for weight in weights["out"]]
        self._bias: float = manifest["bias"]
        self._exponent: float = manifest["exponent"]

    def logit(self, text: str) -> tuple[float, float]:
        stems = words(text)
        vectors = [self._vectors[stem] for stem in stems if stem in self._vectors]
        active = (max(0.0, total) for total in self._totals(vectors, len(stems)))
        known = len(vectors) / len(stems) if stems else 0.0
        return self._bias + math.fsum(map(mul, self._out, active)), known

    def terms(self, text: str) -> tuple[float, list[Term], list[Dropped]]:
        """Explain the difference to the logit of an empty text, which is the bias here.

        Each stem contributes to the input of a hidden unit. The stem gets the same share of the change in the
        unit's output. The shares add up to the logit. This is the rescale rule of DeepLIFT (Shrikumar et al.
        2017, "Learning Important Features Through Propagating Activation Differences", ICML).
        """
        found = spans(text)
        n = sum(not span.dropped for span in found)
        totals = self._totals([self._vectors[span.stem] for span in found if span.stem in self._vectors], n)
        slopes = [
            out * (max(0.0, total) - max(0.0, start)) / (total - start) if total != start else 0.0
            for out, total, start in zip(self._out, totals, self._hidden, strict=True)
        ]
        shares = {
            span.stem: math.fsum(map(mul, slopes, self._vectors[span.stem])) * n**self._exponent
            for span in found
            if span.stem in self._vectors
        }
        empty = math.fsum(map(mul, self._out, (max(0.0, start) for start in self._hidden)))
        return self._bias + empty, *split_spans(found, shares)

    def _totals(self, vectors: list[list[float]], n: int) -> list[float]:
        if not vectors:
            return self._hidden
        scale = n**self._exponent
        sums = map(math.fsum, zip(*vectors, strict=True))
        return [start + scale * total for start, total in zip(self._hidden, sums, strict=True)]
