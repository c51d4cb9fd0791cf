"""The model card: what a manifest says, for people.

Mitchell et al. 2019, "Model Cards for Model Reporting", FAT*.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def markdown(manifest: Mapping[str, Any]) -> str:
    """The same manifest, the same card."""
    about = import_module(f"model.training.{manifest['name']}").__doc__ or ""
    cross, test, baseline = (manifest[key] for key in ("cross_validation", "metrics", "baseline"))
    rows = [f"| {name} | {cross[name]:.4f} | {test[name]:.4f} |" for name in test]
    longest = max(baseline["characters_from"].values())
    lengths = [
        f"{int(start):4d}+ {'█' * round(30 * count / longest)} {count}"
        for start, count in baseline["characters_from"].items()
    ]
    golden = [
        f"| {text or '(empty)'} | {probability:.3f} |".replace("\n", " ")
        for text, probability in manifest["golden"]
    ]
    return "\n".join(
        [
            f"# {manifest['name']} {manifest['version']}",
            "",
            about.strip(),
            "",
            f"Trained on {manifest['split']['train']:,} English tweets of spring 2009, labelled by their "
            f"emoticons (SHA-256 of the corpus `{manifest['corpus']['sha256'][:12]}…`), with "
            + ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
            + ".",
            "",
            f"| metric | {cross['rows']:,} training rows, each by a model that left it out "
            f"| {manifest['split']['test']:,} reference test rows |",
            "|---|---:|---:|",
            *rows,
            "",
            "Accuracy is at a threshold of 0.5; `ece` is the expected calibration error over ten bins.",
            "",
            "## What its answers look like on the test rows",
            "",
            f"Mean probability {baseline['mean_probability']:.3f}, "
            f"positive {baseline['share_positive']:.1%}, words unknown to it "
            f"{baseline['unknown_words']:.1%}. Lengths in characters:",
            "",
            "```text",
            *lengths,
            "```",
            "",
            "## Golden predictions",
            "",
            "| text | probability of positive |",
            "|---|---:|",
            *golden,
            "",
            "## Do not use it",
            "",
            "for decisions about one person, for languages other than English, or where a neutral answer is "
            "needed. It sees no irony. It knows how people wrote in 2009.",
            "",
        ]
    )
