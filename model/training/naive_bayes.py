"""Naive Bayes: the probability of a class, as if the stems of a tweet occurred independently of each other.

    logit = log P(positive)/P(negative) + Σ log P(stem | positive)/P(stem | negative)

P(stem | class) is the stem's share of all stems in the training tweets of the class, after one is added to
each count (Laplace). Source: McCallum and Nigam 1998, "A Comparison of Event Models for Naive Bayes Text
Classification", AAAI workshop on learning for text categorization.
"""

from typing import Any

from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline

from model.training.stem_counts import StemCounts, neutral_weights


def pipeline() -> Pipeline:
    return Pipeline([("counts", StemCounts(exponent=0.0)), ("bayes", MultinomialNB(alpha=1.0))])


def export(fitted: Pipeline) -> dict[str, Any]:
    counts, bayes = fitted["counts"], fitted["bayes"]
    prior, ratios = (log[1] - log[0] for log in (bayes.class_log_prior_, bayes.feature_log_prob_))
    return {
        "kind": "scorecard",
        "features": "stems",
        "bias": round(prior.item(), 12),
        "exponent": counts.exponent,
        "weights": {
            "stem": dict(zip(counts.stems_, ratios.round(12).tolist(), strict=True)),
            "neutral": neutral_weights(),
        },
    }
