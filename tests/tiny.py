"""A model of three words, whose answers can be reckoned by hand."""

from model import Prediction, Scorecard

MANIFEST = {
    "name": "tiny",
    "version": "1",
    "features": "stems",
    "bias": 0.5,
    "scale": 1.0,
    "exponent": -0.5,
    "golden": [],
}
WEIGHTS = {"stem": {"love": 2.0, "hate": -3.0, "mondai": -0.25}}


SCORES = {"angry": 0.25, "calm": 0.75, "glad": 0.0}


class Moods(Scorecard):
    """A model of three classes, as a packaged pipeline may be. It gives each text the same answer."""

    def _predict(self, *_: object) -> Prediction:
        return Prediction("calm", 0.75, (), SCORES)


def build() -> Scorecard:
    return Scorecard(MANIFEST, WEIGHTS)


def build_moods() -> Scorecard:
    return Moods({**MANIFEST, "classes": list(SCORES)}, WEIGHTS)
