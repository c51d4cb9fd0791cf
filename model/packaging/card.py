"""The model card of a packaged pipeline: the manifest as a page for people."""

from collections.abc import Mapping
from typing import Any

from model.classifier import MAX_CHARACTERS_READ
from model.packaging.proof import TOLERANCE


def write_card(manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown. Equal manifests give equal cards."""
    made, proof, classes = manifest["packaged"], manifest["proof"], manifest["classes"]
    libraries = ", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
    return "\n".join(
        [
            f"# {manifest['name']} {manifest['version']}",
            "",
            (
                f"A text classifier of scikit-learn, packaged from `{made['file']}` (SHA-256 "
                f"`{made['sha256'][:12]}…`) with {libraries}. It is served without scikit-learn:"
            ),
            "",
            "```text",
            made["estimator"],
            "```",
            "",
            f"Its classes are {', '.join(classes)}. {_describe_sides(manifest)}",
            "",
            "## Proof",
            "",
            (
                f"Original and artifact answered {proof['texts']:,} texts made from the model's own words"
                f"{_describe_own(proof)}. No label differed, and no probability by more than "
                f"{proof['difference']:.1g} (at most {TOLERANCE:g} is permitted). Rounding chose the labels "
                f"of {proof['ties']:,} texts. Texts are read up to {MAX_CHARACTERS_READ:,} characters."
            ),
            "",
            "This says nothing about how good the model is: its corpus is not known here.",
            "",
            "## Golden predictions",
            "",
            "| text | probability |",
            "|---|---|",
            *(f"| {_show(text)} | {_list(answer)} |" for text, answer in manifest["golden"]),
            "",
        ]
    )


def _describe_sides(manifest: Mapping[str, Any]) -> str:
    if "positive" not in manifest:
        return "Each answer has the probabilities of all."
    return (
        f"`{manifest['positive']}` is the positive one, from a probability of {manifest['threshold']:.4g} on."
    )


def _describe_own(proof: Mapping[str, Any]) -> str:
    return f", and {proof['own_texts']:,} of a file" if proof["own_texts"] else ""


def _show(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "(empty)"


def _list(answer: float | Mapping[str, float]) -> str:
    if isinstance(answer, float):
        return f"{answer:.3f}"
    return ", ".join(f"{label} {probability:.3f}" for label, probability in answer.items())
