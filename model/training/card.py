"""The model card: the manifest as a page for people.

Source: Mitchell et al. 2019, "Model Cards for Model Reporting", FAT*.
"""

from collections.abc import Mapping
from typing import Any

from model.classifier import LABELS
from model.training.fairness import UNLISTED, neutral_forms
from model.training.models import describe

MAX_BAR = 30  # characters

USES = (
    "## Intended use",
    "",
    (
        "Tendencies over many short English texts: the mood of tweets about a product, an event or a "
        "place, by day or by region. `uncertain` sets doubtful answers apart."
    ),
    "",
    "## Out of scope",
    "",
    (
        "Decisions about one person, such as hiring, credit, policing or moderation. Texts about "
        "health or crises. Long texts. Texts that may be neutral: there is no third class. Irony, "
        "which the model does not understand."
    ),
    "",
)
UNKNOWN = (
    "## What is not known here",
    "",
    (
        "What the corpus is, who wrote its texts, and who labelled them; what the model may be used for, and "
        "for what not. Write it here before others rely on the model."
    ),
    "",
)
LIMITS = (
    "## Sensitivity to spelling",
    "",
    (
        "Upper case, apostrophes and repeated letters change little or nothing. A word with a typing "
        "error is another word: a model of stems does not know it, and the default model reads its "
        "parts alone. The model knows how people wrote in 2009, and learned no slang or emoji that "
        "came later."
    ),
    "",
    "## Languages",
    "",
    (
        "English. A text of which few words are known has the warning `unfamiliar`. An answer to a text "
        "in another language means nothing, also where it has no warning."
    ),
    "",
    "## Other domains",
    "",
    (
        "The figures above are of tweets of the same weeks as the training tweets. "
        "`docs/evaluation/fairness.md` has the share of right labels on 80 sentences of reviews, "
        "mails, news and chats, and on idioms. We wrote both lists ourselves, so they are small, and "
        "they are no sample of anything. Measure the model on labelled texts of your own before you "
        "trust it elsewhere."
    ),
    "",
)
LICENCES = (
    "## Licences and attribution",
    "",
    "`NOTICE` has the full notices. Pass it on with the model.",
    "",
)
CORPUS = (
    *LICENCES,
    (
        "- Corpus: Twitter Sentiment 10K (https://github.com/marciovai/Twitter-Sentiment-10K), MIT, a "
        "sample of Sentiment140 (Go, Bhayani and Huang 2009)."
    ),
)
LEXICONS = (
    (
        "- labMT: Dodds, Harris, Kloumann, Bliss and Danforth 2011, *Temporal Patterns of Happiness "
        "and Information in a Global Social Network: Hedonometrics and Twitter*, PLoS ONE 6(12): "
        "e26752, Data Set S1 (https://doi.org/10.1371/journal.pone.0026752), CC BY. Changed: centred, "
        "small ratings and words for people left out, multiplied by coefficients, added to VADER's."
    ),
    (
        "- VADER: Copyright (c) 2016 C.J. Hutto, MIT (https://github.com/cjhutto/vaderSentiment). "
        "Changed: words for people left out, multiplied by coefficients, added to labMT's."
    ),
)


def write_card(manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown. Equal manifests give equal cards."""
    cross, test, baseline = (manifest[key] for key in ("cross_validation", "metrics", "baseline"))
    libraries = ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
    reference = "trained_as" not in manifest
    positive = manifest.get("positive", LABELS[1])
    return "\n".join(
        [
            f"# {manifest['name']} {manifest['version']}",
            "",
            describe(manifest.get("trained_as", manifest["name"])),
            "",
            (
                f"Trained on {manifest['split']['train']:,} {_name_corpus(manifest)} (SHA-256 of the corpus "
                f"`{manifest['corpus']['sha256'][:12]}…`), with {libraries}."
            ),
            "",
            (
                f"| metric | {cross['rows']:,} training rows, each by a model that left it out "
                f"| {manifest['split']['test']:,} {'reference test rows' if reference else 'rows held out'} |"
            ),
            "|---|---:|---:|",
            *(f"| {name} | {cross[name]:.4f} | {test[name]:.4f} |" for name in sorted(test)),
            "",
            "Accuracy is at a threshold of 0.5; `ece` is the expected calibration error over ten bins.",
            "",
            "## Its answers on the test rows",
            "",
            (
                f"The mean probability is {baseline['mean_probability']:.3f}. "
                f"{baseline['share_positive']:.1%} of the answers are {positive}. "
                f"The model does not know {baseline['unknown_words']:.1%} of the words."
            ),
            "",
            "Lengths of the tweets, in characters:",
            "",
            "```text",
            *draw_lengths(baseline["characters_from"]),
            "```",
            "",
            "## Golden predictions",
            "",
            f"| text | probability of {positive} |",
            "|---|---:|",
            *(f"| {text or '(empty)'} | {probability:.3f} |" for text, probability in manifest["golden"]),
            "",
            *(USES if reference else UNKNOWN),
            *_fairness(manifest["fairness"]),
            *(LIMITS if reference else ()),
            *(CORPUS if reference else LICENCES),
            *(LEXICONS if manifest.get("features") == "ngrams" else ()),
            "",
        ]
    )


def _name_corpus(manifest: Mapping[str, Any]) -> str:
    if "trained_as" in manifest:
        return f"rows of `{manifest['corpus']['file']}`"
    return "English tweets of spring 2009, labelled by their emoticons"


def _fairness(gaps: Mapping[str, float]) -> list[str]:
    """Return the section on groups of people."""
    kinds = sorted(gaps, key=lambda kind: (kind == UNLISTED, kind))
    return [
        "## Fairness",
        "",
        (
            f"{len(neutral_forms()):,} words say who somebody is: religion, origin, orientation, "
            "gender, ability, age, and first names. The model reads none of them "
            "(`model/training/fairness.py`). On neutral sentences, the mean probabilities of two "
            "groups differ at most by:"
        ),
        "",
        "| kind | largest gap between two groups |",
        "|---|---:|",
        *(f"| {kind} | {gaps[kind]:.3f} |" for kind in kinds),
        "",
        (
            "The last row has names that are not on the list. It shows what the list does not reach: other "
            "names, rarer words for groups, dialects, and slurs. What is said about people still counts."
        ),
        "",
    ]


def draw_lengths(counts: Mapping[str, int]) -> list[str]:
    """Return one bar for each class of lengths, from the shortest to the longest."""
    largest = max(counts.values())
    return [
        f"{start:>4}+ {'█' * round(MAX_BAR * counts[start] / largest)} {counts[start]}"
        for start in sorted(counts, key=int)
    ]
