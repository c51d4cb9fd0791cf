"""The drift door: a schedule asks it whether tweets and answers are still as the model was measured on.

It answers with the population stability index of scores, lengths and unknown words, which its line in the log
makes metrics. `Drift` is the largest of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from model.artifact import HISTOGRAMS
from model.tally import BINS
from predict import settings, warm
from predict.telemetry import insights, stability
from predict.telemetry.emf import watched
from predict.telemetry.line import current

WINDOW = 1_000  # tweets: the newest lines that have as many together
HOURS = (1, 24)  # within which they are looked for: the second only if the first has too few
# Above it there is drift. Among training rows alone, 999 of 1,000 windows are below half of it.
THRESHOLD = 0.1

NAMES = {"scores": "DriftOfScores", "characters": "DriftOfCharacters", "unknown_words": "DriftOfUnknownWords"}

Baseline = Mapping[str, Sequence[int]]


def compare(baseline: Baseline, lines: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The indices by their metrics, of `lines`, the newest first; only `Window` for too few tweets.

    `Window` is how many tweets were compared.
    """
    window = 0
    sums = {name: [0] * bins for name, bins in BINS.items()}
    for line in lines:
        window += line["Tweets"]
        for name, total in sums.items():
            counts = stability.spread(line["Histograms"][name], len(total))
            sums[name] = [earlier + later for earlier, later in zip(total, counts, strict=True)]
        if window >= WINDOW:
            break
    else:
        return {"Window": window}
    found = {metric: round(stability.index(baseline[name], sums[name]), 4) for name, metric in NAMES.items()}
    return {"Window": window, "Drift": max(found.values()), **found}


@watched("drift")
def handler(_event: object, _context: object) -> dict[str, float]:
    """Lambda's entry: nothing for a packaged model, which has no histograms to compare with.

    Raises LogsError and SettingsError.
    """
    model, _ = warm.load_model()
    account = settings.read_account()
    found: dict[str, float] = {}
    for hours in HOURS if HISTOGRAMS in model.manifest else ():
        lines = insights.read_newest(account, model.version, hours, WINDOW)
        found = compare(model.manifest[HISTOGRAMS], lines)
        if "Drift" in found:
            break
    current().counts.update(found)
    return found
