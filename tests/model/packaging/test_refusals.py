"""What is refused, and the cure that each refusal names."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Perceptron,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, Normalizer
from sklearn.svm import SVC, LinearSVC

import model
from model.packaging.package import convert, make_own_texts
from model.packaging.proof import prove
from model.packaging.refusals import NotPackagedError
from tests.model.packaging.sentences import TEXTS, TWO


def split(text: str) -> list[str]:
    return text.split()


class Splitter:
    def __call__(self, text: str) -> list[str]:
        return text.split()


class Stemming(TfidfVectorizer):  # type: ignore[misc]
    def build_analyzer(self) -> Callable[[str], list[str]]:
        return split


class Certain(LogisticRegression):  # type: ignore[misc]
    def predict_proba(self, features: Any) -> Any:
        return super().predict_proba(features).round()


class Lengths(FunctionTransformer):  # type: ignore[misc]
    pass


def after(*steps: Any) -> Any:
    return make_pipeline(TfidfVectorizer(), *steps)


def before(vectorizer: Any) -> Any:
    return make_pipeline(vectorizer, LogisticRegression())


NO_PROBABILITIES = "has no probabilities: fit CalibratedClassifierCV around it"
NOT_LINEAR = "is no linear model, so its answers are no sum over features: fit a linear classifier"
REFUSED: dict[str, tuple[Any, str]] = {
    "LinearSVC": (after(LinearSVC()), f"LinearSVC {NO_PROBABILITIES}"),
    "RidgeClassifier": (after(RidgeClassifier()), f"RidgeClassifier {NO_PROBABILITIES}"),
    "Perceptron": (after(Perceptron()), f"Perceptron {NO_PROBABILITIES}"),
    "hinge": (after(SGDClassifier()), f"SGDClassifier {NO_PROBABILITIES}"),
    "LinearSVC in a search": (
        GridSearchCV(after(LinearSVC()), {"linearsvc__C": [1]}, cv=2),
        f"LinearSVC {NO_PROBABILITIES}",
    ),
    "hard votes": (
        after(VotingClassifier([("a", LogisticRegression()), ("b", MultinomialNB())])),
        "counts votes, so it has no probabilities: fit it with voting='soft'",
    ),
    "SVC": (after(SVC()), f"SVC {NOT_LINEAR}"),
    "forest": (after(RandomForestClassifier(3)), f"RandomForestClassifier {NOT_LINEAR}"),
    "perceptron of layers": (after(MLPClassifier((2,), max_iter=3)), f"MLPClassifier {NOT_LINEAR}"),
    "stacking": (
        after(StackingClassifier([("a", LogisticRegression()), ("b", MultinomialNB())], cv=2)),
        f"StackingClassifier {NOT_LINEAR}",
    ),
    "one-versus-rest of forests": (
        after(OneVsRestClassifier(RandomForestClassifier(2))),
        f"RandomForestClassifier {NOT_LINEAR}",
    ),
    "floats of 32 bits": (before(TfidfVectorizer(dtype=np.float32)), "fit it with dtype=float64"),
    "hashed floats of 32 bits": (
        before(HashingVectorizer(n_features=64, dtype=np.float32)),
        "fit it with dtype=float64",
    ),
    "tokenizer": (
        before(TfidfVectorizer(tokenizer=split, token_pattern=None)),
        (
            "the tokenizer of its TfidfVectorizer is code (split), which an artifact cannot hold: "
            "say it as a token_pattern"
        ),
    ),
    "analyzer": (
        before(CountVectorizer(analyzer=split)),
        "the analyzer of its CountVectorizer is code (split)",
    ),
    "analyzer object": (before(CountVectorizer(analyzer=Splitter())), "is code (Splitter)"),
    "preprocessor": (
        before(HashingVectorizer(n_features=64, preprocessor=str.casefold)),
        (
            "the preprocessor of its HashingVectorizer is code (casefold), which an artifact cannot hold: "
            "say it with lowercase, strip_accents and token_pattern"
        ),
    ),
    "accents": (
        before(CountVectorizer(strip_accents=str.swapcase)),
        "the strip_accents of its CountVectorizer",
    ),
    "class of one's own": (
        before(Stemming()),
        (
            "Stemming is a class of yours whose build_analyzer is code, which an artifact cannot hold: "
            "fit the class of scikit-learn itself"
        ),
    ),
    "classifier of one's own": (after(Certain()), "Certain is a class of yours whose predict_proba is code"),
    "norm after a projection": (
        after(TruncatedSVD(3), Normalizer(), LogisticRegression()),
        (
            "a step (norm) follows a projection such as TruncatedSVD, and is then no sum over features: "
            "leave out the projection or the step"
        ),
    ),
    "function": (
        after(FunctionTransformer(np.sqrt), LogisticRegression()),
        "FunctionTransformer is neither a linear map nor a norm",
    ),
    "clipping": (
        after(MaxAbsScaler(clip=True), LogisticRegression()),
        "clips its values: fit it with clip=False",
    ),
    "infinite log-odds": (
        make_pipeline(CountVectorizer(), MultinomialNB(alpha=0, force_alpha=True)),
        "one of its weights is infinite: fit it with smoothing, such as alpha=1",
    ),
    "tempered probabilities": (
        after(CalibratedClassifierCV(MultinomialNB(), cv=2, method="temperature")),
        "its classifier has no decision_function, so fit it with method='sigmoid'",
    ),
    "several labels": (
        after(OneVsRestClassifier(LogisticRegression())),
        "OneVsRestClassifier gives a text several labels: fit it with one label a text",
    ),
}
LABELS: dict[str, Any] = {"several labels": np.array([[label, 1 - label] for label in TWO])}


@pytest.mark.filterwarnings("ignore")  # scikit-learn warns of some of these itself
@pytest.mark.parametrize("name", REFUSED)
def test_what_an_artifact_cannot_say_is_refused_with_the_cure(name: str) -> None:
    pipeline, reason = REFUSED[name]
    fitted = pipeline.fit(TEXTS, LABELS.get(name, TWO))
    with pytest.raises(NotPackagedError, match=re.escape(reason)):
        convert(fitted, "mine")


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        ({"a": 1}, "dict is no fitted classifier"),
        (LogisticRegression(), "LogisticRegression is no fitted classifier of two or more classes"),
        (before(TfidfVectorizer()), "Pipeline is no fitted classifier"),
        (
            make_pipeline(TfidfVectorizer(), LogisticRegression().fit([[0], [1]], [0, 1])),
            "a part of it is not fitted",
        ),
        (
            LogisticRegression().fit([[0], [1]], [0, 1]),
            "LogisticRegression reads the text itself: the first step must be scikit-learn's CountVectorizer",
        ),
        (
            make_pipeline(CountVectorizer(), LinearRegression()).fit(TEXTS, TWO),
            "Pipeline is no fitted classifier of two or more classes: fit one on texts",
        ),
        (
            make_pipeline(Lengths(lambda texts: [[len(text)] for text in texts]), LogisticRegression()).fit(
                TEXTS, TWO
            ),
            "Lengths reads the text itself",
        ),
    ],
)
def test_what_is_no_classifier_of_texts_is_refused(thing: Any, reason: str) -> None:
    with pytest.raises(NotPackagedError, match=re.escape(reason)):
        convert(thing, "mine")


@pytest.mark.parametrize(
    ("classes", "positive", "reason"),
    [
        (["spam", "ham"], None, "its classes are 'ham' and 'spam': say which is positive with --positive"),
        ([1, 2], None, "its classes are '1' and '2': say which is positive with --positive"),
        ([0, -1], None, "its classes are '-1' and '0': say which is positive with --positive"),
        (["spam", "ham"], "eggs", "'eggs' is not one of its classes, 'ham' and 'spam': correct --positive"),
        (["a", "b", "c"], "a", "it has 3 classes, none of which is positive: leave out --positive"),
        (["certain", "uncertain"], "certain", "one of its two classes is called 'uncertain'"),
    ],
)
def test_classes_whose_positive_side_is_not_plain_are_refused(
    classes: list[Any], positive: str | None, reason: str
) -> None:
    labels = [classes[place % len(classes)] for place in range(len(TEXTS))]
    fitted = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, labels)
    with pytest.raises(NotPackagedError, match=re.escape(reason)):
        convert(fitted, "mine", positive)


@pytest.mark.parametrize(
    ("classes", "positive", "labels"),
    [
        ([0, 1], None, ("0", "1")),
        ([0, 4], None, ("0", "4")),
        ([-1.0, 1.0], None, ("-1.0", "1.0")),
        ([False, True], None, ("False", "True")),
        (["negative", "positive"], None, ("negative", "positive")),
        (["Pos", "Neg"], None, ("Neg", "Pos")),
        (["spam", "ham"], "ham", ("spam", "ham")),
        (["spam", "ham"], "spam", ("ham", "spam")),
    ],
)
def test_of_two_classes_the_positive_one_is_the_last_label(
    classes: list[Any], positive: str | None, labels: tuple[str, str]
) -> None:
    given = [classes[label] for label in TWO]
    fitted = make_pipeline(CountVectorizer(), LogisticRegression()).fit(TEXTS, given)
    manifest, files = convert(fitted, "mine", positive)
    packaged = model.build({**manifest, "version": "1"}, files)
    assert packaged.labels == labels
    assert packaged.manifest["positive"] == labels[1]
    shown = [*make_own_texts(files, 300), *TEXTS]
    assert prove(fitted, packaged, shown).ties == 0
    place = [str(label) for label in fitted.classes_].index(labels[1])
    assert packaged.predict(["so great"])[0].probability == pytest.approx(
        fitted.predict_proba(["so great"])[0][place], abs=1e-12
    )


def test_answers_that_differ_are_refused() -> None:
    fitted = after(LogisticRegression()).fit(TEXTS, TWO)
    manifest, files = convert(fitted, "mine")
    packaged = model.build({**manifest, "version": "1"}, files)
    fitted[-1].intercept_ += 1e-8
    with pytest.raises(
        NotPackagedError, match=r"other answers to 2 texts: 0 labels differ, .* by up to 2e-09"
    ):
        prove(fitted, packaged, ["so great", "so bad"])
    fitted[-1].coef_ *= -1
    with pytest.raises(NotPackagedError, match="2 labels differ"):
        prove(fitted, packaged, ["great :)", "so bad"])


def test_a_private_method_of_ones_own_is_noticed_by_its_answers() -> None:
    class Doubling(CountVectorizer):  # type: ignore[misc]
        def _word_ngrams(self, tokens: list[str], stop_words: Any = None) -> list[str]:
            return [*super()._word_ngrams(tokens, stop_words), *tokens]

    fitted = before(Doubling()).fit(TEXTS, TWO)
    manifest, files = convert(fitted, "mine")
    packaged = model.build({**manifest, "version": "1"}, files)
    with pytest.raises(NotPackagedError, match="an artifact would give other answers"):
        prove(fitted, packaged, TEXTS)


def test_an_original_that_fails_is_refused() -> None:
    fitted = after(LogisticRegression()).fit(TEXTS, TWO)
    manifest, files = convert(fitted, "mine")
    packaged = model.build({**manifest, "version": "1"}, files)
    fitted[-1].coef_ = fitted[-1].coef_[:, :3]
    with pytest.raises(
        NotPackagedError, match=r"its own predict fails for texts made of its words \(ValueError\)"
    ):
        prove(fitted, packaged, TEXTS)
