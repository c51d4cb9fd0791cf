"""What people fit on texts: vectorizers, steps and classifiers of scikit-learn, and how they combine."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV as Calibrated
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import (
    CountVectorizer as Count,
)
from sklearn.feature_extraction.text import (
    HashingVectorizer as Hashing,
)
from sklearn.feature_extraction.text import (
    TfidfTransformer,
)
from sklearn.feature_extraction.text import (
    TfidfVectorizer as Tfidf,
)
from sklearn.feature_selection import SelectFromModel, SelectKBest, SelectPercentile, VarianceThreshold, chi2
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression as Logistic
from sklearn.linear_model import LogisticRegressionCV, Perceptron, RidgeClassifier, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier as OneVsRest
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion
from sklearn.pipeline import make_pipeline as pipe
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC

from tests.model.packaging.sentences import TEXTS, THREE, TWO

Make = Callable[[], Any]


def logistic(**options: Any) -> Logistic:
    return Logistic(max_iter=1_000, **options)


def sgd(loss: str, **options: Any) -> SGDClassifier:
    return SGDClassifier(loss=loss, random_state=0, **options)


def words_and_parts() -> FeatureUnion:
    return FeatureUnion(
        [("words", Tfidf(ngram_range=(1, 2))), ("parts", Tfidf(analyzer="char_wb", ngram_range=(2, 4)))]
    )


VECTORIZERS: dict[str, Make] = {
    "Count": lambda: Count(),
    "Count(1,2)": lambda: Count(ngram_range=(1, 2)),
    "Count(2,3)": lambda: Count(ngram_range=(2, 3)),
    "Count binary": lambda: Count(binary=True),
    "Count stop english": lambda: Count(stop_words="english"),
    "Count char(1,3)": lambda: Count(analyzer="char", ngram_range=(1, 3)),
    "Count char(3,5) accents": lambda: Count(analyzer="char", ngram_range=(3, 5), strip_accents="unicode"),
    "Count char_wb(6,9)": lambda: Count(analyzer="char_wb", ngram_range=(6, 9)),
    "Count vocabulary": lambda: Count(
        vocabulary=["great", "not", "bad", "not good", "so"], ngram_range=(1, 2)
    ),
    "Tfidf": lambda: Tfidf(),
    "Tfidf(1,2)": lambda: Tfidf(ngram_range=(1, 2), min_df=2),
    "Tfidf(1,3) stop list": lambda: Tfidf(ngram_range=(1, 3), stop_words=["the", "is", "so"]),
    "Tfidf sublinear": lambda: Tfidf(sublinear_tf=True),
    "Tfidf binary": lambda: Tfidf(binary=True),
    "Tfidf l1": lambda: Tfidf(norm="l1"),
    "Tfidf no norm": lambda: Tfidf(norm=None),
    "Tfidf no idf": lambda: Tfidf(use_idf=False),
    "Tfidf no smoothing": lambda: Tfidf(smooth_idf=False),
    "Tfidf blanks": lambda: Tfidf(token_pattern=r"\S+"),
    "Tfidf group": lambda: Tfidf(token_pattern=r"(?i)#?(\w+)|[!?]"),
    "Tfidf empty tokens": lambda: Tfidf(token_pattern=r"\w*", ngram_range=(1, 2)),
    "Tfidf str.split": lambda: Tfidf(tokenizer=str.split, token_pattern=None),
    "Tfidf capitals": lambda: Tfidf(lowercase=False),
    "Tfidf accents unicode": lambda: Tfidf(strip_accents="unicode"),
    "Tfidf accents ascii": lambda: Tfidf(strip_accents="ascii", analyzer="char_wb", ngram_range=(1, 2)),
    "Tfidf char(2,4)": lambda: Tfidf(analyzer="char", ngram_range=(2, 4), max_features=500),
    "Tfidf char_wb(2,4)": lambda: Tfidf(analyzer="char_wb", ngram_range=(2, 4)),
    "Hashing": lambda: Hashing(n_features=2**16),
    "Hashing unsigned l1": lambda: Hashing(n_features=64, alternate_sign=False, norm="l1"),
    "Hashing no norm": lambda: Hashing(n_features=512, ngram_range=(1, 2), norm=None),
    "Hashing binary": lambda: Hashing(n_features=128, binary=True),
    "Hashing char_wb": lambda: Hashing(n_features=4_096, analyzer="char_wb", ngram_range=(2, 3)),
}
STEPS: dict[str, Make] = {
    "TfidfTransformer": lambda: pipe(Count(), TfidfTransformer(sublinear_tf=True)),
    "Hashing TfidfTransformer": lambda: pipe(
        Hashing(n_features=1_024, alternate_sign=False, norm=None), TfidfTransformer()
    ),
    "KBest": lambda: pipe(Tfidf(), SelectKBest(chi2, k=20)),
    "KBest before Tfidf": lambda: pipe(Count(), SelectKBest(chi2, k=20), TfidfTransformer()),
    "Percentile": lambda: pipe(Count(), SelectPercentile(chi2, percentile=40)),
    "FromModel": lambda: pipe(Tfidf(), SelectFromModel(LinearSVC(penalty="l1", C=2, random_state=0))),
    "Variance": lambda: pipe(Tfidf(), VarianceThreshold(1e-3)),
    "MaxAbs": lambda: pipe(Count(), MaxAbsScaler()),
    "Standard": lambda: pipe(Count(), StandardScaler(with_mean=False)),
    "Robust": lambda: pipe(Hashing(n_features=16), RobustScaler(with_centering=False)),
    "Normalizer l1": lambda: pipe(Count(), Normalizer("l1")),
    "Normalizer l2": lambda: pipe(Count(ngram_range=(1, 2)), Normalizer()),
    "Normalizer max": lambda: pipe(Count(), Normalizer("max")),
    "Binarizer": lambda: pipe(Count(analyzer="char"), Binarizer(threshold=1)),
    "identity": lambda: pipe(Tfidf(), FunctionTransformer(), "passthrough"),
    "SVD": lambda: pipe(Tfidf(), TruncatedSVD(12, random_state=0)),
    "SVD Standard": lambda: pipe(Tfidf(), TruncatedSVD(12, random_state=0), StandardScaler()),
    "SVD MinMax": lambda: pipe(Tfidf(), TruncatedSVD(12, random_state=0), MinMaxScaler()),
    "SVD Robust": lambda: pipe(Count(), TruncatedSVD(5, random_state=0), RobustScaler()),
    "union": lambda: pipe(words_and_parts()),
    "union weights": lambda: pipe(
        FeatureUnion(words_and_parts().transformer_list, transformer_weights={"words": 0.7, "parts": 1.3})
    ),
    "union of equal analyzers": lambda: pipe(
        FeatureUnion([("a", Count(binary=True, min_df=3)), ("b", Tfidf(max_features=30)), ("c", "drop")])
    ),
    "union nested": lambda: pipe(
        FeatureUnion([("all", words_and_parts()), ("few", pipe(Count(), SelectKBest(chi2, k=10)))]),
        Normalizer(),
    ),
    "union MaxAbs Normalizer KBest": lambda: pipe(
        words_and_parts(), MaxAbsScaler(), Normalizer("l1"), SelectKBest(chi2, k=60)
    ),
    "union SVD": lambda: pipe(
        FeatureUnion(
            [("words", Tfidf()), ("few", pipe(Count(), TruncatedSVD(4, random_state=0), StandardScaler()))]
        )
    ),
}
CLASSIFIERS: dict[str, Make] = {
    "Logistic": logistic,
    "Logistic C=50": lambda: logistic(C=50),
    "Logistic sag": lambda: logistic(solver="saga", random_state=0, tol=0.1),
    "LogisticCV": lambda: LogisticRegressionCV(
        Cs=2, cv=2, max_iter=1_000, scoring="accuracy", use_legacy_attributes=False, l1_ratios=(0,)
    ),
    "SGD log": lambda: sgd("log_loss"),
    "SGD average": lambda: sgd("log_loss", average=True),
    "SGD huber": lambda: sgd("modified_huber"),
    "Multinomial": lambda: MultinomialNB(),
    "Multinomial small alpha": lambda: MultinomialNB(alpha=1e-3, fit_prior=False),
    "Complement": lambda: ComplementNB(),
    "Complement norm": lambda: ComplementNB(norm=True),
    "Bernoulli": lambda: BernoulliNB(),
    "Bernoulli bound": lambda: BernoulliNB(binarize=0.3),
    "calibrated SVC": lambda: Calibrated(LinearSVC(random_state=0), cv=3),
    "calibrated SVC alone": lambda: Calibrated(LinearSVC(random_state=0), cv=3, ensemble=False),
    "calibrated SVC isotonic": lambda: Calibrated(LinearSVC(random_state=0), cv=3, method="isotonic"),
    "calibrated SVC temperature": lambda: Calibrated(LinearSVC(random_state=0), cv=3, method="temperature"),
    "calibrated Ridge": lambda: Calibrated(RidgeClassifier(), cv=2),
    "calibrated Perceptron": lambda: Calibrated(Perceptron(random_state=0), cv=2),
    "calibrated hinge": lambda: Calibrated(sgd("hinge"), cv=2),
    "calibrated Multinomial": lambda: Calibrated(MultinomialNB(), cv=2),
    "calibrated Multinomial isotonic": lambda: Calibrated(MultinomialNB(), cv=2, method="isotonic"),
    "calibrated one-versus-rest": lambda: Calibrated(OneVsRest(LinearSVC(random_state=0)), cv=2),
    "calibrated vote": lambda: Calibrated(
        VotingClassifier([("l", logistic()), ("b", MultinomialNB())], voting="soft"), cv=2, ensemble=False
    ),
    "one-versus-rest Logistic": lambda: OneVsRest(logistic(solver="liblinear", random_state=0)),
    "one-versus-rest Multinomial": lambda: OneVsRest(MultinomialNB()),
    "one-versus-rest huber": lambda: OneVsRest(sgd("modified_huber")),
    "one-versus-rest calibrated": lambda: OneVsRest(Calibrated(LinearSVC(random_state=0), cv=2)),
    "vote": lambda: VotingClassifier(
        [("l", logistic()), ("b", MultinomialNB()), ("s", sgd("log_loss"))], voting="soft", weights=[2, 1, 1]
    ),
    "vote of averages": lambda: VotingClassifier(
        [("c", Calibrated(LinearSVC(random_state=0), cv=2)), ("h", sgd("modified_huber"))], voting="soft"
    ),
    "search": lambda: GridSearchCV(logistic(), {"C": [1, 3]}, cv=2),
}
OF_TWO: dict[str, Make] = {
    "Logistic liblinear l1": lambda: logistic(solver="liblinear", l1_ratio=1, C=3, random_state=0),
    "threshold .3": lambda: FixedThresholdClassifier(logistic(), threshold=0.3),
    "threshold auto": lambda: FixedThresholdClassifier(logistic()),
    "threshold of class 0": lambda: FixedThresholdClassifier(logistic(), threshold=0.6, pos_label=0),
    "threshold of scores": lambda: FixedThresholdClassifier(
        logistic(), threshold=-0.4, response_method="decision_function"
    ),
    "threshold of scores of class 0": lambda: FixedThresholdClassifier(
        logistic(), threshold=-0.4, response_method="decision_function", pos_label=0
    ),
    "threshold tuned": lambda: TunedThresholdClassifierCV(logistic(), cv=2),
}
WHOLE: dict[str, Make] = {
    "calibrated pipeline": lambda: Calibrated(pipe(Tfidf(), LinearSVC(random_state=0)), cv=3),
    "calibrated pipeline isotonic": lambda: Calibrated(
        pipe(Tfidf(ngram_range=(1, 2)), LinearSVC(random_state=0)), cv=3, method="isotonic"
    ),
    "vote of pipelines": lambda: VotingClassifier(
        [
            ("words", pipe(Tfidf(ngram_range=(1, 2)), logistic())),
            ("parts", pipe(Tfidf(analyzer="char_wb", ngram_range=(2, 4)), logistic())),
            ("bayes", pipe(Count(), BernoulliNB())),
        ],
        voting="soft",
    ),
    "search of pipelines": lambda: GridSearchCV(
        pipe(Tfidf(), logistic()), {"tfidfvectorizer__min_df": [1, 2]}, cv=2
    ),
    "pipeline in a pipeline": lambda: pipe(
        pipe(Count(), TfidfTransformer()), pipe(SelectKBest(chi2, k=30), logistic())
    ),
}
FROZEN: dict[str, Make] = {
    "frozen": lambda: FrozenEstimator(pipe(Tfidf(), logistic()).fit(TEXTS, TWO)),
    "calibrated frozen": lambda: Calibrated(FrozenEstimator(pipe(Tfidf(), LinearSVC()).fit(TEXTS, TWO))),
}


def _combine() -> dict[str, tuple[Make, list[Any]]]:
    """Return every combination by its name, with the labels that it is fitted to."""
    found: dict[str, tuple[Make, list[Any]]] = {}
    for n, labels in (("2", TWO), ("3", THREE)):
        for name, make in (VECTORIZERS | STEPS).items():
            found[f"{n} classes: {name} + Logistic"] = partial(_join, make, logistic), labels
        for name, make in CLASSIFIERS.items():
            found[f"{n} classes: Tfidf(1,2) + {name}"] = partial(_join, _pairs, make), labels
            found[f"{n} classes: Count + {name}"] = partial(_join, Count, make), labels
        for name, make in WHOLE.items():
            found[f"{n} classes: {name}"] = make, labels
    for name, make in OF_TWO.items():
        found[f"2 classes: Tfidf(1,2) + {name}"] = partial(_join, _pairs, make), TWO
    for name, make in FROZEN.items():
        found[f"2 classes: {name}"] = make, TWO
    for kind in (bool, str, float):
        found[f"labels of {kind.__name__}"] = (
            partial(_join, Tfidf, logistic),
            np.array(TWO).astype(kind).tolist(),
        )
    return found


def _join(first: Make, last: Make) -> Any:
    return pipe(first(), last())


def _pairs() -> Tfidf:
    return Tfidf(ngram_range=(1, 2))


COMBINATIONS = _combine()
