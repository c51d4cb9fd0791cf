"""docs/own-models.md says what is exact and what is refused, as the tests of those know it."""

from pathlib import Path

from tests.model.packaging import combinations
from tests.model.packaging.test_refusals import REFUSED

PAGE = Path(__file__).parents[3] / "docs" / "own-models.md"

GROUPS = {
    "vectorizers": {
        "CountVectorizer",
        "HashingVectorizer",
        "TfidfVectorizer",
    },
    "steps": {
        "Binarizer",
        "FeatureUnion",
        "FunctionTransformer",
        "MaxAbsScaler",
        "MinMaxScaler",
        "Normalizer",
        "RobustScaler",
        "SelectFromModel",
        "SelectKBest",
        "SelectPercentile",
        "StandardScaler",
        "TfidfTransformer",
        "TruncatedSVD",
        "VarianceThreshold",
    },
    "classifiers": {
        "BernoulliNB",
        "ComplementNB",
        "LogisticRegression",
        "LogisticRegressionCV",
        "MultinomialNB",
        "SGDClassifier",
    },
    "around classifiers": {
        "CalibratedClassifierCV",
        "FixedThresholdClassifier",
        "FrozenEstimator",
        "GridSearchCV",
        "OneVsRestClassifier",
        "TunedThresholdClassifierCV",
        "VotingClassifier",
    },
    "calibrated": {
        "LinearSVC",
        "Perceptron",
        "RidgeClassifier",
    },
}
NOTES = {
    "vectorizers": "all analyzers and options, but no code",
    "steps": "all selectors; no `clip`; no function but the identity; norms only before TruncatedSVD",
    "classifiers": "SGDClassifier with `log_loss` or `modified_huber`",
    "around classifiers": "all methods of calibration, ensembles, soft votes with weights, every search",
    "calibrated": "within CalibratedClassifierCV, and every other linear classifier with a decision_function",
}


def write_exact() -> str:
    rows = [f"| {group} | {', '.join(sorted(names))} | {NOTES[group]} |" for group, names in GROUPS.items()]
    return "\n".join(["| | | |", "|---|---|---|", *rows])


def write_refusals() -> str:
    rows = [f"| {name} | …{reason}… |" for name, (_, reason) in REFUSED.items()]
    return "\n".join(["| | the words of the refusal |", "|---|---|", *rows])


def test_the_page_names_every_class_that_the_combinations_try() -> None:
    classes = {
        thing.__name__
        for thing in vars(combinations).values()
        if isinstance(thing, type) and thing.__module__.startswith("sklearn.")
    }
    assert classes == set.union(*GROUPS.values())
    assert write_exact() in PAGE.read_text(encoding="utf-8")


def test_the_page_has_the_words_of_every_refusal() -> None:
    assert write_refusals() in PAGE.read_text(encoding="utf-8")
