"""Texts and answers summed up: counts, sums, and histograms in bins that never change.

Equal bins can be compared and added. Scores are probabilities in tenths. Characters are lengths in classes of
20, and the last class has no end. Unknown words are the share of the words that the model does not know:
none, then fifths, each with its upper end.
"""

from collections.abc import Sequence
from math import ceil

from model.classifier import Prediction

SCORES = 10
CHARACTERS = (0, 20, 40, 60, 80, 100, 120, 140)  # the least number of characters of each class
UNKNOWN_WORDS = 6
BINS = {"scores": SCORES, "characters": len(CHARACTERS), "unknown_words": UNKNOWN_WORDS}

_WIDTH, _LAST = CHARACTERS[1], len(CHARACTERS) - 1
_FIFTHS = UNKNOWN_WORDS - 1


class Tally:
    """What was added; sums are over all texts.

    `labels` and `warnings` count what the answers have. `known_words` is the sum of the shares. A histogram
    has the number of texts in each bin that is not empty.
    """

    def __init__(self) -> None:
        self.texts = 0
        self.labels: dict[str, int] = {}
        self.warnings: dict[str, int] = {}
        self.score = 0.0
        self.length = 0
        self.known_words = 0.0
        self.histograms: dict[str, dict[int, int]] = {"scores": {}, "characters": {}, "unknown_words": {}}

    def add(self, texts: Sequence[str], predictions: Sequence[Prediction]) -> None:
        """Count `texts[i]`, whose answer is `predictions[i]`."""
        labels, warnings = self.labels, self.warnings
        scores, characters, unknown_words = self.histograms.values()
        total_score = total_known = 0.0
        for text, (label, score, warned, _, known) in zip(texts, predictions, strict=True):
            bin = int(score * SCORES) if score < 1 else SCORES - 1
            scores[bin] = scores.get(bin, 0) + 1
            bin = min(len(text) // _WIDTH, _LAST)
            characters[bin] = characters.get(bin, 0) + 1
            bin = ceil(_FIFTHS - _FIFTHS * known)
            unknown_words[bin] = unknown_words.get(bin, 0) + 1
            labels[label] = labels.get(label, 0) + 1
            total_score += score
            total_known += known
            for warning in warned:
                warnings[warning] = warnings.get(warning, 0) + 1
        self.texts += len(texts)
        self.score += total_score
        self.length += sum(map(len, texts))
        self.known_words += total_known
