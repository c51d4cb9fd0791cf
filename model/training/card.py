"""The model card: the manifest as a page for people.

Source: Mitchell et al. 2019, "Model Cards for Model Reporting", FAT*.
"""

from collections.abc import Mapping
from typing import Any

from model.training.models import describe

MAX_BAR = 30  # characters


def write_card(manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown. Equal manifests give equal cards."""
    cross, test, baseline = (manifest[key] for key in ("cross_validation", "metrics", "baseline"))
    libraries = ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
    return "\n".join(
        [
            f"# {manifest['name']} {manifest['version']}",
            "",
            describe(manifest["name"]),
            "",
            (
                f"Trained on {manifest['split']['train']:,} English tweets of spring 2009, labelled by their "
                f"emoticons (SHA-256 of the corpus `{manifest['corpus']['sha256'][:12]}…`), with {libraries}."
            ),
            "",
            (
                f"| metric | {cross['rows']:,} training rows, each by a model that left it out "
                f"| {manifest['split']['test']:,} reference test rows |"
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
                f"{baseline['share_positive']:.1%} of the answers are positive. "
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
            "| text | probability of positive |",
            "|---|---:|",
            *(f"| {text or '(empty)'} | {probability:.3f} |" for text, probability in manifest["golden"]),
            "",
            "## Do not use it",
            "",
            (
                "for decisions about one person, for languages other than English, or where a neutral answer "
                "is needed. It does not understand irony. It knows how people wrote in 2009."
            ),
            "",
        ]
    )


def draw_lengths(counts: Mapping[str, int]) -> list[str]:
    """Return one bar for each class of lengths, from the shortest to the longest."""
    largest = max(counts.values())
    return [
        f"{start:>4}+ {'█' * round(MAX_BAR * counts[start] / largest)} {counts[start]}"
        for start in sorted(counts, key=int)
    ]
