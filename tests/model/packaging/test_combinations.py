import warnings
from typing import Any

import pytest

import model
from model import Classifier
from model.packaging.package import convert, make_own_texts
from model.packaging.proof import TOLERANCE, prove
from tests.model.packaging.combinations import COMBINATIONS
from tests.model.packaging.sentences import TEXTS

QUICK = 10  # every so many combinations are tried in quick runs


def fit(name: str) -> Any:
    make, labels = COMBINATIONS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of convergence, and of few texts
        return make().fit(TEXTS, labels)


def build(fitted: Any) -> tuple[Classifier, list[str]]:
    """Return the model that is served, and texts made from its own words."""
    manifest, files = convert(fitted, "mine")
    return model.build({**manifest, "version": "1"}, files), make_own_texts(files, 250)


def test_there_are_more_than_a_hundred_combinations() -> None:
    assert len(COMBINATIONS) > 200


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if i % QUICK else ()) for i, name in enumerate(COMBINATIONS)],
)
def test_a_packaged_pipeline_answers_and_explains_as_the_original(name: str) -> None:
    fitted = fit(name)
    packaged, texts = build(fitted)
    shown = [*texts, *TEXTS[::3]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn divides 0 by 0
        proof = prove(fitted, packaged, shown)
    assert proof.difference <= TOLERANCE
    assert proof.ties == 0
    for text in (*texts[:80:2], *TEXTS[::20]):
        explained = packaged.explain(text)
        total = explained.bias + sum(term.contribution for term in explained.terms)
        assert total == pytest.approx(explained.logit, abs=1e-9)
        assert all(0 <= term.start <= term.end <= len(text) for term in explained.terms)
