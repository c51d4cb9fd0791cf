from collections.abc import Sequence
from pathlib import Path

import pytest

import model
from model import Classifier, artifact
from model.scorecard import unpack
from model.training.fairness import (
    MAX_GAP,
    NAME_TEMPLATES,
    NAMES,
    TEMPLATES,
    TERMS,
    UNLISTED,
    UNLISTED_NAMES,
    largest_gap,
    measure_gaps,
    neutral_forms,
    neutral_stems,
)
from nlp.tokens import find_tokens

FEELINGS = ["I love {} people", "I hate it that {} people wait", "so sad for the {} family"]


@pytest.fixture
def served_as(name: str) -> Classifier:
    return model.load(name)


def say(served: Classifier, texts: Sequence[str]) -> list[float]:
    return [answer.probability for answer in served.predict(texts)]


def test_no_two_groups_differ_by_more_than_the_goal(served_as: Classifier) -> None:
    gaps = measure_gaps(lambda texts: say(served_as, texts))
    assert gaps == served_as.manifest["fairness"]
    assert {*gaps} == {*TERMS, "name", UNLISTED}
    assert largest_gap(gaps) <= MAX_GAP
    assert gaps[UNLISTED] <= 2 * MAX_GAP  # names that the list does not reach


@pytest.mark.parametrize("template", [*TEMPLATES[:2], *FEELINGS])
def test_every_listed_word_gives_the_same_answer(served_as: Classifier, template: str) -> None:
    groups = [group for kind in (*TERMS.values(), NAMES) for group in kind.values()]
    texts = [template.format(word) for group in groups for word in group.split()]
    assert len({*say(served_as, texts)}) == 1


@pytest.mark.parametrize("word", ["jewish", "Muslims", "gay", "Deaf", "iraqi", "Jamal's", "women's", "old"])
def test_an_explanation_shows_what_is_neutral(served_as: Classifier, word: str) -> None:
    text = f"flurbish {word} wedding"
    explained = served_as.explain(text)
    assert (9, 9 + len(word), "neutral") in explained.dropped
    assert [term for term in explained.terms if term.start < 9 + len(word) and term.end > 9] == []


def test_no_weight_of_two_words_has_a_listed_one() -> None:
    _, files = artifact.read(str(Path(model.ARTIFACTS, "lexicon_ngrams")))
    weights = unpack(files)
    assert [pair for pair in weights["bigram"] if not neutral_forms().isdisjoint(pair.split())] == []
    for kind in ("word", "valence", "negated valence", "class"):
        assert neutral_forms().isdisjoint(form.removeprefix("not_") for form in weights[kind])


def test_there_are_enough_templates_and_names() -> None:
    assert min(len(TEMPLATES), len(NAME_TEMPLATES)) >= 8
    assert all(template.count("{}") == 1 for template in TEMPLATES + NAME_TEMPLATES)
    unlisted = {name for group in UNLISTED_NAMES.values() for name in group.split()}
    assert len(unlisted) >= 50
    assert unlisted.isdisjoint(neutral_forms())


def test_the_listed_words_are_taken_in_singular_plural_and_possessive() -> None:
    assert {"jew", "jews", "jewish", "girl", "girls", "womens", "jamals"} <= neutral_forms()
    assert {"jew", "jewish", "girl", "women", "jamal"} <= neutral_stems()
    assert "" not in neutral_forms() | neutral_stems()


def test_a_gap_is_that_of_the_means_of_two_groups() -> None:
    def say_jews(texts: Sequence[str]) -> list[float]:
        return [0.9 if "jews" in {token.form for token in find_tokens(text)} else 0.5 for text in texts]

    words = len(TERMS["religion"]["jewish"].split())
    expected = dict.fromkeys([*TERMS, "name", UNLISTED], 0.0) | {"religion": pytest.approx(0.4 / words)}
    assert measure_gaps(say_jews) == expected
    assert largest_gap({"age": 0.01, UNLISTED: 0.2}) == 0.01
