"""Fetch the corpus, and the stop words that the notebook used, into DATA_DIR."""

import hashlib
import os
import sys
import urllib.request
from pathlib import Path

CORPUS = "tweet_sentiment_10K.csv"
SOURCE = f"https://raw.githubusercontent.com/marciovai/Twitter-Sentiment-10K/master/{CORPUS}"
SHA256 = "ec1d05500054b59366479c96bbc3c9765519947fe4fc6cd62e32634687862953"


class DownloadError(Exception):
    """Raise when a file cannot be had, or is not the file it should be."""


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR", "data"))


def fetch(url: str, sha256: str, path: Path) -> None:
    """Make `path` the file with that digest; what is there already is not fetched again."""
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
        return
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            content = response.read()
    except OSError as exc:
        raise DownloadError(f"{url} did not answer ({exc}): put the file at {path} yourself") from exc
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DownloadError(f"{url} is not the expected file (SHA-256 {sha256}): nothing was written")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    folder = data_dir()
    try:
        fetch(SOURCE, SHA256, folder / CORPUS)
    except DownloadError as exc:
        sys.exit(str(exc))
    print(f"{folder / CORPUS}: 10,000 tweets")


if __name__ == "__main__":
    main()
