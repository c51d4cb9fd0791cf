import pytest

from model.network import Network

MANIFEST = {"name": "x", "version": "1", "bias": 0.5, "scale": 2.0, "exponent": -0.5}
WEIGHTS = {"vectors": {"love": [1.0, -1.0], "hate": [-3.0, 2.0]}, "hidden": [0.1, 0.2], "out": [0.7, -0.4]}


@pytest.fixture
def network() -> Network:
    return Network(MANIFEST, WEIGHTS)


@pytest.mark.parametrize(
    ("text", "logit"),
    [
        ("", 0.5 + 2 * (0.7 * 0.1 - 0.4 * 0.2)),
        ("love", 0.5 + 2 * (0.7 * 1.1 - 0.4 * 0)),
        ("hate", 0.5 + 2 * (0.7 * 0 - 0.4 * 2.2)),
        ("love unseen love hate", 0.5 + 2 * (0.7 * 0 - 0.4 * 0.2)),
    ],
)
def test_the_logit_is_that_of_the_formula(network: Network, text: str, logit: float) -> None:
    assert network.logit(text)[0] == pytest.approx(logit)


def test_each_stem_gets_its_share_of_what_the_hidden_units_say(network: Network) -> None:
    bias, terms, _ = network.terms("love hate")
    assert bias == pytest.approx(0.48)
    shares = {term.form: term.contribution for term in terms}
    assert bias + sum(shares.values()) == pytest.approx(network.logit("love hate")[0])
    assert shares["love"] > 0 > shares["hate"]
