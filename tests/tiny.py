"""A model of three words, whose answers can be reckoned by hand."""

from model import Scorecard

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


def build() -> Scorecard:
    return Scorecard(MANIFEST, WEIGHTS)
